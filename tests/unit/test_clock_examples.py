"""The clock against worked examples that were counted on a calendar by hand (clock_examples.yaml, docs/clock.md)."""

from datetime import date, datetime

import pytest

from portal.domain.acts import Act
from portal.domain.alarms import Kind, alarms
from portal.domain.clock import ClockEvent, ClockEventKind, LegalClock
from portal.domain.service import Count, Term
from portal.domain.timers import last_day
from portal.i18n import office_date
from tools.clock_reference import PAGE, WORDS, Example, Happened, page, read

CALENDARS, _, CHAPTERS = read()
EXAMPLES = [example for chapter in CHAPTERS for example in chapter.examples]
by_number = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.number))
"""Each example is a test of its own, called by its number."""

ASKS = {"information": Act.INFORMATION, "replacement": Act.REPLACEMENT, "originals": Act.ORIGINALS}
KINDS = {
    "completed": ClockEventKind.COMPLETED,
    **dict.fromkeys(ASKS, ClockEventKind.SUSPENDED),
    **dict.fromkeys(("answered", "replaced", "seen"), ClockEventKind.RESUMED),
    "extended": ClockEventKind.EXTENDED,
    "changed": ClockEventKind.CHANGED,
    "silence": ClockEventKind.SILENT,
    "decided": ClockEventKind.STOPPED,
    "reopened": ClockEventKind.REOPENED,
}


def day_of(event: Happened) -> date:
    return office_date(event.when) if isinstance(event.when, datetime) else event.when


def moved(event: Happened, number: int) -> ClockEvent:
    kind, on = KINDS[event.word], day_of(event)
    match event.word, event.more:
        case "extended", (days,):
            return ClockEvent(kind, on, int(days), number=number)
        case "changed", (law, days):
            return ClockEvent(kind, on, int(days), law, number=number)
    return ClockEvent(kind, on, act=ASKS.get(event.word, Act.INFORMATION), number=number)


def clock_of(example: Example) -> LegalClock:
    return LegalClock.from_journal(
        [moved(event, number) for number, event in enumerate(example.events, 1) if event.word != "filed"],
        law=example.law,
        days=example.days,
        calendar=CALENDARS[example.calendar],
        filed_on=day_of(example.events[0]),
        extends=example.extends,
    )


@by_number
def test_the_clock_finds_the_days_that_were_counted_by_hand(example: Example) -> None:
    clock = clock_of(example)
    silence = [alarm.on for alarm in alarms(clock) if alarm.kind is Kind.SILENCE]
    found = {
        "due": clock.due_on,
        "half": clock.half_ends_on,
        "citizen": clock.citizen_due_on,
        "silence": silence[0] if silence else None,
    }
    assert {name: found[name] for name in example.expected} == example.expected


@by_number
def test_the_clock_shows_the_state_and_the_days_that_were_counted_by_hand(example: Example) -> None:
    clock = clock_of(example)
    for day, (state, used, left) in example.looks.items():
        reading = clock.reading(day)
        assert (day, reading.state.value, reading.used, reading.left) == (day, state, used, left)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.remedy], ids=lambda example: str(example.number))
def test_a_remedy_ends_on_the_day_that_was_counted_by_hand(example: Example) -> None:
    clock = clock_of(example)
    assert example.remedy is not None
    since = clock.decided_on or clock.silent_on
    assert since == example.remedy["since"]
    term = Term(example.remedy["days"], Count.LEGAL)
    assert last_day(term, since, clock.calendar, clock.law) == example.remedy["until"]


def test_there_are_enough_examples_and_each_says_why() -> None:
    assert [example.number for example in EXAMPLES] == list(range(1, len(EXAMPLES) + 1))
    assert len(EXAMPLES) >= 40
    assert all(len(example.why) > 50 and "due" in example.expected for example in EXAMPLES)
    assert {event.word for example in EXAMPLES for event in example.events} == set(WORDS)


def test_the_page_for_jurists_shows_these_examples() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tools.clock_reference"
