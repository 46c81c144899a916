"""An agent among dozens of cases of every kind: what is most urgent comes first, and says so."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.person import Somebody
from tests.e2e.pictures import Album
from tests.e2e.province import employees
from tests.e2e.running import RunningPortal

pytestmark = pytest.mark.e2e


def test_the_queue_shows_what_is_most_urgent_first(
    province: RunningPortal, chromium: Browser, language: str, album: Album
) -> None:
    agent = Somebody(chromium, province, language, album)
    agent.sign_in_at_counter(*employees()["agent.annexe1"])
    rows = agent.page.locator("table.queue tbody tr")
    assert rows.count() > 3
    expect(rows.first.locator(".tag.due")).to_have_class(re.compile(r"\blate\b"))
    agent.picture("counter-queue")
    agent.follow(rows.first.get_by_role("link"))
    agent.close()
    assert not agent.wrong
