"""The search as the pages show it: the best first, never an empty page, and what was not found is kept without its numbers."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from limits import parse
from PIL import Image
from sqlalchemy.exc import OperationalError

from portal.actions.tidy import tidy
from portal.http import limiting
from portal.store import searches
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.portal import TestPortal

ASKED_AND_FOUND = {
    "بغيت شهادة السكنى": "certificat-residence",
    "chahada sokna": "certificat-residence",
    "certifica de residance": "certificat-residence",
    "chaise roulante": "aides-techniques",
    "الكروسة": "aides-techniques",
    "lm3a9a": "aides-techniques",
    "البولة طافية": "reclamation",
    "poubelle": "reclamation",
}


def kept(portal: TestPortal) -> list[tuple[str, str, int]]:
    with portal.deps.reading() as work:
        return [(one.words, one.language, one.count) for one in searches.missed(work.connection)]


def linked(browser: Browser) -> list[str]:
    """The services that the page shown last leads to, in order."""
    main = browser.text.partition('<main id="main"')[2].partition("</main>")[0]
    return [
        part.partition('"')[0].rpartition("/services/")[2]
        for part in main.split('<a href="')[1:]
        if "/services/" in part[:60]
    ]


@one_database
@pytest.mark.parametrize(("asked", "slug"), ASKED_AND_FOUND.items())
def test_everyday_words_find_the_service_first(browser: Browser, asked: str, slug: str) -> None:
    browser.get("/ar/services", params={"q": asked})
    assert linked(browser)[0] == slug


@one_database
def test_nothing_asked_for_shows_every_service_and_keeps_nothing(portal: TestPortal, browser: Browser) -> None:
    browser.get("/fr/services?q=%20")
    assert linked(browser) == [one.slug for one in portal.deps.registry.services()]
    assert kept(portal) == []


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_search_in_vain_shows_situations_and_counters_and_is_kept_once(
    portal: TestPortal, browser: Browser, language: str
) -> None:
    browser.get(f"/{language}/services", params={"q": "Recette du gâteau 0612345678"})
    assert browser.last.status_code == 200
    assert f"/{language}/life/" in browser.text
    assert f"/{language}/counters#commune-" in browser.text
    assert 'value="Recette du gâteau 0612345678"' in browser.text
    assert kept(portal) == [("recette gateau", language, 1)]
    browser.get(f"/{language}/services", params={"q": "recette GATEAU"})
    assert kept(portal) == [("recette gateau", language, 2)]


@one_database
def test_what_was_found_is_not_kept(portal: TestPortal, browser: Browser) -> None:
    browser.get("/ar/services", params={"q": "شهادة السكنى"})
    assert kept(portal) == []


@one_database
@pytest.mark.parametrize(
    "asked",
    [
        "FB123456",
        "0612345678",
        "amina@example.org",
        "amina @ example.org",
        "٠٦١٢٣٤٥٦٧٨",
        "n° 7",
        "BRK-26-7K3F-9Q2X-C",
        "7kmfwq2xab",
        "   ",
    ],
)
def test_numbers_and_addresses_of_people_are_never_kept(portal: TestPortal, browser: Browser, asked: str) -> None:
    browser.get("/fr/services", params={"q": f"xylophone {asked}"})
    assert kept(portal) == [("xylophone", "fr", 1)]


@one_database
def test_a_digit_that_stands_for_a_letter_stays(portal: TestPortal, browser: Browser) -> None:
    browser.get("/fr/services", params={"q": "xyl7zzz"})
    assert kept(portal) == [("xyl7zzz", "fr", 1)]


def test_a_flood_of_new_words_is_not_kept_but_known_ones_still_count(
    portal: TestPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_NEW_A_DAY", 2)
    today = portal.clock.now().date()
    with portal.deps.unit_of_work() as work:
        for words in ("one", "two", "three", "one"):
            searches.note(work.connection, words, "fr", today)
        searches.note(work.connection, "x" * 500, "fr", today)
    assert kept(portal) == [("one", "fr", 2), ("two", "fr", 1)]


def test_words_that_only_one_or_two_people_typed_are_forgotten_after_a_month(portal: TestPortal) -> None:
    today = portal.clock.now().date()
    with portal.deps.unit_of_work() as work:
        for words in ("seldom", *["often"] * searches.OFTEN):
            searches.note(work.connection, words, "fr", today - timedelta(days=40))
    tidy(portal.deps)
    assert kept(portal) == [("often", "fr", searches.OFTEN)]


@one_database
def test_one_address_has_only_so_many_searches_kept(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "MISSED_ADDRESS", parse("2 per hour"))
    for words in ("xylophone", "vibraphone", "glockenspiel"):
        assert browser.get(f"/fr/services?q={words}").status_code == 200
    assert len(kept(portal)) == 2


def test_words_nobody_typed_for_a_year_are_forgotten(portal: TestPortal) -> None:
    today = portal.clock.now().date()
    with portal.deps.unit_of_work() as work:
        searches.note(work.connection, "x" * 500, "fr", today)
        assert [len(one.words) for one in searches.missed(work.connection)] == [searches.MOST_LETTERS]
        searches.forget(work.connection, today)
        assert searches.missed(work.connection)
        searches.forget(work.connection, today.replace(year=today.year + 1))
        assert not searches.missed(work.connection)


@one_database
def test_a_database_that_refuses_to_write_does_not_fail_the_page(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(searches, "note", refuse)
    assert browser.get("/fr/services?q=xylophone").status_code == 200


@one_database
def test_what_was_typed_is_shown_as_text(browser: Browser) -> None:
    raw = browser.get("/fr/services", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in raw


def test_the_operator_lists_the_searches_in_vain(portal: TestPortal, browser: Browser, tmp_path: Any) -> None:
    for _ in range(4):
        browser.get("/fr/services?q=xylophone")
    for _ in range(3):
        browser.get("/ar/services", params={"q": "بيتزا"})
    browser.get("/fr/services?q=amina")
    settings = settings_for(portal.deps.store.engine.url.render_as_string(hide_password=False), tmp_path)
    listed = json.loads(call_portal(settings, "searches", "--json").stdout)
    assert [(one["words"], one["language"], one["count"]) for one in listed] == [
        ("xylophone", "fr", 4),
        ("بيتزا", "ar", 3),
    ]
    every = json.loads(call_portal(settings, "searches", "--json", "--least", "1").stdout)
    assert [one["words"] for one in every][2:] == ["amina"]
    plain = call_portal(settings, "searches").stdout
    assert "xylophone" in plain.splitlines()[0]


@one_database
@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("slug", ["certificat-residence", "aides-techniques", "reclamation"])
def test_every_service_has_a_leaflet_whose_code_opens_its_page(browser: Browser, language: str, slug: str) -> None:
    sheet = browser.get(f"/{language}/services/{slug}").text
    assert f'/{language}/services/{slug}/leaflet"' in sheet
    leaflet = browser.get(f"/{language}/services/{slug}/leaflet")
    assert leaflet.status_code == 200
    assert f"/{language}/services/{slug}</bdi>" in leaflet.text
    assert read_qr(leaflet.text) == f"{browser.portal.deps.base_url}/{language}/services/{slug}"


def read_qr(page: str) -> str:
    """What a camera reads from the code drawn in a page."""
    drawn = page.partition('class="qr"')[2]
    size = int(drawn.partition('viewBox="0 0 ')[2].partition(" ")[0])
    modules = Image.new("L", (size, size), 255)
    path = drawn.partition('<path d="')[2].partition('"')[0]
    for column, row, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", path):
        dark = (int(column), int(row), int(column) + int(width), int(row) + int(height))
        modules.paste(0, dark)
    found = zxingcpp.read_barcode(modules.resize((size * 8, size * 8), Image.Resampling.NEAREST))
    return found.text if found else ""
