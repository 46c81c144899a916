"""The chapter of the tour in which an administrator keeps the calendar of the offices."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.e2e.places import Places, Stop
from tests.e2e.survey import Party

AGREED = 'label.choice:has(input[name^="agreed"])'


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
    # All offices are closed for ten days, on which something falls due: she agrees to it, and then thinks better of it.
    first, last = (datetime.now(UTC).date() + timedelta(days=days) for days in (10, 19))
    admin.go(f"/{language}/counter/calendar/closures")
    for name, day in (("first", first), ("last", last)):
        admin.fill_date(name, str(day.day), str(day.month), str(day.year))
    admin.fill(name_ar="أشغال الصيانة", name_fr="Travaux d'entretien")
    admin.press("Close an office", "main")
    yield "calendar-closure-touches", admin
    admin.page.locator(AGREED).click()
    admin.press("Close an office", "main")
    admin.follow(admin.page.locator("form[action*='/closures/'] button").first)
    yield "calendar-sure", admin
    admin.page.locator(AGREED).click()
    admin.press("Open an office again", "main")
