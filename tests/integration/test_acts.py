"""The acts of the law in the pages: replacement, originals, extension, return; what is forbidden, and what sends it anyway."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.actions import timers
from portal.actions.perform import perform
from portal.domain.case import Actor
from portal.domain.errors import DocumentsNeeded
from portal.domain.service import Role
from portal.i18n import long_date, plain_date, translate
from portal.presenting.told_of_time import warning_words
from portal.store import cases, escalated
from portal.store.cases import Dossier
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import (
    PASSWORD,
    answer_pages,
    file_aids,
    file_complaint,
    file_residence,
    hand_in,
    jpeg,
    start,
)
from tests.support.kiosk import at_work
from tests.support.portal import TestPortal

ANNEXE, SOCIAL = "annexe-ahfir", "centre-social-berkane"
WHY = "La page qui porte votre nom est illisible, merci de la reprendre."
DOUBT = "La date du bail est raturée, nous voulons voir l'original."
EXPERTISE = "Une expertise du centre de rééducation est nécessaire."
QUESTION = "Merci de préciser la largeur du fauteuil demandé."
Staff = Callable[..., Browser]


@pytest.fixture
def staff(portal: TestPortal) -> Staff:
    """Makes an account and signs it in, in a browser of its own."""

    def sign_in(*roles: str, unit: str = SOCIAL) -> Browser:
        login = f"{'-'.join(roles)}-{unit}".replace("_", "-")
        return at_work(portal, login, unit, *roles)

    return sign_in


@pytest.fixture
def aids(browser: Browser) -> str:
    """A request for a wheelchair, sixty days long, filed by a citizen who stays signed in in ``browser``."""
    browser.sign_in()
    return file_aids(browser)


def dossier(portal: TestPortal, reference: str) -> Dossier:
    with portal.deps.reading() as work:
        found = cases.find(work.connection, work.vault, reference)
    assert found is not None
    return found


def address(reference: str, action: str = "") -> str:
    return f"/fr/counter/cases/{reference}" + (f"/actions/{action}" if action else "")


def act(agent: Browser, reference: str, action: str, **said: str) -> None:
    """Opens an action's form and sends it."""
    agent.get(address(reference, action))
    assert agent.last.status_code == 200, agent.text
    send(agent, reference, action, **said)
    assert agent.last.status_code == 200, agent.text


def send(agent: Browser, reference: str, action: str, **said: str) -> None:
    """Sends an action as a form kept open would, whatever the page shows."""
    version = re.search(r'name="version" value="(\d+)"', agent.last.text)
    agent.post(address(reference, action), {**({"version": version[1]} if version else {}), **said})


def offered(agent: Browser, reference: str, action: str) -> bool:
    """Whether the page of the case has the action as something to press."""
    return f'href="{address(reference, action)}"' in agent.get(address(reference)).text


def bring(citizen: Browser, base: str, document: str, content: bytes) -> None:
    citizen.get(f"{base}/complete")
    assert citizen.last.status_code == 200, citizen.text
    citizen.post(f"{base}/complete", files={document: (f"{document}.jpg", content, "image/jpeg")})


