"""What a person is told when her case changes."""

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.acts import Act
from portal.domain.events import (
    CaseDecided,
    CaseSubmitted,
    DocumentsReplaced,
    DueDateMoved,
    Event,
    FileCompleted,
    FollowUpReported,
    InformationProvided,
    InformationRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
    SilenceRecorded,
)
from portal.ports import Channel
from portal.presenting.messages import Days, Said, is_news, message_about, reminder

from .presenting_samples import LANGUAGES, REFERENCE

BASE_URL = "https://services.province-berkane.ma"
# The letters of GSM 03.38 that French needs: any other makes every character of an SMS two bytes wide.
GSM = set(
    "@£$¥èéùìòÇØøÅåÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑܧ¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà_\n"
)

COMPLETE = FileCompleted()
LACKING = CaseSubmitted("certificat", "annexe-1", missing=["lease"])
ASKED = InformationRequested("ask", "lodged", "more_info", {"question": "ما رقم هاتف السيدة أمينة؟"})
ANSWERED = InformationProvided("answer", "more_info", "lodged", {"reply": "0612345678"})
MOVED = DueDateMoved("2026-09-28", "2026-09-30", "feast:eid_al_fitr:2026")
EVENTS: list[tuple[Event, date | None, date | None]] = [
    (COMPLETE, date(2026, 9, 30), None),
    (COMPLETE, None, None),
    (LACKING, None, date(2026, 9, 30)),
    (ASKED, None, None),
    (ANSWERED, date(2026, 9, 30), None),
    (MOVED, date(2026, 9, 30), None),
    (MOVED, None, date(2026, 9, 30)),
    (MOVED, None, None),
    (replace(MOVED, of="file"), None, date(2026, 9, 30)),
    (replace(MOVED, of="remedy"), date(2026, 9, 30), None),
    *(
        (CaseDecided("x", "lodged", "y", one, {"reasons": "z"}), date(2026, 9, 30), None)
        for one in ("granted", "refused", "returned", "withdrawn", "referred")
    ),
    (ReplacementRequested("x", "a", "b", ["lease"], {"reasons": "z."}), None, date(2026, 9, 30)),
    (OriginalsRequested("x", "a", "b", ["lease"], {"reasons": "z."}), None, None),
    (DocumentsReplaced("x", "b", "a", ["lease"]), date(2026, 9, 30), None),
    (OriginalsSeen("x", "b", "a", {"note": "z."}), date(2026, 9, 30), None),
    (PeriodExtended("x", "a", "a", 20, {"reasons": "z."}), date(2026, 9, 30), None),
    (PeriodChanged("x", "a", "a", "31-13-urgent", 3), date(2026, 9, 30), None),
    (SilenceRecorded("2026-10-01", "2026-09-30", "approval"), date(2026, 9, 30), None),
    (SilenceRecorded("2026-10-01", "2026-09-30", "appeal"), date(2026, 9, 30), None),
    (FollowUpReported("jisr", "delivered", {"ar": "سُلمت المعينات", "fr": "Aides remises"}, "fauteuil"), None, None),
]


def said(
    event: Event,
    due: date | None,
    deposit: date | None,
    channel: Channel,
    language: str,
    *,
    remedy: date | None = None,
    remedy_over: bool = False,
    act: Act | None = None,
) -> Said:
    return message_about(
        event,
        channel=channel,
        language=language,
        reference=REFERENCE,
        days=Days(due, deposit, remedy, remedy_over),
        act=act,
        base_url=BASE_URL,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("event", "due", "deposit"), EVENTS)
def test_an_sms_is_short_and_says_which_file_and_where_to_look(
    event: Event, due: date | None, deposit: date | None, language: str
) -> None:
    message = said(event, due, deposit, Channel.SMS, language)
    assert message.subject == ""
    assert REFERENCE in message.body
    assert message.body.endswith(f"{BASE_URL}/{language}/track")
    assert len(message.body) <= (134 if language == "ar" else 160)


@pytest.mark.parametrize(("event", "due", "deposit"), EVENTS)
def test_a_french_sms_needs_no_letter_beyond_the_cheap_alphabet(
    event: Event, due: date | None, deposit: date | None
) -> None:
    assert set(said(event, due, deposit, Channel.SMS, "fr").body) <= GSM


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("event", "due", "deposit"), EVENTS)
def test_nothing_that_was_typed_leaves_by_message(
    event: Event, due: date | None, deposit: date | None, language: str, channel: Channel
) -> None:
    message = said(event, due, deposit, channel, language)
    for private in ("أمينة", "0612345678", "z.", "fauteuil", "المعينات", "Aides", "certificat"):
        assert private not in message.subject + message.body + message.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_email_carries_reference_link_and_last_day(language: str) -> None:
    message = said(COMPLETE, date(2026, 9, 30), None, Channel.EMAIL, language)
    assert REFERENCE in message.subject
    assert REFERENCE in message.body
    assert f"{BASE_URL}/{language}/track\n" in message.body
    assert {"ar": "30 شتنبر 2026", "fr": "30 septembre 2026"}[language] in message.body


