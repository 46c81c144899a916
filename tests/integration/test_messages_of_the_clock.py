"""What the applicant is told of the law's clock: what is asked and until when, what moved, what ran out, what is near."""

from collections.abc import Callable, Iterator

import pytest

from portal.actions import notify
from portal.adapters.messages.sms import SmsGateway
from portal.adapters.messages.smtp import SmtpMessenger
from portal.domain.events import MessageSent
from portal.ports import Channel, Message
from portal.sandbox.process import RunningSandbox, running_sandbox
from portal.store import effects
from tests.integration.test_acts import DOUBT, EXPERTISE, SOCIAL, WHY, act, bring, dossier
from tests.support.browser import Browser
from tests.support.journeys import AIDS_FOR_A_CHILD, answer_pages, file_aids, hand_in, jpeg, start
from tests.support.kiosk import events_of
from tests.support.portal import TestPortal
from tests.support.remedies import (
    again,
    at_desk,
    file_establishment,
    pass_days,
    refuse_establishment,
    turn_to,
)

Desk = Callable[[str], Browser]


@pytest.fixture
def aids(portal: TestPortal, browser: Browser) -> str:
    """A complete request for a wheelchair whose filing has been told."""
    browser.sign_in()
    reference = file_aids(browser)
    portal.run_effects()
    mails(portal).clear()
    return reference


@pytest.fixture
def desk(portal: TestPortal) -> Desk:
    return lambda role: at_desk(portal, f"{role}.social", SOCIAL, role)


def mails(portal: TestPortal) -> list[Message]:
    return portal.outbox[Channel.EMAIL].sent


def told(portal: TestPortal) -> Message:
    """The one e-mail that what just happened has sent."""
    mails(portal).clear()
    portal.run_effects()
    [mail] = mails(portal)
    return mail


def test_a_replacement_is_asked_for_with_its_last_day_and_its_coming_is_told(
    portal: TestPortal, browser: Browser, desk: Desk, aids: str
) -> None:
    act(desk("agent"), aids, "ask_replacement", documents="prescription", reasons=WHY)
    asked = told(portal)
    assert "sont à remplacer" in asked.subject
    assert "2 avril 2026" in asked.body
    assert "2 avril 2026" in asked.html
    assert WHY not in asked.body + asked.html
    portal.clock.forward(minutes=5)
    bring(browser, f"/fr/cases/{aids}", "prescription", jpeg("red"))
    assert "Ce qui vous était demandé est arrivé" in told(portal).subject
    assert "au plus tard le" in mails(portal)[0].body


def test_originals_are_asked_for_at_the_counter_and_their_coming_is_told(
    portal: TestPortal, desk: Desk, aids: str
) -> None:
    agent = desk("agent")
    act(agent, aids, "ask_originals", documents="prescription", reasons=DOUBT)
    asked = told(portal)
    assert "originaux" in asked.subject
    assert "guichet" in asked.body
    act(agent, aids, "originals_seen")
    assert "le délai pour vous répondre reprend" in told(portal).body


def test_an_extension_tells_the_new_day_and_no_later_news_tells_it_again(
    portal: TestPortal, desk: Desk, aids: str
) -> None:
    act(desk("chief"), aids, "extend", days="10", reasons=EXPERTISE)
    extended = told(portal)
    due = dossier(portal, aids).case.due_on
    assert due is not None
    assert "prolongé" in extended.subject
    assert f"{due.day} mai 2026" in extended.body
    act(desk("agent"), aids, "ask_more_info", question="Merci de préciser la largeur du fauteuil.")
    assert "prolongé" not in told(portal).subject


def test_reminders_of_a_replacement_come_ten_three_and_one_day_before(
    portal: TestPortal, desk: Desk, aids: str
) -> None:
    act(desk("agent"), aids, "ask_replacement", documents="prescription", reasons=WHY)
    told(portal)
    sent_on = []
    for day in range(1, 31):
        pass_days(portal, 1)
        mails(portal).clear()
        portal.run_effects()
        for mail in mails(portal):
            assert "Rappel" in mail.subject
            assert "2 avril 2026" in mail.body
            sent_on.append(day)
    # It was asked for on 2 March, and her thirtieth day is 1 April: the 2nd is the last one.
    assert sent_on == [21, 28, 30]