def test_a_defective_document_is_replaced_and_the_period_runs_again(
    portal: TestPortal, browser: Browser, staff: Staff, aids: str
) -> None:
    agent, before = staff("agent"), dossier(portal, aids).case.due_on
    agent.get(address(aids))
    half = dossier(portal, aids).case.half_ends_on
    assert half is not None
    assert long_date(half, "fr") in agent.text
    act(agent, aids, "ask_replacement", documents="prescription", reasons=WHY)
    waiting = dossier(portal, aids).case
    assert waiting.missing == ("prescription",)
    assert waiting.due_on is None
    assert translate("fr", "Waiting for a replacement document") in agent.get("/fr/counter").text

    portal.clock.forward(days=4)
    browser.sign_in()
    base = f"/fr/cases/{aids}"
    browser.get(base)
    until = long_date(date(2026, 4, 2), "fr")
    for told in (WHY, "L'ordonnance médicale", until):
        assert told.replace("'", "’") in browser.text.replace("'", "’")
    assert f'href="{base}/complete"' in browser.last.text
    set_aside = translate("fr", "Set aside on %(date)s", {"date": plain_date(date(2026, 3, 2), "fr")})
    assert set_aside in browser.text
    assert WHY in browser.get(f"{base}/complete").text
    assert set_aside in browser.text

    bring(browser, base, "prescription", jpeg())
    assert browser.last.status_code == 422, "the very file that was set aside replaces nothing"
    assert dossier(portal, aids).case.missing == ("prescription",)
    bring(browser, base, "prescription", jpeg("red"))
    assert browser.url == base
    running = dossier(portal, aids).case
    assert (running.state, running.missing) == ("lodged", ())
    # It was asked for on day 0 and came on 6 March, which is the new day 0: 60 days, and the next one.
    assert (before, running.due_on) == (date(2026, 5, 4), date(2026, 5, 6))
    assert translate("fr", "The documents were replaced: the period runs again") in browser.text
    agent.staff_sign_in("agent-centre-social-berkane", PASSWORD)
    assert translate("fr", "The documents were replaced: the period runs again") in agent.get(address(aids)).text
    assert agent.text.count(set_aside) == 1


