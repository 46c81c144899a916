"""The chapter of the tour in which an administrator keeps the calendar of the offices."""

from collections.abc import Iterator

from tests.e2e.places import Places, Stop
from tests.e2e.survey import Party


def days_off(party: Party, places: Places) -> Iterator[Stop]:
    """She looks at the feasts, is asked whether she is sure of odd days, and closes an office for a day."""
    admin, language = party.member(places.province), party.language
    admin.sign_in_at_counter(*places.employees["admin.province"])
    yield "calendar", admin
    admin.follow(admin.page.locator("main a[href*='/feasts/eid_al_adha/']").last)
    yield "calendar-feast", admin
    year = admin.path.rpartition("/")[2]
    admin.fill_date("day1", "31", "2", year)
    admin.press("Confirm these days", "main")
    yield "calendar-feast-wrong", admin
    admin.fill_date("day1", "24", "12", year)
    admin.fill_date("day2", "25", "12", year)
    admin.press("Confirm these days", "main")
    yield "calendar-feast-far", admin
    admin.go(f"/{language}/counter/calendar/closures")
    yield "calendar-closure", admin
    admin.fill_date("first", "3", "9", "2030")
    admin.fill_date("last", "2", "9", "2030")
    admin.fill(unit="annexe-saidia", name_ar="أشغال الصيانة", name_fr="Travaux d'entretien")
    admin.press("Close an office", "main")
    yield "calendar-closure-wrong", admin
    admin.fill_date("last", "3", "9", "2030")
    admin.press("Close an office", "main")
    yield "calendar-kept", admin
