"""Last days as a calendar file: whole days, names that stay, and nothing that whoever sees the telephone should learn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from portal.domain.acts import Act
from portal.domain.clock import Calendar as DaysOff
from portal.domain.clock import ClockEvent, ClockEventKind, LegalClock
from portal.domain.remedies import Remedy
from portal.domain.service import Occasion
from portal.presenting.calendar_file import HERS, OURS, Due, Entry, calendar_file, entries_of

from .presenting_samples import COMPLETED, LANGUAGES, MONDAY, REFERENCE, clock, on, service

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
URL = f"https://portal.example/fr/cases/{REFERENCE}"
ASKED_ON = date(2026, 3, 12)
REFUSED = clock(COMPLETED, on(ClockEventKind.STOPPED, date(2026, 3, 20)))


def entries(of: LegalClock, today: date = ASKED_ON, *remedies: Remedy, answer_by: date | None = None) -> list[Entry]:
    return entries_of(of, remedies, today, reference=REFERENCE, url=URL, changes=4, changed_at=NOW, answer_by=answer_by)


def days(of: LegalClock, today: date = ASKED_ON, *remedies: Remedy, answer_by: date | None = None) -> dict[Due, date]:
    return {one.due: one.on for one in entries(of, today, *remedies, answer_by=answer_by)}


def suspended(act: Act) -> LegalClock:
    return clock(COMPLETED, ClockEvent(ClockEventKind.SUSPENDED, ASKED_ON, act=act))


def remedy(until: date | None) -> Remedy:
    appeal = replace(service(), slug="recours")
    return Remedy(appeal, Occasion.REFUSED, date(2026, 3, 20), until, DaysOff(frozenset()), "55-19")


def test_each_state_of_the_clock_has_its_own_days() -> None:
    assert days(clock()) == {Due.DOCUMENTS: date(2026, 4, 2)}
    assert days(clock(COMPLETED)) == {Due.ANSWER: date(2026, 5, 4)}
    assert days(suspended(Act.REPLACEMENT)) == {Due.REPLACEMENT: date(2026, 4, 13)}
    assert days(suspended(Act.INFORMATION)) == {}
    assert days(suspended(Act.INFORMATION), answer_by=date(2026, 4, 10)) == {Due.REPLY: date(2026, 4, 10)}
    assert days(REFUSED) == {}


def test_a_remedy_is_kept_while_it_is_open() -> None:
    until = date(2026, 4, 20)
    assert days(REFUSED, until, remedy(until), remedy(None)) == {Due.REMEDY: until}
    assert days(REFUSED, until + timedelta(days=1), remedy(until)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_is_a_whole_day_in_the_readers_language(language: str) -> None:
    read: Any = Calendar.from_ical(calendar_file(entries(clock(COMPLETED)), language, host="portal.example", now=NOW))
    [event] = read.walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 5, 4), date(2026, 5, 5))
    assert event["summary"].params["language"] == language
    assert {"ar": "آخر أجل", "fr": "Réponse"}[language] in event["summary"]
    assert REFERENCE in event["summary"]
    assert str(event["url"]) == URL
    assert (event["sequence"], event["last-modified"].dt, event["dtstamp"].dt) == (4, NOW, NOW)
    assert (event["transp"], event["class"]) == ("TRANSPARENT", "PRIVATE")
    assert not read.walk("VALARM")


def test_a_day_that_moves_keeps_its_name() -> None:
    def uids(of: LegalClock, now: datetime) -> list[str]:
        read: Any = Calendar.from_ical(calendar_file(entries(of), "fr", host="portal.example", now=now))
        return [str(event["uid"]) for event in read.walk("VEVENT")]

    extended = clock(COMPLETED, ClockEvent(ClockEventKind.EXTENDED, MONDAY, days=20))
    later = uids(extended, NOW + timedelta(days=9))
    assert uids(clock(COMPLETED), NOW) == later == [f"{REFERENCE}-answer@portal.example"]


def test_a_file_names_neither_the_service_nor_anybody() -> None:
    told = [entry for of in (clock(), clock(COMPLETED)) for entry in entries(of)]
    told += entries(REFUSED, date(2026, 4, 1), remedy(date(2026, 4, 20)))
    for language in LANGUAGES:
        content = calendar_file(told, language, host="portal.example", now=NOW).decode()
        unfolded = content.replace("\r\n ", "")
        assert unfolded.count("BEGIN:VEVENT") == 3
        assert service().title[language] not in unfolded
        assert "DESCRIPTION" not in unfolded
        assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))


def test_those_who_decide_are_spoken_to_in_their_own_words() -> None:
    assert set(HERS) == set(Due)
    entry = Entry(REFERENCE, Due.DOCUMENTS, ASKED_ON, URL, 1, NOW)
    shown = [calendar_file([entry], "fr", host="h", now=NOW, staff=staff).decode() for staff in (False, True)]
    assert shown[0] != shown[1]
    assert set(OURS) == {Due.ANSWER, Due.DOCUMENTS}


def test_an_empty_calendar_is_one_all_the_same() -> None:
    read: Any = Calendar.from_ical(calendar_file([], "ar", host="h", now=NOW))
    assert read["version"] == "2.0"
    assert not read.walk("VEVENT")