def test_a_sworn_statement_replaces_only_where_the_sheet_allows_it(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    act(staff("agent", unit=ANNEXE), reference, "ask_replacement", documents="lease", reasons=WHY)
    base = f"/fr/cases/{reference}"
    browser.get(f"{base}/complete")
    browser.post(f"{base}/complete", {"ownership-statement": "yes", "host_undertaking-statement": "yes"})
    assert dossier(portal, reference).case.missing == ("lease",)
    browser.get(f"{base}/complete")
    browser.post(f"{base}/complete", {"lease-statement": "yes"})
    assert dossier(portal, reference).case.state == "lodged"
    assert "lease" in dossier(portal, reference).statements


def test_only_what_was_brought_can_be_found_defective(portal: TestPortal, browser: Browser, staff: Staff) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    agent = staff("agent", unit=ANNEXE)
    form = agent.get(address(reference, "ask_replacement")).text
    assert 'value="lease"' in form
    assert 'value="ownership"' not in form
    send(agent, reference, "ask_replacement", documents="ownership", reasons=WHY)
    assert agent.last.status_code == 422
    assert WHY in agent.text
    somebody = Actor("x", frozenset({Role.AGENT}), ANNEXE)
    for wrong in (["ownership"], ["lease", "ownership"], [], ["../lease"]):
        for action in ("ask_replacement", "ask_originals"):
            with pytest.raises(DocumentsNeeded), portal.deps.unit_of_work() as work:
                perform(work, portal.deps, somebody, reference, action, {"documents": wrong, "reasons": WHY})
    assert dossier(portal, reference).case.state == "lodged"


@one_database
def test_nothing_can_be_doubted_where_nothing_was_brought(browser: Browser, staff: Staff, portal: TestPortal) -> None:
    browser.sign_in()
    reference = file_residence(browser, with_document=False)
    browser.get(f"/fr/cases/{reference}/complete")
    browser.post(f"/fr/cases/{reference}/complete", {"lease-statement": "yes"})
    assert dossier(portal, reference).case.state == "lodged"
    agent = staff("agent", unit=ANNEXE)
    assert not offered(agent, reference, "ask_replacement")
    assert offered(agent, reference, "approve")


def test_originals_are_shown_at_the_counter_and_asked_for_once(
    portal: TestPortal, browser: Browser, staff: Staff, aids: str
) -> None:
    agent, clerk = staff("agent"), staff("clerk")
    agent.get(address(aids))
    agent.post(f"{address(aids)}/take")
    act(agent, aids, "ask_originals", documents="disability_certificate", reasons=DOUBT)
    browser.get(f"/fr/cases/{aids}")
    for told in (DOUBT, translate("fr", "Show these originals at the counter"), "Centre social"):
        assert told in browser.text
    assert f"/fr/cases/{aids}/actions/originals_seen" not in browser.text
    act(clerk, aids, "originals_seen", note="Conforme à la copie.")
    assert dossier(portal, aids).case.state == "lodged"
    assert translate("fr", "The originals were seen: the period runs again") in clerk.get(address(aids)).text
    assert "Conforme à la copie." in clerk.text
    assert "Conforme à la copie." not in browser.get(f"/fr/cases/{aids}").text
    assert not offered(agent, aids, "ask_originals")
    assert "article 7" in agent.text
    agent.get(address(aids, "approve"))
    send(agent, aids, "ask_originals", documents="prescription", reasons=DOUBT)
    assert agent.last.status_code == 409
    assert "article 7" in agent.text
    assert DOUBT in agent.text


def test_a_period_is_extended_once_to_a_date_that_is_told_before(
    portal: TestPortal, browser: Browser, staff: Staff, aids: str
) -> None:
    chief = staff("chief")
    chief.get(address(aids, "extend"))
    # 60 + 30 days after 2 March, and the next day: Monday 1 June.
    assert long_date(date(2026, 6, 1), "fr") in chief.text
    send(chief, aids, "extend", days="31", reasons=EXPERTISE)
    assert chief.last.status_code == 422
    assert EXPERTISE in chief.text
    send(chief, aids, "extend", days="10", reasons=EXPERTISE)
    assert chief.last.status_code == 200
    # 70 days after 2 March is 11 May.
    assert dossier(portal, aids).case.due_on == date(2026, 5, 12)
    assert EXPERTISE in browser.get(f"/fr/cases/{aids}").text
    assert not offered(chief, aids, "extend")
    assert "article 17" in chief.text
    chief.get(address(aids, "approve"))
    send(chief, aids, "extend", days="5", reasons=EXPERTISE)
    assert chief.last.status_code == 409
    assert "article 17" in chief.text
    assert EXPERTISE in chief.text
    assert dossier(portal, aids).case.due_on == date(2026, 5, 12)


@pytest.mark.parametrize(
    ("action", "said", "told"),
    [
        ("ask_more_info", {"question": QUESTION}, "article 14"),
        ("ask_replacement", {"documents": "prescription", "reasons": WHY}, "article 10"),
        ("ask_originals", {"documents": "prescription", "reasons": DOUBT}, "article 7"),
    ],
)
def test_nothing_is_asked_of_her_in_the_second_half(
    portal: TestPortal, staff: Staff, aids: str, action: str, said: dict[str, str], told: str
) -> None:
    portal.clock.forward(days=31)
    agent = staff("agent")
    assert not offered(agent, aids, action)
    folded = agent.text.partition('id="forbidden"')[2].partition("</details>")[0]
    assert told in folded
    assert agent.get(address(aids, action)).status_code == 409
    assert told in agent.text
    agent.get(address(aids, "approve"))
    send(agent, aids, action, **said)
    assert agent.last.status_code == 409
    assert told in agent.text
    # What was typed can still be copied, and nothing of it can be sent.
    assert next(words for name, words in said.items() if name != "documents") in agent.text
    assert f'action="{address(aids, action)}"' not in agent.last.text
    assert dossier(portal, aids).case.state == "lodged"


def test_what_has_run_out_is_not_extended(portal: TestPortal, staff: Staff, aids: str) -> None:
    portal.clock.forward(days=70)
    chief = staff("chief")
    assert not offered(chief, aids, "extend")
    chief.get(address(aids, "approve"))
    send(chief, aids, "extend", days="5", reasons=EXPERTISE)
    assert chief.last.status_code == 409
    assert "article 17" in chief.text


def test_a_refusal_states_its_ground_its_reasons_and_until_when_to_appeal(
    portal: TestPortal, browser: Browser, staff: Staff, aids: str
) -> None:
    agent = staff("agent")
    agent.get(address(aids, "refuse"))
    send(agent, aids, "refuse", reasons="Le fauteuil a été remis en janvier.")
    assert agent.last.status_code == 422
    assert 'href="#ground"' in agent.last.text
    send(agent, aids, "refuse", ground="already_received", reasons="Le fauteuil a été remis en janvier.")
    assert dossier(portal, aids).case.state == "refused"
    portal.run_effects()
    printed = next(one for one in portal.renderer.seen if one.kind == "decision")
    said = repr(printed)
    assert "La même aide a déjà été attribuée" in said
    assert "Le fauteuil a été remis en janvier." in said
    assert "gouverneur de la province" in said
    # Thirty full days from 2 March: the thirty-first is Thursday 2 April.
    assert "2 avril 2026" in said
    assert "La même aide a déjà été attribuée" in browser.get(f"/fr/cases/{aids}").text


def test_a_file_that_nobody_completes_is_returned_with_its_document(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    browser.sign_in()
    reference = file_residence(browser, with_document=False)
    portal.clock.forward(days=31)
    timers.sweep(portal.deps)
    assert dossier(portal, reference).case.state == "depositing", "she had until today"
    portal.clock.forward(days=1)
    timers.sweep(portal.deps)
    assert dossier(portal, reference).case.state == "returned"
    timers.sweep(portal.deps)
    portal.run_effects()
    (printed,) = [one for one in portal.renderer.seen if one.title["fr"].startswith("Avis de retour")]
    assert "Le contrat de bail ou la dernière quittance de loyer" in repr(printed)
    assert "article 10" in repr(printed)
    browser.sign_in()
    assert "Dossier retourné" in browser.get(f"/fr/cases/{reference}").text
    browser.post(f"/fr/cases/{reference}/complete", files={"lease": ("lease.jpg", jpeg("red"), "image/jpeg")})
    assert dossier(portal, reference).case.state == "returned"


def test_documents_not_replaced_in_thirty_days_return_the_file(portal: TestPortal, staff: Staff, aids: str) -> None:
    act(staff("agent"), aids, "ask_replacement", documents="prescription", reasons=WHY)
    portal.clock.forward(days=31)
    timers.sweep(portal.deps)
    assert dossier(portal, aids).case.state == "replacement"
    portal.clock.forward(days=1)
    timers.sweep(portal.deps)
    assert dossier(portal, aids).case.state == "returned"
    portal.run_effects()
    printed = repr(next(one for one in portal.renderer.seen if one.title["fr"].startswith("Avis de retour")))
    assert "ordonnance médicale" in printed
    assert "certificat médical" not in printed


def test_the_file_says_at_which_point_of_the_period_its_office_was_warned(
    portal: TestPortal, staff: Staff, aids: str
) -> None:
    agent = staff("agent")
    for days, warning in ((47, "quarter"), (13, "before-3"), (4, "after-1")):
        portal.clock.forward(days=days)
        timers.sweep(portal.deps)
        agent.staff_sign_in("agent-centre-social-berkane", PASSWORD)
        assert warning_words(warning, "fr") in agent.get(address(aids)).text, warning
    assert translate("fr", "The time set for this step has passed") not in agent.text


def test_the_secretary_general_sees_what_was_escalated_and_cannot_act(
    portal: TestPortal, browser: Browser, staff: Staff, aids: str
) -> None:
    general = staff("secretary_general", unit="province-berkane")
    assert general.url == "/fr/counter/escalated"
    assert aids not in general.text
    assert general.get(address(aids)).status_code == 404
    browser.sign_in()
    other = file_residence(browser)
    portal.clock.forward(days=80)
    timers.sweep(portal.deps)
    found = dossier(portal, aids).case
    assert found.escalated
    general.staff_sign_in("secretary-general-province-berkane", PASSWORD)
    shown = general.get("/fr/counter/escalated").text
    assert aids in shown
    assert other in shown
    assert shown.index(other) < shown.index(aids), "the longest overdue comes first"
    assert "Centre social" in shown
    assert general.get(address(aids)).status_code == 200
    assert f"{address(aids)}/actions/" not in general.text
    before = dossier(portal, aids).case
    for path in ("/take", "/release", "/complete", "/actions/approve", "/actions/refuse", "/obtained", "/votes"):
        general.get("/fr/counter/escalated")
        answer = general.post(f"{address(aids)}{path}", {"ground": "covered", "reasons": "Une raison suffisante."})
        assert answer.status_code in (303, 403, 404, 405) or answer.url.path == address(aids), path
    assert dossier(portal, aids).case == before
    agent = staff("agent")
    assert translate("fr", "Escalated") in agent.text
    assert translate("fr", "Silence recorded") in agent.text
    assert agent.get("/fr/counter/escalated").status_code == 403
    act(agent, aids, "approve")
    general.get("/fr/counter/escalated")
    assert aids not in general.text
    assert general.get(address(aids)).status_code == 404


def test_the_escalated_are_read_page_by_page_from_their_own_index(
    portal: TestPortal, browser: Browser, engine_kind: str
) -> None:
    browser.sign_in()
    filed = {file_residence(browser) for _ in range(3)}
    portal.clock.forward(days=30)
    timers.sweep(portal.deps)
    with portal.deps.reading() as work:
        rows = escalated.read(work.connection)
        assert {row.reference for row in rows} == filed
        for number, row in enumerate(rows, start=1):
            assert escalated.read(work.connection, (row.queue_on, row.id)) == rows[number:]
        for statement in (escalated.FIRST, escalated.LATER):
            place = {"place": date(2026, 3, 1), "id": "x"} if statement is escalated.LATER else {}
            bounds: dict[str, Any] = {"independent": ["mediateur"], **place}
            asked = statement.params(**bounds).compile(work.connection, compile_kwargs={"literal_binds": True})
            explain = "EXPLAIN QUERY PLAN" if engine_kind == "sqlite" else "EXPLAIN"
            if engine_kind == "postgres":
                # Of three rows none needs an index: what counts is that it could be used.
                work.connection.exec_driver_sql("SET enable_seqscan = off")
                work.connection.exec_driver_sql("SET enable_sort = off")
            told = str(work.connection.exec_driver_sql(f"{explain} {asked}").all())
            assert "ix_cases_escalated" in told
            assert "TEMP B-TREE" not in told


PETITION = {
    "you": {
        "name_ar": "أمينة العلوي",
        "name_fr": "Amina El Alaoui",
        "cnie": "FB123456",
        "place": "02.113.01.09/hay-salam",
    },
    "council": {"council": "commune", "presented_by": "citizens"},
    "matter": {
        "subject": "Ouvrir une bibliothèque",
        "demand": "Que le conseil délibère de l'ouverture d'une bibliothèque.",
        "grounds": "Plus de mille élèves étudient dans le quartier.",
    },
    "signatures": {"signatures": "150"},
    "commitment": {"sincerity": "yes", "phone": "", "email": "amina@example.ma"},
}


def test_signatures_are_counted_against_the_communes_population(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    browser.sign_in()
    start(browser, "petition")
    draft = answer_pages(browser, PETITION)
    browser.get(f"/fr/drafts/{draft}/check")
    assert re.search(r"\b200\b", browser.text), "Berkane has more than 35,000 inhabitants"
    pdf = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    reference = hand_in(browser, draft)
    bring(browser, f"/fr/cases/{reference}", "signatures", pdf)
    assert dossier(portal, reference).answers["signatures_needed"] == 200
    if dossier(portal, reference).case.state == "depositing":
        pytest.fail(browser.text)
    agent = staff("agent", unit="commune-berkane")
    agent.get(address(reference, "verify"))
    send(agent, reference, "verify", counted="150", set_aside="4")
    assert agent.last.status_code == 422
    assert "200" in agent.text
    send(agent, reference, "verify", counted="200", set_aside="4")
    assert dossier(portal, reference).case.state == "verified"


def test_an_act_that_changes_nothing_of_the_delay_hides_no_file_from_the_secretary_general(
    portal: TestPortal, browser: Browser, staff: Staff
) -> None:
    reference, _ = file_complaint(browser)
    portal.clock.forward(days=90)
    timers.sweep(portal.deps)
    found = dossier(portal, reference).case
    assert found.escalated
    act(staff("agent", unit=found.unit), reference, "ask_more_info", question="De quel lampadaire s'agit-il ?")
    asked = dossier(portal, reference).case
    assert asked.state == "more_info"
    assert asked.escalated
