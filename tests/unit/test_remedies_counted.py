"""What an applicant can turn to after a refusal or a silence, and until when."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.clock import Calendar, LegalClock
from portal.domain.events import CaseReopened, RemedyFiled
from portal.domain.remedies import Remedy, remedies, remind_until
from portal.domain.service import Count, Follows, Occasion, Result, ServiceDefinition, Silence, Term, UnitKind

from .clock_stories import calendars, days_of_the_year
from .small_service import FILES, load

MARKET = load(FILES)
OFFICE = Calendar(frozenset({date(2026, 7, 30)}))
THIRTY = Term(30, Count.LEGAL)
BOTH = (Occasion.REFUSED, Occasion.SILENCE)


def first(silence: Silence = Silence.APPEAL) -> ServiceDefinition:
    return replace(MARKET, deadline=replace(MARKET.deadline, silence=silence))


def following(*on: Occasion, **known: Any) -> ServiceDefinition:
    return replace(MARKET, slug="appeal", follows=Follows(on, **{"within": THIRTY, "article": "55-19/21", **known}))


def clock(**known: Any) -> LegalClock:
    values: dict[str, Any] = {"law": "55-19", "days": 10, "complete_on": date(2026, 6, 1), **known}
    return LegalClock(calendar=OFFICE, filed_on=date(2026, 6, 1), **values)


def found(
    service: ServiceDefinition,
    clock: LegalClock,
    outcome: Result | None = None,
    kind: UnitKind = UnitKind.COMMUNE,
    silence: Silence = Silence.APPEAL,
) -> list[Remedy]:
    return remedies(first(silence), clock, outcome, kind, [MARKET, service])


def test_a_refusal_can_be_appealed_for_thirty_whole_days_and_a_last_day_off_rolls() -> None:
    (remedy,) = found(following(*BOTH), clock(decided_on=date(2026, 6, 29)), Result.REFUSED)
    assert (remedy.occasion, remedy.since, remedy.until) == (Occasion.REFUSED, date(2026, 6, 29), date(2026, 7, 31))
    assert remedy.article == "55-19/21"
    assert remedy.open(date(2026, 7, 31))
    assert not remedy.open(date(2026, 8, 1))


def test_a_silence_can_be_appealed_from_the_day_on_which_it_set_in() -> None:
    (remedy,) = found(following(*BOTH), clock(silent_on=date(2026, 6, 13)))
    # 14 to 30 June are 17 days, 1 to 13 July make thirty.
    assert (remedy.occasion, remedy.since, remedy.until) == (Occasion.SILENCE, date(2026, 6, 13), date(2026, 7, 14))


def test_a_late_refusal_begins_the_days_anew() -> None:
    late = clock(silent_on=date(2026, 6, 13), decided_on=date(2026, 7, 1))
    (remedy,) = found(following(*BOTH), late, Result.REFUSED)
    assert (remedy.occasion, remedy.since) == (Occasion.REFUSED, date(2026, 7, 1))


@pytest.mark.parametrize("outcome", [Result.GRANTED, Result.WITHDRAWN])
def test_an_answer_that_came_late_after_all_leaves_nothing_of_a_silence_to_appeal(outcome: Result) -> None:
    late = clock(silent_on=date(2026, 6, 13), decided_on=date(2026, 7, 1))
    assert found(following(*BOTH), late, outcome) == []


def test_what_a_silence_granted_can_be_claimed_although_the_case_was_decided() -> None:
    granted = clock(silent_on=date(2026, 6, 13), decided_on=date(2026, 6, 13))
    claim = following(Occasion.SILENCE, silence=Silence.APPROVAL, within=None)
    (remedy,) = found(claim, granted, Result.GRANTED, silence=Silence.APPROVAL)
    assert (remedy.since, remedy.until, remedy.open(date(2030, 1, 1))) == (date(2026, 6, 13), None, True)
    assert found(claim, granted, Result.GRANTED, silence=Silence.APPEAL) == []


@pytest.mark.parametrize(
    ("known", "offered"),
    [
        ({"laws": ("55-19",)}, True),
        ({"laws": ("31-13",)}, False),
        ({"at": (UnitKind.COMMUNE,)}, True),
        ({"at": (UnitKind.PROVINCE,)}, False),
        ({"services": (MARKET.slug,)}, True),
        ({"services": ("another",)}, False),
    ],
)
def test_a_service_follows_only_the_cases_that_it_names(known: dict[str, Any], offered: bool) -> None:
    refused = clock(decided_on=date(2026, 6, 15))
    assert bool(found(following(Occasion.REFUSED, **known), refused, Result.REFUSED)) is offered


def test_nothing_follows_a_case_to_which_nothing_happened() -> None:
    assert found(following(*BOTH), clock()) == []
    assert found(following(*BOTH), clock(decided_on=date(2026, 6, 5)), Result.GRANTED) == []
    assert found(following(Occasion.SILENCE), clock(decided_on=date(2026, 6, 5)), Result.REFUSED) == []


def test_she_is_reminded_of_the_remedy_that_ends_first_until_she_has_turned_to_somebody() -> None:
    refused = clock(decided_on=date(2026, 6, 15))
    short, endless = following(Occasion.REFUSED, within=Term(10, Count.LEGAL)), following(Occasion.REFUSED, within=None)
    both = remedies(first(), refused, Result.REFUSED, UnitKind.COMMUNE, [following(*BOTH), short, endless])
    assert [one.until for one in both] == [date(2026, 7, 16), date(2026, 6, 26), None]
    assert remind_until(both, []) == date(2026, 6, 26)
    filed = RemedyFiled("appeal", "BRK-26-0002")
    assert remind_until(both, [filed]) is None
    assert remind_until(both, [filed, CaseReopened("reopen", "refused", "lodged")]) == date(2026, 6, 26)
    assert remind_until(found(endless, refused, Result.REFUSED), []) is None


@given(calendars, days_of_the_year, st.integers(0, 60), st.sampled_from(["55-19", "31-13"]), st.booleans())
def test_a_remedy_counted_as_the_law_does_ends_on_no_day_off(
    calendar: Calendar, day: date, days: int, law: str, silent: bool
) -> None:
    what: dict[str, Any] = {"silent_on": day} if silent else {"decided_on": day}
    stood = LegalClock(law, 10, calendar, day, day, **what)
    (remedy,) = found(following(*BOTH, within=Term(days, Count.LEGAL)), stood, None if silent else Result.REFUSED)
    assert remedy.until is not None
    assert remedy.until > remedy.since
    assert not calendar.is_off(remedy.until)


def test_the_days_of_a_remedy_are_those_of_the_services_own_law_whatever_the_file_was_counted_under() -> None:
    """The decision in print says the same day: an urgent file's remedy is no shorter than another's."""
    information = replace(MARKET, deadline=replace(MARKET.deadline, law="31-13", days=20))
    complaint = following(*BOTH, within=Term(20, Count.LEGAL), laws=("31-13", "31-13-urgent"))
    decided = {"decided_on": date(2026, 6, 29), "days": 3}
    (urgent,) = remedies(
        information, clock(law="31-13-urgent", **decided), Result.REFUSED, UnitKind.COMMUNE, [complaint]
    )
    # Twenty working days from Tuesday 30 June to Monday 27 July, and the next one.
    assert urgent.until == date(2026, 7, 28)
