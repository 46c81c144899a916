"""The calendar of the offices as an administrator keeps it in her browser, without a script."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from portal.actions.recounting import recount
from portal.actions.registry import Registry
from portal.i18n import translate
from portal.presenting.calendar_page import CHANGES
from portal.store import calendar
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.kiosk import at_work, kiosk_services
from tests.support.portal import TestPortal, make_portal

pytestmark = one_database

HOME = "/fr/counter/calendar"
FITR = f"{HOME}/feasts/eid_al_fitr/2026"
DAYS = {
    "day1-day": "21",
    "day1-month": "mars",
    "day1-year": "2026",
    "day2-day": "22",
    "day2-month": "3",
    "day2-year": "2026",
}
CLOSURE = {
    "unit": "annexe-ahfir",
    "first-day": "23",
    "first-month": "3",
    "first-year": "2026",
    "last-day": "24",
    "last-month": "3",
    "last-year": "2026",
    "name_ar": "أشغال",
    "name_fr": "Travaux",
}


@pytest.fixture
def admin(portal: TestPortal) -> Browser:
    portal.clock.moment = datetime(2026, 3, 17, 10, tzinfo=UTC)
    return at_work(portal, "admin", "province-berkane", "admin")


def registry_of(portal: TestPortal) -> Registry:
    portal.deps.registry.forget()
    return portal.deps.registry


def value_of(browser: Browser, control: str) -> str:
    found = re.search(rf'name="{control}" value="([^"]*)"', browser.text)
    assert found is not None, control
    return found[1]


def test_an_administrator_signs_in_to_the_calendar_and_to_nothing_else(admin: Browser) -> None:
    assert admin.url == HOME
    assert f'href="{HOME}"' in admin.text
    assert 'href="/fr/counter/services"' not in admin.text
    assert admin.get("/fr/counter/services").status_code in (403, 404)


@pytest.mark.parametrize("roles", [("clerk", "agent", "chief"), ("publisher",), ("committee",)])
def test_others_are_turned_away_and_see_no_link(portal: TestPortal, admin: Browser, roles: tuple[str, ...]) -> None:
    other = at_work(portal, "other", "province-berkane", *roles)
    assert f'href="{HOME}"' not in other.text
    for path in (HOME, FITR, f"{HOME}/closures"):
        assert other.get(path).status_code == 403
    other.get("/fr/track")
    assert other.post(FITR, DAYS).status_code == 403
    assert registry_of(portal).calendar.is_off(date(2026, 3, 20))


def test_a_feast_is_confirmed_and_the_page_tells_what_followed(portal: TestPortal, admin: Browser) -> None:
    citizen = Browser(portal)
    citizen.sign_in()
    reference = file_residence(citizen)
    admin.get(FITR)
    assert [value_of(admin, f"day1-{part}") for part in ("day", "month", "year")] == ["20", "3", "2026"]
    admin.post(FITR, DAYS)
    # One open file can get another last day: she is told, and asked whether she wants it.
    assert admin.last.status_code == 422
    assert 'name="agreed1"' in admin.text
    assert 'href="#agreed1"' in admin.text
    admin.post(FITR, {**DAYS, "agreed0": "yes"})
    assert admin.last.status_code == 422
    admin.post(FITR, {**DAYS, "agreed1": "yes"})
    assert admin.url == f"{HOME}?kept=recounted"
    assert "samedi 21 mars 2026, dimanche 22 mars 2026" in admin.text
    assert 'class="notice good"' in admin.text
    assert "Fatima Benali" in admin.text
    assert not registry_of(portal).calendar.is_off(date(2026, 3, 20))
    portal.clock.forward(seconds=15)
    done = recount(portal.deps)
    assert done is not None
    assert (done.checked, done.moved) == (1, 1)
    with portal.deps.reading() as work:
        assert calendar.any_open(work.connection) is False
    told = citizen.get(f"/fr/cases/{reference}").text
    assert "20 mars 2026" in told
    # What was confirmed is what the form shows next, and it can be taken back.
    admin.get(FITR)
    assert value_of(admin, "day1-day") == "21"
    admin.post(f"{FITR}/withdraw")
    assert admin.last.status_code == 422
    assert f'action="{FITR}/withdraw"' in admin.text
    assert 'name="agreed1"' in admin.text
    admin.post(f"{FITR}/withdraw", {"agreed1": "yes"})
    assert admin.url == f"{HOME}?kept=recounted"
    assert registry_of(portal).calendar.is_off(date(2026, 3, 20))
    assert f"{FITR}/withdraw" not in admin.get(FITR).text
    # The page says who did what; the file moved twice since, once each way.
    trail = admin.get(HOME).text.split('id="trail"')[1]
    assert trail.count("Fatima Benali") == 2
    confirmed, withdrawn = (
        trail.index(translate("fr", CHANGES[one], {"about": "Aïd al-Fitr 2026"})) for one in ("confirmed", "withdrawn")
    )
    assert withdrawn < confirmed


def test_days_that_have_come_stay_off_and_the_page_says_so(portal: TestPortal, admin: Browser) -> None:
    portal.clock.moment = datetime(2026, 3, 20, 10, tzinfo=UTC)
    admin.staff_sign_in("admin", "a password for tests")
    admin.get(FITR)
    admin.post(FITR, DAYS)
    assert admin.url == f"{HOME}?kept=stayed"
    assert 'class="notice good"' in admin.text
    assert registry_of(portal).calendar.is_off(date(2026, 3, 20))
    admin.get(FITR)
    assert [value_of(admin, f"day{number}-day") for number in (1, 2, 3)] == ["20", "21", "22"]
    portal.clock.moment = datetime(2026, 3, 24, 10, tzinfo=UTC)
    admin.staff_sign_in("admin", "a password for tests")
    admin.get(FITR)
    admin.post(FITR, {**DAYS, "day1-day": "23", "day2-day": "24"})
    admin.get(FITR)
    admin.post(f"{FITR}/withdraw")
    assert admin.last.status_code == 422
    assert "23 mars 2026" in admin.text
    assert registry_of(portal).calendar.is_off(date(2026, 3, 23))


def test_a_closure_that_has_begun_is_ended_today(portal: TestPortal, admin: Browser) -> None:
    citizen = Browser(portal)
    citizen.sign_in()
    file_residence(citizen)
    admin.get(f"{HOME}/closures")
    closure = {**CLOSURE, "first-day": "16", "agreed1": "yes"}
    admin.post(f"{HOME}/closures", closure)
    assert admin.url == f"{HOME}?kept=recounted"
    found = re.search(r'action="([^"]+/remove)"', admin.text)
    assert found is not None
    admin.post(found[1])
    assert admin.last.status_code == 422
    admin.post(found[1], {"agreed1": "yes"})
    assert admin.url == f"{HOME}?kept=recounted"
    assert "/remove" not in admin.text
    own = registry_of(portal).calendar_of("annexe-ahfir")
    assert [own.is_off(date(2026, 3, day)) for day in (16, 17, 18, 23)] == [True, True, False, False]
    assert admin.post(found[1]).status_code == 422


def test_confirming_the_estimate_moves_nothing_and_says_so(admin: Browser) -> None:
    admin.get(FITR)
    admin.post(FITR, {**DAYS, "day1-day": "20", "day2-day": "21"})
    assert admin.url == f"{HOME}?kept=unchanged"


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_days_far_from_the_estimate_are_asked_about_once_more(portal: TestPortal, language: str) -> None:
    portal.clock.moment = datetime(2026, 3, 17, 10, tzinfo=UTC)
    admin = at_work(portal, "admin", "province-berkane", "admin")
    address = f"/{language}/counter/calendar/feasts/eid_al_fitr/2026"
    far = {**DAYS, "day1-month": "5", "day2-month": "5"}
    admin.get(address)
    assert 'name="sure"' not in admin.text
    admin.post(address, far)
    assert admin.last.status_code == 422
    assert 'href="#day1"' in admin.text
    assert value_of(admin, "day1-month") == "5"
    assert 'name="sure"' in admin.text
    admin.post(address, {**far, "sure": "yes"})
    assert admin.url.startswith(f"/{language}/counter/calendar?kept=")
    assert registry_of(portal).calendar.is_off(date(2026, 5, 21))


def test_a_slip_keeps_what_was_typed_and_says_what_is_wrong(admin: Browser) -> None:
    admin.get(FITR)
    admin.post(FITR, {**DAYS, "day1-month": "brumaire"})
    assert admin.last.status_code == 422
    assert value_of(admin, "day1-month") == "brumaire"
    assert 'class="errors"' in admin.text
    admin.post(FITR, {**DAYS, "day2-year": "2027"})
    assert admin.last.status_code == 422
    assert value_of(admin, "day2-year") == "2027"
    # The switch of languages takes what was typed along.
    admin.post(FITR, {**DAYS, "day2-day": "29", "switch_to": "ar"})
    assert admin.url == FITR.replace("/fr/", "/ar/")
    assert value_of(admin, "day2-day") == "29"


def test_a_feast_or_a_year_that_the_calendar_does_not_know_is_no_page(admin: Browser) -> None:
    for path in ("feasts/easter/2026", "feasts/eid_al_fitr/1999", "feasts/eid_al_fitr/2050", "closures/nothing"):
        assert admin.get(f"{HOME}/{path}").status_code == 404


def test_an_office_is_closed_and_opened_again(portal: TestPortal, admin: Browser) -> None:
    admin.get(f"{HOME}/closures")
    admin.post(f"{HOME}/closures", CLOSURE)
    assert admin.url == f"{HOME}?kept=recounted"
    assert "Travaux" in admin.text
    assert registry_of(portal).calendar_of("annexe-ahfir").is_off(date(2026, 3, 24))
    assert not registry_of(portal).calendar.is_off(date(2026, 3, 24))
    # The same form sent twice closes once.
    admin.get(f"{HOME}/closures")
    admin.post(f"{HOME}/closures", CLOSURE)
    assert admin.text.count("/remove") == 1
    found = re.search(r'action="([^"]+/remove)"', admin.text)
    assert found is not None
    admin.post(found[1])
    assert "Travaux" not in admin.text
    assert not registry_of(portal).calendar_of("annexe-ahfir").is_off(date(2026, 3, 24))
    admin.get(HOME)
    assert admin.post(found[1]).status_code == 404


@pytest.mark.parametrize(
    ("change", "control"),
    [
        ({"last-day": "22"}, "last"),
        ({"last-month": "9"}, "last"),
        ({"first-year": "9999", "last-year": "9999"}, "last"),
        ({"first-day": "9"}, "first"),
        ({"unit": "annexe-nowhere"}, "unit"),
        ({"name_fr": ""}, "name_fr"),
        ({"first-day": ""}, "first"),
    ],
)
def test_a_closure_that_cannot_be_is_explained_beside_its_question(
    admin: Browser, change: dict[str, str], control: str
) -> None:
    admin.get(f"{HOME}/closures")
    admin.post(f"{HOME}/closures", {**CLOSURE, **change})
    assert admin.last.status_code == 422
    assert f'href="#{control}"' in admin.text
    assert f'id="{control}-error"' in admin.text
    assert value_of(admin, "name_ar") == "أشغال"


def test_a_single_day_and_all_offices_need_no_second_date_and_no_office(portal: TestPortal, admin: Browser) -> None:
    admin.get(f"{HOME}/closures")
    single = {name: value for name, value in CLOSURE.items() if not name.startswith("last")}
    admin.post(f"{HOME}/closures", {**single, "unit": ""})
    assert admin.url == f"{HOME}?kept=recounted"
    assert registry_of(portal).calendar.is_off(date(2026, 3, 23))
    assert not registry_of(portal).calendar.is_off(date(2026, 3, 24))


def test_a_form_sent_after_the_session_ended_is_kept(portal: TestPortal, admin: Browser) -> None:
    admin.get(FITR)
    portal.clock.forward(hours=2)
    admin.post(FITR, DAYS)
    assert "/sign-in" in admin.url
    admin.staff_sign_in("admin", "a password for tests")
    admin.get(FITR)
    assert value_of(admin, "day1-month") == "mars"


def test_an_office_with_hours_of_its_own_shows_them(database_url: str, tmp_path: Path) -> None:
    services = kiosk_services(tmp_path)
    file = services / "calendar.yaml"
    own = '  - {days: [monday], opens: "10:00", closes: "12:00", units: [annexe-saidia]}\n'
    file.write_text(file.read_text("utf-8").replace("hours:\n", f"hours:\n{own}"), "utf-8")
    made = make_portal(database_url, tmp_path / "files", services)
    made.clock.moment = datetime(2026, 1, 12, 10, tzinfo=UTC)
    said = re.findall(r"1[02]\sh\s00", Browser(made).get("/fr/counters").text)
    assert [re.sub(r"\s", " ", one) for one in said] == ["10 h 00", "12 h 00"]
    made.close()
