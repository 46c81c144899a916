"""A session that is about to end says so in time, in whichever tab, and ends or goes on without losing the page."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.person import Somebody
from tests.e2e.running import RunningPortal
from tests.e2e.ways import find_service, sign_in_and_start

pytestmark = pytest.mark.e2e

SOON = timedelta(seconds=110)


def let_sessions_end(portal: RunningPortal, after: timedelta) -> None:
    """Makes every session end so long from now."""
    end = (datetime.now(UTC) + after).replace(tzinfo=None)
    with closing(sqlite3.connect(portal.folder / "portal.db", timeout=20)) as connection, connection:
        connection.execute("UPDATE sessions SET expires_at = ?", (end.isoformat(" ", "microseconds"),))


def typing(somebody: Callable[..., Somebody]) -> Somebody:
    """Somebody in the middle of a page, whose browser's time can be moved."""
    person = somebody()
    person.page.clock.install()
    find_service(person, {"ar": "شهادة السكنى", "fr": "certificat"}[person.language], "certificat-residence")
    sign_in_and_start(person, "fatima", "certificat-residence")
    person.fill(name_fr="Fatima, half ty")
    return person


def test_she_is_warned_and_stays_without_losing_the_page(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    person = typing(somebody)
    dialog = person.page.locator("dialog#session-end")
    # Another tab has used the session meanwhile, so there is nothing to warn of yet.
    person.page.clock.fast_forward("28:10")
    expect(dialog).to_have_count(0)
    let_sessions_end(portal, SOON)
    person.page.locator("[name=name_fr]").focus()
    person.page.clock.fast_forward("28:10")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name=person.say("Stay signed in"))).to_be_focused()
    dialog.get_by_role("button", name=person.say("Stay signed in")).click()
    expect(dialog).to_have_count(0)
    expect(person.page.locator("#status")).to_have_text(person.say("You stay signed in."))
    expect(person.page.locator("[name=name_fr]")).to_be_focused()
    expect(person.page.locator("[name=name_fr]")).to_have_value("Fatima, half ty")
    with closing(sqlite3.connect(portal.folder / "portal.db")) as connection:
        (end,) = connection.execute("SELECT max(expires_at) FROM sessions WHERE kind = 'citizen'").fetchone()
    assert datetime.fromisoformat(end).replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(minutes=25)


def test_after_the_end_what_was_typed_is_kept_for_her(portal: RunningPortal, somebody: Callable[..., Somebody]) -> None:
    person = typing(somebody)
    page = person.path
    dialog = person.page.locator("dialog#session-end")
    let_sessions_end(portal, SOON)
    person.page.clock.fast_forward("28:10")
    expect(dialog).to_be_visible()
    let_sessions_end(portal, timedelta(seconds=-1))
    person.page.clock.run_for(120_000)
    expect(dialog.locator("[data-over]")).to_be_visible()
    dialog.get_by_role("button", name=person.say("Close")).click()
    person.press("Continue", "main")
    expect(person.page.locator(".notice")).to_contain_text(person.say("Your session has ended"))
    assert person.path == f"/{person.language}/sign-in"
    person.press("Sign in with your digital identity", "main")
    person.sign_in_as("fatima")
    assert person.path == page
    expect(person.page.locator("[name=name_fr]")).to_have_value("Fatima, half ty")
    expect(person.page.locator(".notice")).to_contain_text(person.say("What you had typed was kept"))
