"""What may be confirmed of a feast and entered as a closure."""

from datetime import date, timedelta

import pytest

from portal.domain.days_off import (
    ClosureBeyondCalendar,
    ClosureReversed,
    ClosureTooEarly,
    ClosureTooLong,
    DaysOffWrong,
    FeastBeyondCalendar,
    FeastDaysApart,
    FeastDaysNeeded,
    FeastDayTwice,
    FeastFarFromEstimate,
    FeastNotInYear,
    FeastTooLong,
    check_closure,
    check_feast,
)
from portal.domain.periods import Calendar
from portal.i18n import languages
from portal.presenting.days_off import cause_words
from portal.presenting.errors import MESSAGES, explain_error

EXPECTED = (date(2026, 3, 20), date(2026, 3, 21))
YEARS = (2024, 2030)
MONDAY = date(2026, 3, 2)
TWICE = (date(2033, 1, 2), date(2033, 1, 3), date(2033, 12, 23), date(2033, 12, 24))


def day(number: int, month: int = 3, year: int = 2026) -> date:
    return date(year, month, number)


def test_the_days_are_kept_in_their_order() -> None:
    assert check_feast(2026, [day(22), day(21)], EXPECTED, YEARS) == (day(21), day(22))


@pytest.mark.parametrize(
    ("year", "days", "error"),
    [
        (2026, [], FeastDaysNeeded),
        (2026, [day(21), day(22), day(21)], FeastDayTwice),
        (2031, [date(2031, 1, 1)], FeastBeyondCalendar),
        (2026, [day(31, 12, 2025), day(1, 1)], FeastNotInYear),
        (2026, [day(20), day(24)], FeastDaysApart),
        (2026, [day(n) for n in range(18, 24)], FeastTooLong),
        (2026, [day(6, 4)], FeastFarFromEstimate),
        (2026, [day(4)], FeastFarFromEstimate),
    ],
)
def test_days_that_cannot_be_are_refused(year: int, days: list[date], error: type[DaysOffWrong]) -> None:
    with pytest.raises(error):
        check_feast(year, days, EXPECTED, YEARS)


def test_fifteen_days_from_the_estimate_is_near_and_beyond_it_one_must_be_sure() -> None:
    assert check_feast(2026, [day(5, 4)], EXPECTED, YEARS) == (day(5, 4),)
    assert check_feast(2026, [day(6, 4)], EXPECTED, YEARS, sure=True) == (day(6, 4),)


def test_a_feast_that_comes_twice_in_a_year_is_confirmed_for_both_times() -> None:
    moved = [one + timedelta(days=1) for one in TWICE]
    assert len(check_feast(2033, moved, TWICE, (2024, 2040))) == 4
    with pytest.raises(FeastDaysApart):
        check_feast(2033, moved[:2], TWICE, (2024, 2040))


def check(first: date, last: date, *others: tuple[date, date], today: date = MONDAY) -> None:
    """What is entered on Monday 2 March 2026, at an office without feasts."""
    check_closure(first, last, today=today, years=YEARS, calendar=Calendar(frozenset()), others=others)


def test_a_closure_runs_forward_for_sixty_days_at_most() -> None:
    check(day(1), day(1))
    check(day(1), day(1) + timedelta(days=59))
    with pytest.raises(ClosureTooLong):
        check(day(1), day(1) + timedelta(days=60))
    with pytest.raises(ClosureReversed):
        check(day(2), day(1))


def test_closures_between_which_nobody_works_are_one() -> None:
    april = (day(1, 4), day(30, 4))
    check(day(4, 5), day(30, 5), april)
    # Friday 1 May was worked before; with it closed, the two adjoin: sixty-one days, and sixty.
    with pytest.raises(ClosureTooLong):
        check(day(1, 5), day(31, 5), april)
    check(day(1, 5), day(30, 5), april)
    # Only a weekend lies between: from the 2nd of April to the 1st of June.
    friday = (day(2, 4), day(1, 5))
    check(day(4, 5), day(31, 5), friday)
    with pytest.raises(ClosureTooLong):
        check(day(4, 5), day(1, 6), friday)
    with pytest.raises(ClosureTooLong):
        check(day(1, 5), day(4, 5), april, (day(5, 5), day(2, 6)))
    check(day(4, 5), day(30, 6), april, (day(1, 9), day(15, 9)))


def test_a_closure_is_neither_long_past_nor_beyond_the_calendar() -> None:
    check(day(2), day(2), today=day(9))
    with pytest.raises(ClosureTooEarly) as early:
        check(day(2), day(2), today=day(10))
    assert early.value.params == {"since": "2026-03-03", "most": "7"}
    check(day(20, 12, 2030), day(31, 12, 2030))
    for first, last in ((day(31, 12, 2030), day(1, 1, 2031)), (day(1, 1, 9999), day(1, 1, 9999))):
        with pytest.raises(ClosureBeyondCalendar):
            check(first, last)


def errors() -> list[type[DaysOffWrong]]:
    return DaysOffWrong.__subclasses__()


@pytest.mark.parametrize("error", errors())
def test_each_is_explained_to_whoever_typed_it(error: type[DaysOffWrong]) -> None:
    assert error.key in MESSAGES
    params = {"year": "2026", "first": "2024", "last": "2030", "most": "60"}
    params |= dict.fromkeys(("expected", "day", "since"), "2026-03-20")
    for language in languages():
        shown = explain_error(error(**params), language)
        assert "%(" not in shown.text
        assert "2026-03-20" not in shown.text


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_cause_of_a_move_is_told_in_words(language: str) -> None:
    causes = ["feast:eid_al_fitr:2027", "closure:2027-03-22:2027-03-25", "opening:2027-03-22:2027-03-25", "calendar"]
    said = [cause_words(cause, language) for cause in (*causes, "rules")]
    assert len(set(said)) == 5
    assert all("2027" in words for words in said[:3])
    assert not any("2027-03" in words for words in said)
    # A cause that a later version will know is no reason to fail.
    assert cause_words("eclipse:2030", language) == said[3]
