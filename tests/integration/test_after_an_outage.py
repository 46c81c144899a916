"""After an outage everything is entered in the order of the days on which it was due, and says both of its days."""

from datetime import datetime
from pathlib import Path

import pytest

from portal.actions.timers import sweep
from portal.domain.events import CaseDecided, DeadlineNear, Event, OpinionsJoined, SilenceRecorded, TimerFired
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.kiosk import (
    OFFICE,
    WORKFLOW,
    act,
    at_work,
    dossier_of,
    events_of,
    file_kiosk,
    kiosk_portal,
)
from tests.support.portal import TestPortal, made_by

DAY = "2026-05-05"
"""The day on which a file is returned, a silence sets in, a timer fires and opinions are joined."""

EXPECTED = {"incomplete": CaseDecided, "silent": SilenceRecorded, "old": TimerFired, "consulted": OpinionsJoined}
"""What becomes of each file that day."""

pytestmark = made_by(kiosk_portal)


def go_to(portal: TestPortal, day: str) -> None:
    portal.clock.moment = datetime.fromisoformat(f"{day}T09:15:00+00:00")


def filed_on(portal: TestPortal, browser: Browser, day: str, *, complete: bool = True) -> str:
    go_to(portal, day)
    browser.sign_in()
    return file_kiosk(browser, consent=complete)


@pytest.fixture
def files(portal: TestPortal, browser: Browser) -> dict[str, str]:
    """Files of several days, to each of which something is due on the same one."""
    found = {
        "silent": filed_on(portal, browser, "2026-03-02"),
        "incomplete": filed_on(portal, browser, "2026-04-03", complete=False),
        "consulted": filed_on(portal, browser, "2026-04-24"),
    }
    act(at_work(portal, "agent", OFFICE, "agent"), found["consulted"], "consult")
    found["old"] = filed_on(portal, browser, "2026-04-25")
    go_to(portal, "2026-05-04")
    sweep(portal.deps)
    return found


def due_that_day(portal: TestPortal, files: dict[str, str]) -> dict[str, str]:
    """The day that the first event of the expected kind gives in each file."""
    return {
        name: next(str(one.data()["on"]) for one in events_of(portal, files[name]) if isinstance(one, kind))
        for name, kind in EXPECTED.items()
    }


def test_what_three_days_without_a_worker_brought_about_is_dated_as_the_law_says(
    portal: TestPortal, browser: Browser, files: dict[str, str]
) -> None:
    before = {name: len(events_of(portal, one)) for name, one in files.items()}
    go_to(portal, "2026-05-08")
    sweep(portal.deps)
    assert due_that_day(portal, files) == dict.fromkeys(EXPECTED, DAY)
    # In each file the days follow each other, as if somebody had looked every day.
    for name, one in files.items():
        days = [on for event in events_of(portal, one)[before[name] :] if (on := event.data().get("on"))]
        assert days == sorted(days), name
    # The law's clock goes by when it was entered, as before: only a silence is dated as the law says.
    case = dossier_of(portal, files["incomplete"]).case
    assert (case.state, str(case.closed_at)[:10]) == ("returned", "2026-05-08")
    browser.sign_in()
    agent = at_work(portal, "reader", OFFICE, "agent")
    for language, said in (("fr", ("5 mai 2026", "8 mai 2026")), ("ar", ("5 ماي 2026", "8 ماي 2026"))):
        for name in ("incomplete", "silent"):
            shown = browser.get(f"/{language}/cases/{files[name]}").text
            assert _said_late(shown, said), (language, name)
        for name in ("old", "consulted"):
            assert _said_late(agent.get(f"/{language}/counter/cases/{files[name]}").text, said), (language, name)


def _said_late(shown: str, days: tuple[str, str]) -> bool:
    """Whether one line of a timeline has both days, one after the other."""
    lines = shown.replace("\xa0", " ").splitlines()
    return any(days[0] in line and days[1] in line.partition(days[0])[2] for line in lines)


@one_database
def test_what_is_entered_on_its_day_has_no_other(portal: TestPortal, browser: Browser, files: dict[str, str]) -> None:
    go_to(portal, DAY)
    sweep(portal.deps)
    assert due_that_day(portal, files) == {"incomplete": "", "silent": DAY, "old": "", "consulted": ""}
    browser.sign_in()
    assert "enregistré le" not in browser.get(f"/fr/cases/{files['silent']}").text


@one_database
def test_a_journal_of_before_has_no_such_day(portal: TestPortal, browser: Browser) -> None:
    for kind, data in (("TimerFired", {"timer": "nudge"}), ("OpinionsJoined", {"round": 1, "late": True})):
        assert Event.from_data(kind, data).data()["on"] == ""


def test_a_timer_between_two_warnings_fires_between_them(database_url: str, tmp_path: Path) -> None:
    workflow = WORKFLOW.replace("{id: nudge, after: {days: 10,", "{id: nudge, after: {days: 40,")
    assert workflow != WORKFLOW
    portal = kiosk_portal(database_url, tmp_path, workflow=workflow)
    try:
        browser = Browser(portal)
        reference = filed_on(portal, browser, "2026-03-02")
        # Half of the period has passed on 1 April and a quarter is left on 16 April; the timer is due on 11 April.
        go_to(portal, "2026-04-20")
        assert sweep(portal.deps) == 3
        happened = [one for one in events_of(portal, reference) if isinstance(one, DeadlineNear | TimerFired)]
        assert [one.on for one in happened] == ["2026-04-01", "2026-04-11", "2026-04-16"]
    finally:
        portal.close()
