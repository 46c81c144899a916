"""The calendar of the offices: days off fixed by law, feasts estimated until confirmed."""

import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from portal.catalogue.calendar import Changes, Closure, Feast, Office, load_calendar, load_office
from portal.catalogue.faults import Unsound
from portal.domain.service import Text

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


FITR = (Feast.EID_AL_FITR, 2025)
CLOSED = Text({"ar": "إغلاق", "fr": "Fermeture"})


def changed(office: Office, changes: Changes) -> Office:
    return replace(office, since=changes)


def test_what_an_administrator_confirms_beats_the_file_and_the_estimate() -> None:
    office = load_office(TEXT)
    assert office.days_of(*FITR) == (date(2025, 3, 31), date(2025, 4, 1))
    assert office.days_of(Feast.EID_AL_ADHA, 2027) == (date(2027, 5, 16), date(2027, 5, 17))
    since = Changes({FITR: (date(2025, 4, 1), date(2025, 4, 2)), (Feast.EID_AL_ADHA, 2027): (date(2027, 5, 18),)})
    after = changed(office, since)
    named = {day.on: day for day in after.days_off}
    assert date(2025, 3, 31) not in named
    assert date(2027, 5, 17) not in named
    assert (named[date(2027, 5, 18)].estimated, named[date(2027, 5, 18)].name["fr"]) == (False, "Fête du sacrifice")
    assert after.calendar.is_off(date(2025, 4, 2))
    # Taken back, all is as the file has it.
    assert changed(after, Changes()).days_off == office.days_off


def test_a_feast_that_shares_its_day_leaves_the_other_day_off_where_it_is() -> None:
    office = load_office(TEXT)
    assert date(2027, 8, 14) in office.estimated(Feast.PROPHETS_BIRTHDAY, 2027)
    birthday = (Feast.PROPHETS_BIRTHDAY, 2027)
    after = changed(office, Changes({birthday: (date(2027, 8, 16), date(2027, 8, 17))}))
    assert after.calendar.is_off(date(2027, 8, 14))
    assert after.calendar.is_off(date(2027, 8, 17))


def test_an_offices_own_closure_is_off_there_and_nowhere_else() -> None:
    own = Closure("annexe-ahfir", date(2027, 3, 22), date(2027, 3, 24), CLOSED)
    every = Closure("", date(2027, 4, 1), date(2027, 4, 1), CLOSED)
    office = changed(load_office(TEXT + "\nopen: [2027-04-01]\n"), Changes(closures=(own, every)))
    assert office.calendar_of("annexe-ahfir").is_off(date(2027, 3, 24))
    assert not office.calendar.is_off(date(2027, 3, 24))
    assert office.calendar_of("annexe-saidia") is office.calendar
    # What somebody closes is closed, also where the file says that it is worked.
    assert office.calendar_of("annexe-ahfir").is_off(date(2027, 4, 1))
    assert [day.name["fr"] for day in office.days_off if day.on.year == 2027 and day.name is CLOSED] == ["Fermeture"]


HOURS = """
  - {days: [friday], opens: "17:00", closes: "18:00", units: [annexe-ahfir]}
  - {days: [monday, friday], opens: "08:00", closes: "12:00", units: [annexe-ahfir, annexe-saidia]}
  - {days: [monday, friday], opens: "09:00", closes: "15:00", season: ramadan}
  - {days: [monday], opens: "10:00", closes: "14:00", season: ramadan, units: [annexe-saidia]}
"""
BEFORE, FASTING, EID = date(2026, 2, 13), date(2026, 2, 20), date(2026, 3, 20)


# Without the hours that the province itself has in Ramadan.
PLAIN = re.sub(r"^.*season: ramadan}\n", "", TEXT, flags=re.MULTILINE)


def with_hours(more: str = HOURS) -> Office:
    return load_office(PLAIN.replace('closes: "16:30"}\n', f'closes: "16:30"}}{more}', 1))


def spans(office: Office, unit: str, day: date) -> list[str]:
    return [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in office.opening_of(unit)(day)]


def test_an_office_keeps_its_own_hours_and_in_ramadan_those_of_ramadan() -> None:
    office = with_hours()
    assert spans(office, "annexe-berkane-1", BEFORE) == ["08:30-16:30"]
    assert spans(office, "annexe-ahfir", BEFORE) == ["08:00-12:00", "17:00-18:00"]
    assert spans(office, "annexe-ahfir", FASTING) == ["09:00-15:00"]
    # Hours of Ramadan that are an office's own go before those of all.
    assert spans(office, "annexe-saidia", FASTING) == []
    assert spans(office, "annexe-saidia", date(2026, 2, 23)) == ["10:00-14:00"]
    assert spans(office, "annexe-ahfir", EID) == []
    assert office.units_with_hours == {"annexe-ahfir", "annexe-saidia"}


def test_the_hours_that_are_shown_are_those_that_hold_on_the_day() -> None:
    office = with_hours()
    assert [one.opens for one in office.hours_on(BEFORE)] == [time(8, 30)]
    assert [one.opens for one in office.hours_on(FASTING)] == [time(9)]
    assert [one.opens for one in office.hours_on(BEFORE, "annexe-saidia")] == [time(8)]
    assert [one.opens for one in office.hours_on(FASTING, "annexe-saidia")] == [time(10)]


def test_ramadan_ends_the_day_before_the_feast_that_was_confirmed() -> None:
    office = with_hours()
    assert (date(2026, 2, 18), date(2026, 3, 19)) in office.ramadans
    late = changed(office, Changes({(Feast.EID_AL_FITR, 2026): (date(2026, 3, 21), date(2026, 3, 22))}))
    # A month of the moon has 30 days at most: seen a day late at its end, it was so at its beginning.
    assert (date(2026, 2, 19), date(2026, 3, 20)) in late.ramadans
    assert spans(late, "", EID) == ["09:00-15:00"]
    assert [first.year for first, _ in late.ramadans] == [2024, 2025, 2026, 2027, 2028, 2029, 2030, 2030]


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ('\n  - {days: [monday], opens: "16:00", closes: "18:00"}\n', "the hours of one day overlap"),
        ('\n  - {days: [monday], opens: "9:00", closes: "18:00"}\n', "'9:00' is not a time"),
        (
            '\n  - {days: [monday], opens: "09:00", closes: "18:00", season: summer}\n',
            "'summer' is not a known 'season'",
        ),
        ('\n  - {days: [monday], opens: "09:00", closes: "18:00", unit: x}\n', "unknown key 'unit'"),
        (
            '\n  - {days: [sunday], opens: "09:00", closes: "18:00", units: [annexe-ahfir]}\n',
            "an office needs hours on a working day",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused(hours: str, message: str) -> None:
    with pytest.raises(Unsound) as raised:
        with_hours(hours)
    assert any(message in str(fault) for fault in raised.value.faults)


def test_hours_name_offices_of_the_territory_only() -> None:
    text = PLAIN.replace('closes: "16:30"}\n', f'closes: "16:30"}}{HOURS}', 1)
    load_office(text, {"annexe-ahfir", "annexe-saidia"})
    with pytest.raises(Unsound, match="there is no unit 'annexe-saidia' in the territory"):
        load_office(text, {"annexe-ahfir"})


def test_hours_of_ramadan_alone_leave_the_rest_of_the_year_closed() -> None:
    with pytest.raises(Unsound, match="an office needs hours on a working day"):
        load_office(PLAIN.replace('closes: "16:30"}', 'closes: "16:30", season: ramadan}', 1))
