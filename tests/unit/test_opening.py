"""Opening hours as a value: time counted while an office is open, over feasts, Ramadan and its changes of the hour.

Morocco is an hour ahead of UTC, but not around Ramadan: by the tables of zoneinfo the clock goes from 3:00 back to 2:00
on Sunday 15 February 2026, on again at 2:00 on Sunday 22 March, and back for good on Sunday 20 September.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.opening import ZONE, Opening, Season, Week, due_at
from portal.domain.periods import Calendar

MORNING, AFTERNOON = (time(8, 30), time(12)), (time(14), time(16, 30))
ALL_DAY, SHORT = (time(8, 30), time(16, 30)), (time(9), time(15))
USUAL: Week = ((ALL_DAY,),) * 4 + ((MORNING, AFTERNOON),) + ((),) * 2
FASTING: Week = ((SHORT,),) * 5 + ((),) * 2
RAMADANS = (
    Season(date(2026, 2, 18), date(2026, 3, 19), FASTING),
    Season(date(2027, 2, 8), date(2027, 3, 8), FASTING),
)
FEASTS = frozenset({date(2026, 3, 20), date(2026, 3, 21), date(2027, 3, 9), date(2027, 3, 10), date(2026, 5, 1)})
OFFICE = Opening(Calendar(FEASTS), USUAL, RAMADANS)
NIGHT = Opening(Calendar(frozenset(), frozenset({0})), (((time(0), time(8)),),) * 7)
"""An office that works through the night, so that the hour changes while it is open."""


def at(words: str) -> datetime:
    """A moment on the office's own clock."""
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


WORKED_EXAMPLES = [
    # Monday to Monday: an hour and a half is left on the day, the rest waits for the next morning.
    ("2026-01-12 15:00", 1, "2026-01-12 16:00", "an hour of an open afternoon"),
    ("2026-01-12 15:00", 4, "2026-01-13 11:00", "1.5 hours that day, 2.5 the next morning"),
    ("2026-01-12 08:30", 8, "2026-01-12 16:30", "the whole day: it ends as the office closes, not the next morning"),
    ("2026-01-12 06:00", 2, "2026-01-12 10:30", "filed before it opens: counted from half past eight"),
    ("2026-01-12 21:00", 2, "2026-01-13 10:30", "filed in the evening: counted from the next morning"),
    ("2026-01-12 16:30", 2, "2026-01-13 10:30", "filed at the very moment it closes: it is closed"),
    # A Friday is cut by the prayer: 3.5 hours, two hours of pause, 2.5 hours; then comes the weekend.
    ("2026-01-16 11:00", 2, "2026-01-16 15:00", "an hour before the prayer, one after it"),
    ("2026-01-16 13:00", 1, "2026-01-16 15:00", "filed during the pause"),
    ("2026-01-16 15:30", 2, "2026-01-19 09:30", "an hour on Friday, one on Monday"),
    ("2026-01-17 10:00", 1, "2026-01-19 09:30", "filed on a Saturday"),
    ("2026-04-30 16:00", 1, "2026-05-04 09:00", "half an hour, then 1 May, a Friday off, and the weekend"),
    # The eve of Ramadan 2026 has usual hours, its first day 9:00 to 15:00.
    ("2026-02-17 15:30", 3, "2026-02-18 11:00", "an hour by usual hours, two by those of Ramadan"),
    ("2026-03-19 14:00", 2, "2026-03-23 09:30", "the last hour of Ramadan, Eid, the weekend, and usual hours again"),
    # The clock goes back on a Sunday: the hours that count are those of its two sides.
    ("2026-02-13 15:30", 2, "2026-02-16 09:30", "over the Sunday on which the clock goes back, 2026"),
    (
        "2027-02-05 15:30",
        2,
        "2027-02-08 10:00",
        "over a Sunday, the eve of Ramadan 2027",
    ),
    ("2027-03-08 14:00", 2, "2027-03-11 09:30", "an hour, Eid on 9 and 10 March 2027, and usual hours again"),
    ("2027-03-12 15:30", 2, "2027-03-15 09:30", "over a Sunday after Ramadan 2027"),
]


@pytest.mark.parametrize(("start", "hours", "due", "reason"), WORKED_EXAMPLES)
def test_worked_examples_of_a_promise_in_hours(start: str, hours: int, due: str, reason: str) -> None:
    assert due_at(at(start), hours, OFFICE) == at(due), reason


@pytest.mark.parametrize(
    ("start", "hours", "due", "reason"),
    [
        # 00:00 to 08:00 on the clock are nine hours when 2:00 to 3:00 is lived twice, seven when it is leapt over.
        ("2026-02-15 00:00", 8, "2026-02-15 07:00", "the eighth hour ends at seven, once the clock has gone back"),
        ("2026-03-22 00:00", 7, "2026-03-22 08:00", "seven hours fill the night on which the clock goes on"),
        ("2026-02-15 01:00", 3, "2026-02-15 03:00", "one o'clock, two, two again, three"),
        ("2026-03-22 01:30", 1, "2026-03-22 03:30", "half past two is never shown"),
    ],
)
def test_an_hour_is_an_hour_also_when_the_clock_changes(start: str, hours: int, due: str, reason: str) -> None:
    assert NIGHT.after_hours(at(start), hours) == at(due), reason


