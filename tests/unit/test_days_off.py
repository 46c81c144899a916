"""What may be confirmed of a feast and entered as a closure."""

from datetime import date, timedelta

import pytest

from portal.domain.days_off import (
    ClosureReversed,
    ClosureTooLong,
    DaysOffWrong,
    FeastBeyondCalendar,
    FeastDaysApart,
    FeastDaysNeeded,
    FeastFarFromEstimate,
    FeastNotInYear,
    FeastTooLong,
    check_closure,
    check_feast,
)
from portal.i18n import languages
from portal.presenting.days_off import cause_words
from portal.presenting.errors import MESSAGES, explain_error

EXPECTED = (date(2026, 3, 20), date(2026, 3, 21))
YEARS = (2024, 2030)
TWICE = (date(2033, 1, 2), date(2033, 1, 3), date(2033, 12, 23), date(2033, 12, 24))


def day(number: int, month: int = 3, year: int = 2026) -> date:
    return date(year, month, number)


def test_the_days_are_kept_in_their_order_once_each() -> None:
    assert check_feast(2026, [day(22), day(21), day(22)], EXPECTED, YEARS) == (day(21), day(22))


@pytest.mark.parametrize(
    ("year", "days", "error"),
    [
        (2026, [], FeastDaysNeeded),
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


def test_a_closure_runs_forward_for_sixty_days_at_most() -> None:
    check_closure(day(1), day(1))
    check_closure(day(1), day(1) + timedelta(days=59))
    with pytest.raises(ClosureTooLong):
        check_closure(day(1), day(1) + timedelta(days=60))
    with pytest.raises(ClosureReversed):
        check_closure(day(2), day(1))


def errors() -> list[type[DaysOffWrong]]:
    return DaysOffWrong.__subclasses__()


@pytest.mark.parametrize("error", errors())
def test_each_is_explained_to_whoever_typed_it(error: type[DaysOffWrong]) -> None:
    assert error.key in MESSAGES
    params = {"year": "2026", "first": "2024", "last": "2030", "most": "60", "expected": "2026-03-20"}
    for language in languages():
        shown = explain_error(error(**params), language)
        assert "%(" not in shown.text
        assert "2026-03-20" not in shown.text


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_cause_of_a_move_is_told_in_words(language: str) -> None:
    causes = ["feast:eid_al_fitr:2027", "closure:2027-03-22:2027-03-25", "opening:2027-03-22:2027-03-25", "calendar"]
    said = [cause_words(cause, language) for cause in causes]
    assert len(set(said)) == 4
    assert all("2027" in words for words in said[:3])
    assert not any("2027-03" in words for words in said)
    # A cause that a later version will know is no reason to fail.
    assert cause_words("eclipse:2030", language) == said[3]