def test_no_reminder_is_sent_to_whoever_has_acted(portal: TestPortal, desk: Desk, aids: str) -> None:
    act(desk("agent"), aids, "ask_replacement", documents="prescription", reasons=WHY)
    told(portal)
    pass_days(portal, 21)
    # The reminder is asked for, and before it is sent the documents come.
    assert len(waiting(portal, "remind")) == 1
    bring(again(portal), f"/fr/cases/{aids}", "prescription", jpeg("red"))
    assert "Rappel" not in told(portal).subject


def test_no_reminder_is_sent_once_its_day_has_passed(portal: TestPortal, desk: Desk, aids: str) -> None:
    act(desk("agent"), aids, "ask_replacement", documents="prescription", reasons=WHY)
    told(portal)
    pass_days(portal, 21)
    portal.clock.forward(days=11)
    assert sent(portal) == []


def waiting(portal: TestPortal, name: str) -> list[effects.Effect]:
    with portal.deps.reading() as work:
        return [one for one, _ in effects.unfinished(work.connection, given_up=False) if one.name == name]


def test_an_incomplete_file_is_reminded_and_then_returned(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = incomplete(browser)
    portal.run_effects()
    subjects = []
    for _ in range(33):
        pass_days(portal, 1)
        mails(portal).clear()
        portal.run_effects()
        subjects += [mail.subject for mail in mails(portal)]
    assert all(subject.startswith("Rappel") for subject in subjects[:3])
    assert "retourné" in subjects[3]
    assert len(subjects) == 4
    assert dossier(portal, reference).case.state == "returned"


def incomplete(browser: Browser) -> str:
    """A file of the aids without its prescription."""
    start(browser, "aides-techniques")
    return hand_in(browser, answer_pages(browser, AIDS_FOR_A_CHILD), ())


def test_silence_that_opens_an_appeal_says_until_when_and_reminds_of_it(
    portal: TestPortal, browser: Browser, aids: str
) -> None:
    due = dossier(portal, aids).case.due_on
    assert due is not None
    pass_days(portal, (due - dossier(portal, aids).case.filed_on).days + 1)
    silent = told_last(portal)
    assert "un recours est possible" in silent.subject
    assert "juin 2026" in silent.body
    reminders = []
    for _ in range(31):
        pass_days(portal, 1)
        reminders += [mail for mail in sent(portal) if "Rappel" in mail.subject]
    assert len(reminders) == 3
    assert all("juin 2026" in mail.body for mail in reminders)


def sent(portal: TestPortal) -> list[Message]:
    mails(portal).clear()
    portal.run_effects()
    return list(mails(portal))


def told_last(portal: TestPortal) -> Message:
    return sent(portal)[-1]


def test_silence_that_grants_says_so_and_what_follows_is_told(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    portal.run_effects()
    case = dossier(portal, reference).case
    assert case.due_on is not None
    pass_days(portal, (case.due_on - case.filed_on).days + 1)
    granted = told_last(portal)
    assert "réputée acceptée" in granted.subject
    assert "demander l’acte" in granted.body


def test_an_appeal_against_a_refusal_ends_its_reminders(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    refused = told_last(portal)
    assert "décision" in refused.subject
    pass_days(portal, 20)
    assert [mail for mail in sent(portal) if "recours" in mail.body] == []
    citizen = again(portal)
    turn_to(citizen, reference, "recours-administratif", grounds="La distance a été mal mesurée.")
    sent(portal)
    pass_days(portal, 15)
    assert [mail for mail in sent(portal) if "Rappel" in mail.subject] == []


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.mark.parametrize("channel", Channel)
def test_the_news_of_the_clock_goes_through_a_real_server(
    portal: TestPortal,
    desk: Desk,
    aids: str,
    running: RunningSandbox,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running.reset()
    gateway = SmsGateway(f"{running.url}/sms", running.sms_key)
    post = SmtpMessenger("127.0.0.1", running.smtp_port, "no-reply@berkane.example")
    monkeypatch.setitem(portal.deps.messengers, Channel.EMAIL, post)
    monkeypatch.setitem(portal.deps.messengers, Channel.SMS, gateway)
    if channel is Channel.SMS:
        monkeypatch.setattr(notify, "channel_for", lambda person: (Channel.SMS, "+212600000013"))
    act(desk("agent"), aids, "ask_replacement", documents="prescription", reasons=WHY)
    portal.run_effects()
    gateway.close()
    inbox = running.inbox()
    [got] = inbox["sms"] if channel is Channel.SMS else inbox["mails"]
    assert aids in got["body"]
    assert ("02/04/2026" if channel is Channel.SMS else "2 avril 2026") in got["body"]
    assert [event.channel for event in events_of(portal, aids) if isinstance(event, MessageSent)][-1] == channel.value