def test_the_zone_changes_its_hour_when_these_examples_say() -> None:
    nights = [date(2026, 2, 15), date(2026, 3, 22), date(2026, 9, 20), date(2027, 2, 7), date(2027, 3, 14)]
    lengths = [NIGHT.hours_between(at(f"{day} 00:00"), at(f"{day} 12:00")) for day in nights]
    assert lengths == [timedelta(hours=hours) for hours in (9, 7, 9, 8, 8)]


def test_a_time_that_the_clock_leaps_over_means_the_moment_of_the_leap() -> None:
    week: Week = (((time(2, 30), time(3)),),) * 6 + (((time(2, 30), time(4)),),)
    leaping = Opening(Calendar(frozenset(), frozenset({0})), week)
    opens = leaping.next_opening(at("2026-03-22 00:00"))
    assert opens.astimezone(UTC) == datetime(2026, 3, 22, 2, tzinfo=UTC)
    assert leaping.hours_between(at("2026-03-22 00:00"), at("2026-03-22 12:00")) == timedelta(hours=1)


def test_a_day_has_the_hours_of_its_season_and_none_when_it_is_off() -> None:
    assert OFFICE(date(2026, 2, 17)) == (ALL_DAY,)
    assert OFFICE(date(2026, 2, 18)) == (SHORT,)
    assert OFFICE(date(2026, 1, 16)) == (MORNING, AFTERNOON)
    assert OFFICE(date(2026, 3, 20)) == OFFICE(date(2026, 1, 17)) == ()


def test_it_is_open_from_the_moment_it_opens_and_not_at_the_moment_it_closes() -> None:
    assert OFFICE.is_open(at("2026-01-12 08:30"))
    assert not OFFICE.is_open(at("2026-01-12 16:30"))
    assert not OFFICE.is_open(at("2026-01-16 13:00"))
    # Seven in the morning by UTC is eight in Berkane, and not open; half an hour later it is.
    assert not OFFICE.is_open(datetime(2026, 1, 12, 7, 0, tzinfo=UTC))
    assert OFFICE.is_open(datetime(2026, 1, 12, 7, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 7,
        ((),) * 5 + ((ALL_DAY,),) * 2,
        ((MORNING, (time(11), time(13))),) * 7,
        (((time(9), time(9)),),) * 7,
        ((ALL_DAY,),) * 6,
    ],
)
def test_hours_by_which_nobody_could_count_are_refused(week: Week) -> None:
    with pytest.raises(ValueError, match=r"week|never opens"):
        Opening(Calendar(frozenset()), week)


MOMENTS = st.integers(0, 550 * 24 * 60).map(
    lambda minutes: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
LENGTHS = st.integers(0, 80 * 60).map(lambda minutes: timedelta(minutes=minutes))
TIMES = st.lists(st.integers(0, 24 * 12 - 1), max_size=6, unique=True).map(sorted)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    """Any office: odd hours, nights among them, any days off, any Ramadan."""

    def week() -> Week:
        days = []
        for _ in range(7):
            times = [time(five // 12, five % 12 * 5) for five in draw(TIMES)]
            days.append(tuple(zip(times[::2], times[1::2], strict=False)))
        days[2] = days[2] or (ALL_DAY,)
        return tuple(days)

    off = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2027, 4, 1)), max_size=12))
    first = draw(st.dates(date(2026, 1, 1), date(2027, 3, 1)))
    season = Season(first, first + timedelta(days=draw(st.integers(0, 40))), week())
    return Opening(Calendar(off), week(), (season,))


@settings(max_examples=150, deadline=None)
@given(openings(), MOMENTS, LENGTHS)
def test_so_many_hours_later_so_many_hours_were_open(opening: Opening, start: datetime, length: timedelta) -> None:
    end = opening.after_hours(start, length)
    assert opening.hours_between(start, end) == length
    assert end >= start or length == timedelta()


@settings(max_examples=150, deadline=None)
@given(openings(), MOMENTS, LENGTHS, LENGTHS)
def test_hours_add_up_wherever_they_are_parted(
    opening: Opening, start: datetime, one: timedelta, other: timedelta
) -> None:
    middle = opening.after_hours(start, one)
    assert opening.hours_between(middle, opening.after_hours(middle, other)) == other
    assert opening.after_hours(start, one + other) == opening.after_hours(middle, other) or other == timedelta()


@settings(max_examples=150, deadline=None)
@given(openings(), MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(opening: Opening, moment: datetime) -> None:
    found = opening.next_opening(moment)
    assert found >= moment
    assert opening.is_open(found)
    assert opening.hours_between(moment, found) == timedelta()
    assert (found == moment) == opening.is_open(moment)


@settings(max_examples=100, deadline=None)
@given(openings(), MOMENTS, st.integers(1, 40))
def test_a_promise_falls_due_on_a_working_day(opening: Opening, start: datetime, hours: int) -> None:
    due = due_at(start, hours, opening)
    assert opening(due.astimezone(ZONE).date()) != ()


@settings(max_examples=100, deadline=None)
@given(openings(), MOMENTS, st.integers(0, 40), st.dates(date(2026, 1, 1), date(2027, 4, 1)))
def test_another_day_off_never_brings_a_promise_forward(
    opening: Opening, start: datetime, hours: int, day: date
) -> None:
    closed = Opening(Calendar(opening.calendar.holidays | {day}), opening.week, opening.seasons)
    assert due_at(start, hours, closed) >= due_at(start, hours, opening)
