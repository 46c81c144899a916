"""Whatever somebody writes into an address or a form of the law's clock, she is answered, and never with a fault of ours."""

import re
from urllib.parse import quote

import pytest

from portal.actions.passwords import hash_password
from portal.store import partners
from portal.store.partners import Partner
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_aids
from tests.support.portal import TestPortal
from tests.support.remedies import PROVINCE, again, at_desk, file_establishment, refuse_establishment

pytestmark = one_database

ODD = (
    "",
    "0",
    "0001",
    "9999",
    "-1",
    "1e9",
    "²",
    "٢٠٢٦",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "2199-12-31",
    "2026\r\nX-Odd: yes",
    "=1+1",
    "\x00",
    "a" * 5000,
    "9" * 5000,
)
"""No numbers, numbers that are too large, days at both ends of the calendar, and what breaks a header or a query."""


def answered(found: object) -> bool:
    """Whether it is an answer, whatever it says, and no header of somebody's own making came with it."""
    status, headers = found.status_code, found.headers  # type: ignore[attr-defined]
    return status < 500 and "x-odd" not in headers


@pytest.mark.parametrize("path", ["indicators?year={}", "indicators?unit={}", "indicators.csv?year={}&service={}"])
def test_figures_of_odd_years_and_units(browser: Browser, path: str) -> None:
    for odd in ODD:
        written = quote(odd, safe="")
        assert answered(browser.client.get(f"/fr/{path.format(written, written)}", follow_redirects=False)), odd[:40]


def test_odd_places_in_lists_and_odd_days_off(portal: TestPortal) -> None:
    general = at_desk(portal, "general", PROVINCE, "secretary_general")
    admin = at_desk(portal, "admin", PROVINCE, "admin")
    calendar = "/fr/counter/calendar"
    for odd in ODD:
        written = quote(odd, safe="")
        lists = (f"escalated?after={written}.1", f"deadlines?unit=annexe-ahfir&late={written}.1&held={written}.1")
        for path in (*lists, f"deadlines?unit={written}"):
            assert answered(general.client.get(f"/fr/counter/{path}", follow_redirects=False)), path[:60]
        assert answered(admin.client.get(f"{calendar}/feasts/eid_al_fitr/{written}", follow_redirects=False)), odd[:40]
        agreed = {f"agreed{odd}": "yes"}
        days = {f"{one}-{part}": value for one in ("first", "last") for part, value in _day(odd).items()}
        closure = {"unit": odd, "name_ar": "سبب", "name_fr": odd, **days, **agreed}
        feast = {**{f"day1-{part}": value for part, value in _day(odd).items()}, **agreed}
        for path, form in (
            ("closures", closure),
            ("feasts/eid_al_fitr/2026", feast),
            (f"closures/{written}/remove", agreed),
        ):
            admin.get(calendar)
            assert answered(admin.post(f"{calendar}/{path}", form, follow_redirects=False)), (path[:40], odd[:40])


def _day(year: str) -> dict[str, str]:
    return {"day": "31", "month": "12", "year": year}


def test_odd_words_in_the_acts_of_the_law(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    agent = at_desk(portal, "agent.social", "centre-social-berkane", "agent", "chief")
    base = f"/fr/counter/cases/{reference}"
    for action in ("extend", "ask_replacement", "ask_originals"):
        for odd in ODD:
            agent.get(base)
            form = {"days": odd, "documents": odd, "reasons": odd, "version": odd}
            assert answered(agent.post(f"{base}/actions/{action}", form, follow_redirects=False)), (action, odd[:40])


def test_odd_days_on_which_a_decision_was_received(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_establishment(browser)
    refuse_establishment(portal, reference)
    portal.clock.forward(days=45)
    amina, address = again(portal), f"/fr/cases/{reference}/remedies/recours-administratif"
    for odd in ODD:
        amina.get(address)
        named = set(re.findall(r'name="([^"]+)"', amina.last.text)) - {"csrf"}
        form = dict.fromkeys(named, odd)
        form |= {name: "31" for name in named if name.endswith("-day")}
        form |= {name: "12" for name in named if name.endswith("-month")}
        assert answered(amina.post(address, form, follow_redirects=False)), odd[:40]


def test_odd_days_of_the_interface(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_aids(browser)
    partner = Partner("other", "Other", ("aides-techniques",))
    with portal.deps.unit_of_work() as work:
        partners.add(work.connection, partner, hash_password("x" * 20), work.now)
    form = {"grant_type": "client_credentials", "client_id": "other", "client_secret": "x" * 20}
    token = browser.client.post("/oauth/token", data=form).json()["access_token"]
    for odd in ODD:
        address = f"/api/v1/cases/{reference}/clock?at={quote(odd, safe='')}"
        found = browser.client.get(address, headers={"authorization": f"Bearer {token}"})
        assert answered(found), odd[:40]
        assert found.status_code == (200 if odd == "2199-12-31" else 400), odd[:40]
