"""The calendar files: whose days each holds, and who gets it."""

from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.integration.test_acts import SOCIAL, WHY, act, dossier
from tests.support.browser import Browser
from tests.support.journeys import file_aids, file_residence
from tests.support.portal import TestPortal
from tests.support.remedies import again, at_desk, file_establishment, pass_days, refuse_establishment, turn_to


@pytest.fixture
def aids(browser: Browser) -> str:
    browser.sign_in()
    return file_aids(browser)


def days(browser: Browser, address: str) -> dict[str, date]:
    """The days of a file, by the name of each without the portal's own."""
    got = browser.get(address)
    assert got.status_code == 200, browser.text
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    assert got.headers["content-disposition"].startswith("attachment")
    assert "no-store" in got.headers["cache-control"]
    read: Any = Calendar.from_ical(got.content)
    return {str(event["uid"]).partition("@")[0]: event["dtstart"].dt for event in read.walk("VEVENT")}


def test_a_citizen_gets_the_days_of_all_her_files(portal: TestPortal, browser: Browser, aids: str) -> None:
    portal.clock.forward(minutes=1)
    other = file_residence(browser)
    assert set(days(browser, "/fr/cases/calendar.ics")) == {f"{aids}-answer", f"{other}-answer"}
    assert days(browser, f"/fr/cases/{aids}/calendar.ics") == {f"{aids}-answer": dossier(portal, aids).case.due_on}
    for page in ("/fr/cases", f"/fr/cases/{aids}"):
        assert f'href="{page}/calendar.ics"' in browser.get(page).text.replace("download", "")
    act(
        at_desk(portal, "agent.social", SOCIAL, "agent"), aids, "ask_replacement", documents="prescription", reasons=WHY
    )
    assert days(browser, f"/ar/cases/{aids}/calendar.ics") == {f"{aids}-replacement": date(2026, 4, 2)}


def test_a_refusal_leaves_the_last_day_of_her_remedy_until_she_has_used_it(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    citizen = again(portal)
    name = f"{reference}-remedy-recours-administratif"
    assert name in days(citizen, "/fr/cases/calendar.ics")
    appeal = turn_to(citizen, reference, "recours-administratif", grounds="La distance a été mal mesurée.")
    left = days(citizen, "/fr/cases/calendar.ics")
    assert name not in left
    assert f"{appeal}-answer" in left
    pass_days(portal, 40)
    assert not [
        one for one in days(again(portal), "/fr/cases/calendar.ics") if one.startswith(f"{reference}-remedy-rec")
    ]


def test_the_holder_of_a_receipt_gets_the_days_of_that_case_only(
    portal: TestPortal, another_browser: object, aids: str
) -> None:
    holder = Browser(portal)
    holder.get("/fr/track")
    holder.post("/fr/track", {"reference": aids, "secret": dossier(portal, aids).secret})
    assert list(days(holder, f"/fr/cases/{aids}/calendar.ics")) == [f"{aids}-answer"]
    assert "BEGIN" not in holder.get("/fr/cases/calendar.ics").text
    stranger = Browser(portal)
    stranger.get("/fr/track")
    assert stranger.get(f"/fr/cases/{aids}/calendar.ics").status_code != 200 or "BEGIN" not in stranger.text


def test_an_agent_gets_the_files_she_has_taken_else_those_of_her_unit(portal: TestPortal, aids: str) -> None:
    agent = at_desk(portal, "agent.social", SOCIAL, "agent")
    # Sixty days are further than the thirty that are shown of what nobody has taken.
    assert days(agent, "/fr/counter/calendar.ics") == {}
    agent.get(f"/fr/counter/cases/{aids}")
    agent.post(f"/fr/counter/cases/{aids}/take")
    assert days(agent, "/fr/counter/calendar.ics") == {f"{aids}-answer": dossier(portal, aids).case.due_on}
    colleague = at_desk(portal, "other.social", SOCIAL, "agent")
    assert days(colleague, "/fr/counter/calendar.ics") == {}
    portal.clock.forward(days=40)
    colleague = at_desk(portal, "other.social", SOCIAL, "agent")
    assert list(days(colleague, "/fr/counter/calendar.ics")) == [f"{aids}-answer"]
    elsewhere = at_desk(portal, "far", "annexe-saidia", "agent")
    assert days(elsewhere, "/fr/counter/calendar.ics") == {}


def test_who_has_no_part_in_any_case_gets_no_calendar(portal: TestPortal) -> None:
    designer = at_desk(portal, "designer", "province-berkane", "designer")
    assert designer.get("/fr/counter/calendar.ics").status_code == 403


def test_a_case_long_closed_is_no_longer_looked_at(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    portal.clock.forward(days=timedelta(days=400).days)
    assert days(again(portal), "/fr/cases/calendar.ics") == {}
    assert f"/fr/cases/{reference}/calendar.ics" not in again(portal).get(f"/fr/cases/{reference}").text
