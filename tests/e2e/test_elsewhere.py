"""A service that is done on another platform: the portal shows the way there, and begins nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from portal.store.tables import DRAFTS
from portal.wiring import wire
from tests.e2e.person import Somebody
from tests.e2e.province import settings_of
from tests.e2e.running import RunningPortal
from tests.e2e.ways import find_service

pytestmark = pytest.mark.e2e

PERMIT = "permis-construire"


def drafts_in(portal: RunningPortal) -> int:
    deps = wire(settings_of(portal))
    with deps.reading() as work:
        count = work.connection.execute(select(func.count()).select_from(DRAFTS)).scalar_one()
    deps.store.engine.dispose()
    return int(count)


def test_a_service_done_elsewhere_leads_to_its_platform_and_begins_no_draft(
    portal: RunningPortal, somebody: Callable[..., Somebody]
) -> None:
    visitor = somebody(scripts=False)
    before = drafts_in(portal)
    find_service(visitor, {"ar": "رخصة البناء", "fr": "permis de construire"}[visitor.language], PERMIT)
    sheet = visitor.path
    way = visitor.page.locator("main a.action[rel~=external]")
    expect(way).to_have_attribute("href", "https://www.rokhas.ma")
    start = visitor.page.locator("main").get_by_role("link", name=visitor.say("Start"), exact=True)
    expect(start).to_have_count(0)
    visitor.press("Is this service for you?", "main")
    visitor.choose("works", "build")
    visitor.choose("architect", "yes")
    visitor.press("See the answer", "main")
    visitor.press("See how it is done", "main")
    assert visitor.path == sheet
    # An old bookmark of the form shows the same way.
    visitor.go(f"{sheet}/apply")
    expect(way).to_be_visible()
    expect(start).to_have_count(0)
    assert drafts_in(portal) == before