def test_an_incomplete_file_is_told_its_own_last_day() -> None:
    lacking = said(LACKING, None, date(2026, 9, 30), Channel.SMS, "fr")
    complete = said(COMPLETE, date(2026, 9, 30), None, Channel.SMS, "fr")
    assert "30/09/2026" in lacking.body
    assert lacking.body != complete.body


def test_no_message_leaves_a_gap_where_a_date_is_not_known() -> None:
    for event in (COMPLETE, LACKING, ANSWERED):
        assert " ." not in said(event, None, None, Channel.SMS, "fr").body


def test_a_returned_file_is_not_called_a_decision() -> None:
    bodies = {
        outcome: said(CaseDecided("x", "a", "b", outcome), None, None, Channel.SMS, "fr").body
        for outcome in ("granted", "refused", "returned", "withdrawn")
    }
    # Whether it was granted or refused is for the applicant alone to read.
    assert bodies["granted"] == bodies["refused"]
    assert len(set(bodies.values())) == 3


@pytest.mark.parametrize("channel", Channel)
def test_whoever_is_told_of_a_moved_last_day_is_told_the_new_one_and_whose_it_is(channel: Channel) -> None:
    theirs, hers = (said(MOVED, due, None, channel, "fr").body for due in (date(2026, 9, 30), None))
    assert theirs != hers
    for body in (theirs, hers):
        assert ("30/09/2026" if channel is Channel.SMS else "30 septembre 2026") in body


SILENT = SilenceRecorded("2026-10-01", "2026-09-30", "appeal")
REFUSED = CaseDecided("x", "a", "b", "refused")
REMEDY = date(2026, 11, 2)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_told_of_a_silence_after_her_last_day_is_told_no_day_that_is_past(
    channel: Channel, language: str
) -> None:
    told = said(SILENT, date(2026, 9, 30), None, channel, language, remedy_over=True).body
    assert "2026" not in told.replace(REFERENCE, "")
    assert told != said(SILENT, date(2026, 9, 30), None, channel, language).body
    if channel is Channel.SMS:
        assert len(told) <= (134 if language == "ar" else 160)
        assert language == "ar" or set(told) <= GSM


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_silence_that_opens_an_appeal_says_until_when(language: str) -> None:
    sms = said(SILENT, date(2026, 9, 30), None, Channel.SMS, language, remedy=REMEDY).body
    assert {"ar": "2 نونبر 2026", "fr": "02/11/2026"}[language] in sms
    assert len(sms) <= (134 if language == "ar" else 160)
    assert language == "ar" or set(sms) <= GSM
    unknown = said(SILENT, date(2026, 9, 30), None, Channel.EMAIL, language)
    assert "2026" not in unknown.body.replace(REFERENCE, "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", [Act.SILENCE, Act.REPETITION])
def test_what_the_law_decides_is_not_told_as_a_decision_of_the_office(act: Act, language: str) -> None:
    by_law = said(REFUSED, None, None, Channel.SMS, language, act=act).body
    assert by_law != said(REFUSED, None, None, Channel.SMS, language).body
    assert len(by_law) <= (134 if language == "ar" else 160)
    assert language == "ar" or set(by_law) <= GSM


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("deadline", ["deposit", "replacement", "remedy", ""])
def test_a_reminder_says_of_which_last_day(deadline: str, language: str) -> None:
    def reminded(channel: Channel) -> Said:
        until = REMEDY if deadline else None
        return reminder(
            channel=channel, language=language, reference=REFERENCE, deadline=deadline, until=until, base_url=BASE_URL
        )

    sms = reminded(Channel.SMS).body
    assert len(sms) <= (134 if language == "ar" else 160)
    assert language == "ar" or set(sms) <= GSM
    assert ({"ar": "2 نونبر 2026", "fr": "02/11/2026"}[language] in sms) is bool(deadline)
    assert ({"ar": "2 نونبر 2026", "fr": "2 novembre 2026"}[language] in reminded(Channel.EMAIL).body) is bool(deadline)


def test_every_reminder_is_worded_for_its_own_day() -> None:
    bodies = {
        reminder(
            channel=Channel.SMS, language="fr", reference=REFERENCE, deadline=one, until=REMEDY, base_url=BASE_URL
        ).body
        for one in ("deposit", "replacement", "remedy")
    }
    assert len(bodies) == 3


@pytest.mark.parametrize(("event", "due", "deposit"), EVENTS)
def test_what_has_words_of_its_own_is_news(event: Event, due: date | None, deposit: date | None) -> None:
    other = said(FollowUpReported("jisr", "x", {}, ""), due, deposit, Channel.SMS, "fr").body
    assert is_news(event) is (said(event, due, deposit, Channel.SMS, "fr").body != other)
