"""What anybody may read before asking for anything: the front page, life events, help, the notices."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.actions.asked_for import FRESH_FOR, SPAN, most_asked_for
from portal.i18n import translate
from portal.store import publications
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_complaint
from tests.support.portal import SERVICES, TestPortal, make_portal

pytestmark = one_database
BOTH = pytest.mark.parametrize("language", ["ar", "fr"])
LINK = re.compile(r'href="([^"#]+)(?:#([^"]+))?"')


def main_of(browser: Browser) -> str:
    return browser.text.split("<main", 1)[1].split("</main>")[0]


def slugs_listed(browser: Browser, language: str = "fr") -> list[str]:
    rows = re.search(r'<ul class="rows">.*?</ul>', browser.text, re.DOTALL)
    assert rows is not None
    return re.findall(rf'href="/{language}/services/([\w-]+)"', rows[0])


@BOTH
def test_the_front_page_leads_from_search_to_events_to_services_to_counters_to_a_file(
    portal: TestPortal, browser: Browser, language: str
) -> None:
    text = browser.get(f"/{language}/").text
    marks = ['role="search"', f"/{language}/life/birth", f"/{language}/services/", f"/{language}/counters#commune-"]
    places = [text.index(mark) for mark in [*marks, f'action="/{language}/track"']]
    assert places == sorted(places)
    assert set(re.findall(rf"/{language}/life/([\w-]+)", text)) == {one.id for one in portal.deps.registry.life_events}


@pytest.mark.parametrize("path", ["", "help", "counters", "legal", "accessibility", "life/home", "life/birth"])
@BOTH
def test_no_link_of_a_public_page_leads_nowhere(browser: Browser, language: str, path: str) -> None:
    assert browser.get(f"/{language}/{path}").status_code == 200
    targets = {pair for pair in LINK.findall(main_of(browser)) if pair[0].startswith("/")}
    assert targets
    for address, anchor in targets:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert not anchor or f'id="{anchor}"' in answer.text, (address, anchor)


@BOTH
def test_an_event_shows_its_services_then_what_others_do_then_the_counters(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/life/complaint")
    text = main_of(browser)
    marks = [f"/{language}/services/reclamation", "https://www.chikaya.ma", f'href="/{language}/counters"']
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_an_event_without_a_service_here_says_who_helps(portal: TestPortal, browser: Browser) -> None:
    event = next(one for one in portal.deps.registry.life_events if one.id == "complaint")
    with portal.deps.unit_of_work() as work:
        for slug in event.services:
            publications.unlist(work.connection, "service", slug)
    portal.deps.registry.forget()
    browser.get("/fr/life/complaint")
    assert translate("fr", "On this portal") not in main_of(browser)
    assert "https://www.chikaya.ma" in main_of(browser)
    assert browser.get("/fr/life/wedding").status_code == 404
    assert 'role="search"' in browser.text


def test_what_others_ask_for_is_really_counted(portal: TestPortal, browser: Browser) -> None:
    browser.get("/fr/")
    in_order = slugs_listed(browser)
    assert in_order == [one.slug for one in portal.deps.registry.services()][: len(in_order)]
    assert "reclamation" not in in_order
    assert translate("fr", "What others ask for") not in browser.text
    file_complaint(browser)
    browser.get("/fr/")
    assert slugs_listed(browser) == in_order  # Counted a moment ago.
    portal.clock.forward(seconds=FRESH_FOR.total_seconds() + 1)
    browser.get("/fr/")
    assert slugs_listed(browser)[0] == "reclamation"
    assert translate("fr", "What others ask for") in browser.text


def test_what_was_asked_for_long_ago_no_longer_counts(portal: TestPortal, browser: Browser) -> None:
    file_complaint(browser)
    portal.clock.forward(days=SPAN.days + 1)
    definitions, counted = most_asked_for(portal.deps)
    assert not counted
    assert [one.slug for one in definitions] == sorted(one.slug for one in definitions)


def test_a_service_no_longer_offered_drops_out_of_its_event(portal: TestPortal, browser: Browser) -> None:
    with portal.deps.unit_of_work() as work:
        publications.unlist(work.connection, "service", "certificat-residence")
    portal.deps.registry.forget()
    assert browser.get("/fr/life/home").status_code == 200
    assert "/services/certificat-residence" not in main_of(browser)


def test_a_province_without_events_has_a_front_page_without_tiles(database_url: str, tmp_path: Path) -> None:
    services = tmp_path / "services"
    shutil.copytree(SERVICES, services)
    (services / "life_events.yaml").unlink()
    made = make_portal(database_url, tmp_path / "data", services)
    browser = Browser(made)
    assert browser.get("/fr/").status_code == 200
    assert "/life/" not in browser.text
    made.close()


def test_the_telephones_of_the_offices_are_links(database_url: str, tmp_path: Path) -> None:
    services = tmp_path / "services"
    shutil.copytree(SERVICES, services)
    units = services / "territory" / "units.yaml"
    text = units.read_text("utf-8")
    for unit, phone in (("province-berkane", "+212536611000"), ("annexe-ahfir", "+212536622000")):
        text = text.replace(f"- id: {unit}\n", f'- id: {unit}\n    phone: "{phone}"\n')
    units.write_text(text, "utf-8")
    made = make_portal(database_url, tmp_path / "data", services)
    browser = Browser(made)
    for path in ("/ar/", "/ar/help", "/ar/legal", "/ar/counters"):
        assert 'href="tel:+212536611000"' in browser.get(path).text, path
    assert 'href="tel:+212536622000"' in browser.text
    assert '<bdi class="num" dir="ltr">0536' in browser.text or '<bdi class="num" dir="ltr">05 36' in browser.text
    made.close()


@BOTH
def test_the_counters_say_when_they_are_open(portal: TestPortal, browser: Browser, language: str) -> None:
    first, last = {"ar": ("الاثنين", "الجمعة"), "fr": ("lundi", "vendredi")}[language]
    usual, fasting = {"ar": ("08:30", "09:00"), "fr": (r"8\sh\s30", r"9\sh\s00")}[language]
    in_ramadan = translate(language, "These are the hours of Ramadan.")
    for moment, opens, other in (
        (datetime(2026, 2, 17, 10, tzinfo=UTC), usual, fasting),
        (datetime(2026, 2, 18, 10, tzinfo=UTC), fasting, usual),
    ):
        portal.clock.moment = moment
        for page in ("counters", "help"):
            browser.get(f"/{language}/{page}")
            assert translate(language, "From %(first)s to %(last)s", {"first": first, "last": last}) in browser.text
            assert re.search(opens, browser.text)
            assert not re.search(other, browser.text)
            assert (in_ramadan in browser.text) == (opens == fasting)


@BOTH
def test_the_statement_on_accessibility_claims_no_more_than_was_tested(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/accessibility")
    assert "WCAG 2.2" in browser.text
    assert "axe-core" in browser.text
    assert translate(language, "not yet audited: we do not claim conformity") in browser.text
    assert f"/{language}/help#contact" in browser.text


@BOTH
def test_the_legal_notice_names_the_law_the_publisher_and_the_licence(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/legal")
    publisher = {"ar": "إقليم بركان", "fr": "Province de Berkane"}[language]
    assert publisher in main_of(browser)
    assert re.search(r"09[-.]08", main_of(browser))
    assert "EUPL 1.2" in main_of(browser)
    assert f"/{language}/privacy" in main_of(browser)


def test_a_language_typed_without_its_slash_is_the_front_page(browser: Browser) -> None:
    answer = browser.get("/fr")
    assert (answer.status_code, browser.url) == (200, "/fr/")
