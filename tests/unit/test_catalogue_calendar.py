"""The calendar of the offices: days off fixed by law, feasts estimated until confirmed."""

from datetime import date
from pathlib import Path

import pytest

from portal.catalogue.calendar import load_calendar, load_office
from portal.catalogue.faults import Unsound

TEXT = (Path(__file__).parents[2] / "services/calendar.yaml").read_text(encoding="utf-8")
FIXED = ["01-01", "01-11", "01-14", "05-01", "07-30", "08-14", "08-20", "08-21", "11-06", "11-18"]


def test_days_off_fixed_by_law_are_off_in_every_year() -> None:
    calendar = load_calendar(TEXT)
    for year in range(2024, 2031):
        assert all(calendar.is_off(date.fromisoformat(f"{year}-{day}")) for day in FIXED)
    assert calendar.is_off(date(2026, 10, 31))
    assert calendar.is_off(date(2026, 3, 7))
    assert not calendar.is_off(date(2026, 3, 9))


def test_a_confirmed_feast_replaces_its_estimate() -> None:
    office = load_office(
        TEXT.replace(
            "confirmed:\n", "confirmed:\n  - {feast: eid_al_adha, year: 2026, days: [2026-05-28, 2026-05-29]}\n"
        )
    )
    named = {day.on: day for day in office.days_off}
    assert date(2026, 5, 27) not in named
    assert [named[date(2026, 5, day)].estimated for day in (28, 29)] == [False, False]
    assert named[date(2026, 5, 29)].name["ar"] == "عيد الأضحى"


def test_an_unconfirmed_feast_is_marked_as_estimated() -> None:
    named = {day.on: day for day in load_office(TEXT).days_off}
    assert named[date(2027, 3, 9)].estimated
    assert not named[date(2027, 7, 30)].estimated


def test_exceptional_days_are_closed_or_open() -> None:
    more = "\nclosed:\n  - {date: 2026-01-02, name: {ar: عطلة استثنائية, fr: Jour exceptionnel}}\nopen: [2026-05-01]\n"
    calendar = load_calendar(TEXT + more)
    assert calendar.is_off(date(2026, 1, 2))
    assert not calendar.is_off(date(2026, 5, 1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weekend: [saturday, sunday]", "weekend: [saturday, sonday]", "did you mean 'sunday'?"),
        ("to_year: 2030", "to_year: 2020", "'to_year' comes before 'from_year'"),
        ('opens: "08:30"', 'opens: "8h30"', "'8h30' is not a time such as 08:30"),
        ("year: 2024, days: [2024-04-10", "year: 2025, days: [2024-04-10", "these days are not all in 2025"),
        ("feast: eid_al_fitr", "feast: eid_al_firt", "did you mean 'eid_al_fitr'?"),
        ("from_year:", "form_year:", "unknown key 'form_year' in calendar.yaml, did you mean 'from_year'?"),
    ],
)
def test_a_broken_calendar_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(Unsound) as raised:
        load_calendar(TEXT.replace(old, new, 1))
    assert any(message in str(fault) for fault in raised.value.faults)
