"""What a person is told when her case changes."""

from datetime import date

import pytest

from portal.domain.events import (
    CaseDecided,
    CaseSubmitted,
    Event,
    FileCompleted,
    FollowUpReported,
    InformationProvided,
    InformationRequested,
)
from portal.ports import Channel
from portal.presenting.messages import Said, message_about

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
EVENTS: list[tuple[Event, date | None, date | None]] = [
    (COMPLETE, date(2026, 9, 30), None),
    (COMPLETE, None, None),
    (LACKING, None, date(2026, 9, 30)),
    (ASKED, None, None),
    (ANSWERED, date(2026, 9, 30), None),
    *(
        (CaseDecided("x", "lodged", "y", one, {"reasons": "z"}), date(2026, 9, 30), None)
        for one in ("granted", "refused", "returned", "withdrawn", "referred")
    ),
    (FollowUpReported("jisr", "delivered", {"ar": "سُلمت المعينات", "fr": "Aides remises"}, "fauteuil"), None, None),
]


def said(event: Event, due: date | None, deposit: date | None, channel: Channel, language: str) -> Said:
    return message_about(
        event,
        channel=channel,
        language=language,
        reference=REFERENCE,
        due_on=due,
        deposit_due_on=deposit,
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
