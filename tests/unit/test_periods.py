"""Délais francs, counted by hand on the calendar of 2026."""

from datetime import date

import pytest

from portal.domain.clock import (
    Calendar,
    Suspension,
    counted,
    deposit_deadline,
    due_date,
    first_half_ends,
    in_first_half,
    remaining,
    silence_on,
)

HOLIDAYS_2026 = frozenset(
    {
        date(2026, 1, 14),
        date(2026, 3, 20),  # Friday and Saturday: the end of Ramadan
        date(2026, 3, 21),
        date(2026, 5, 1),
        date(2026, 8, 14),
        date(2026, 8, 20),  # Thursday and Friday: the Revolution, the Youth
        date(2026, 8, 21),
    }
)
OFFICE = Calendar(HOLIDAYS_2026)
MONDAY = date(2026, 3, 2)


def march(day: int) -> date:
    return date(2026, 3, day)


def test_neither_the_first_nor_the_last_day_counts() -> None:
    assert due_date(MONDAY, 2, OFFICE) == march(5)


def test_sixty_days_that_end_on_a_saturday_roll_to_monday() -> None:
    # 5 January + 61 days is Saturday 7 March.
    assert due_date(date(2026, 1, 5), 60, OFFICE) == date(2026, 3, 9)


def test_a_due_date_rolls_over_two_holidays_and_the_weekend_after_them() -> None:
    # 18 and 19 August count; the 20th and 21st are holidays, the 22nd and 23rd a weekend.
    assert due_date(date(2026, 8, 17), 2, OFFICE) == date(2026, 8, 24)


def test_days_off_inside_the_period_count_like_any_other() -> None:
    assert due_date(march(19), 4, OFFICE) == march(24)


def test_after_a_suspension_the_clock_resumes_with_what_was_left() -> None:
    # The 3rd and 4th count, the 5th to the 10th are suspended, the 11th to the 18th make ten.
    assert due_date(MONDAY, 10, OFFICE, suspensions=[Suspension(march(5), march(10))]) == march(19)


def test_a_suspension_may_push_the_due_date_onto_a_feast_and_so_over_it() -> None:
    assert due_date(MONDAY, 10, OFFICE, suspensions=[Suspension(march(5), march(11))]) == march(23)


def test_a_question_asked_and_answered_on_one_day_costs_that_day() -> None:
    assert due_date(MONDAY, 2, OFFICE, suspensions=[Suspension(march(3), march(3))]) == march(6)


def test_a_suspension_on_the_day_of_completion_alone_costs_nothing() -> None:
    assert due_date(MONDAY, 2, OFFICE, suspensions=[Suspension(MONDAY, MONDAY)]) == march(5)


def test_an_open_suspension_leaves_no_due_date() -> None:
    assert due_date(MONDAY, 10, OFFICE, suspensions=[Suspension(march(5), None)]) is None


def test_a_request_sent_on_the_due_date_makes_the_day_after_its_answer_due() -> None:
    assert due_date(MONDAY, 2, OFFICE, suspensions=[Suspension(march(5), None)]) is None
    assert due_date(MONDAY, 2, OFFICE, suspensions=[Suspension(march(5), march(6))]) == march(9)


def test_a_request_sent_after_the_due_date_changes_nothing() -> None:
    assert due_date(MONDAY, 2, OFFICE, suspensions=[Suspension(march(6), None)]) == march(5)


def test_an_extension_is_added_even_beyond_the_ceiling() -> None:
    assert due_date(MONDAY, 60, OFFICE, extension=10) == date(2026, 5, 12)


def test_access_to_information_counts_working_days_only() -> None:
    # 3–6 (4), 9–13 (9), 16–19 (13), 23–27 (18), 30 and 31 March (20); the 20th is a holiday.
    assert due_date(MONDAY, 20, OFFICE, law="31-13") == date(2026, 4, 1)


def test_a_working_day_period_that_ends_on_friday_is_due_on_monday() -> None:
    assert due_date(MONDAY, 4, OFFICE, law="31-13") == march(9)


def test_a_suspension_of_a_working_day_period_costs_only_its_working_days() -> None:
    assert due_date(MONDAY, 6, OFFICE, law="31-13") == march(11)
    assert due_date(MONDAY, 6, OFFICE, law="31-13", suspensions=[Suspension(march(6), march(8))]) == march(12)


def test_the_first_half_of_an_odd_period_is_rounded_down() -> None:
    assert first_half_ends(MONDAY, 5, OFFICE) == march(4)
    assert in_first_half(march(4), MONDAY, 5, OFFICE)
    assert not in_first_half(march(5), MONDAY, 5, OFFICE)


def test_the_first_half_of_an_even_period_is_exactly_half() -> None:
    assert first_half_ends(MONDAY, 60, OFFICE) == date(2026, 4, 1)


def test_the_first_half_of_one_day_is_the_day_of_completion_alone() -> None:
    assert first_half_ends(MONDAY, 1, OFFICE) == MONDAY
    assert in_first_half(MONDAY, MONDAY, 1, OFFICE)
    assert not in_first_half(march(1), MONDAY, 1, OFFICE)


def test_the_first_half_may_end_on_a_day_off() -> None:
    assert first_half_ends(MONDAY, 10, OFFICE) == march(7)


def test_the_first_half_of_working_days_skips_days_off() -> None:
    assert first_half_ends(MONDAY, 10, OFFICE, law="31-13") == march(9)


def test_a_suspension_moves_the_end_of_the_first_half() -> None:
    asked_on_its_last_day = [Suspension(march(4), march(10))]
    assert first_half_ends(MONDAY, 5, OFFICE, suspensions=asked_on_its_last_day) == march(11)
    assert first_half_ends(MONDAY, 5, OFFICE, suspensions=[Suspension(march(5), march(10))]) == march(4)


def test_the_first_half_cannot_end_while_a_suspension_begun_in_it_is_open() -> None:
    open_since_the_third = [Suspension(march(3), None)]
    assert first_half_ends(MONDAY, 10, OFFICE, suspensions=open_since_the_third) is None
    assert in_first_half(march(30), MONDAY, 10, OFFICE, suspensions=open_since_the_third)


def test_the_citizen_has_thirty_days_of_her_own_to_complete_the_file() -> None:
    assert deposit_deadline(MONDAY, OFFICE) == date(2026, 4, 2)
    # Thirty-one days after 31 March is 1 May, a Friday and a holiday.
    assert deposit_deadline(march(31), OFFICE) == date(2026, 5, 4)


def test_silence_is_recorded_the_day_after_the_due_date() -> None:
    assert silence_on(march(31)) == date(2026, 4, 1)


def test_days_count_through_the_day_asked_about_and_not_while_suspended() -> None:
    suspensions = [Suspension(march(5), march(10))]
    through = {day: counted(MONDAY, march(day), OFFICE, "55-19", suspensions) for day in (1, 2, 3, 4, 5, 10, 11)}
    assert through == {1: 0, 2: 0, 3: 1, 4: 2, 5: 2, 10: 2, 11: 3}
    assert remaining(MONDAY, 10, OFFICE, today=march(10), suspensions=suspensions) == 8
    assert remaining(MONDAY, 10, OFFICE, today=march(30), suspensions=suspensions) == 0


@pytest.mark.parametrize(
    ("law", "ceiling"), [("55-19", 60), ("55-19-investment", 30), ("31-13", 20), ("2-17-265", 60), ("petition", 92)]
)
def test_no_period_is_longer_than_its_law_allows(law: str, ceiling: int) -> None:
    assert due_date(MONDAY, ceiling, OFFICE, law=law) is not None
    with pytest.raises(ValueError, match="exceed"):
        due_date(MONDAY, ceiling + 1, OFFICE, law=law)


@pytest.mark.parametrize(
    "suspensions",
    [
        [Suspension(march(3), march(6)), Suspension(march(5), march(8))],
        [Suspension(march(3), march(9)), Suspension(march(5), march(6))],
        [Suspension(march(3), None), Suspension(march(5), march(6))],
        [Suspension(march(3), None), Suspension(march(3), None)],
    ],
)
def test_overlapping_suspensions_are_refused(suspensions: list[Suspension]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        due_date(MONDAY, 10, OFFICE, suspensions=suspensions)


def test_two_suspensions_may_meet_on_the_day_of_the_first_answer() -> None:
    meeting = [Suspension(march(3), march(5)), Suspension(march(5), march(6))]
    assert due_date(MONDAY, 3, OFFICE, suspensions=meeting) == march(10)


def test_a_suspension_before_the_file_was_complete_is_refused() -> None:
    with pytest.raises(ValueError, match="not started"):
        due_date(MONDAY, 10, OFFICE, suspensions=[Suspension(march(1), march(4))])


def test_an_answer_before_its_question_is_refused() -> None:
    with pytest.raises(ValueError, match="before it was sent"):
        Suspension(march(5), march(4))


def test_an_unknown_law_and_a_negative_period_are_refused() -> None:
    with pytest.raises(ValueError, match="no law"):
        due_date(MONDAY, 10, OFFICE, law="12-34")
    with pytest.raises(ValueError, match="negative"):
        due_date(MONDAY, -1, OFFICE)
    with pytest.raises(ValueError, match="negative"):
        due_date(MONDAY, 1, OFFICE, extension=-1)


def test_an_office_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="never opens"):
        Calendar(frozenset(), frozenset(range(7)))
