"""Tamazight is begun: off until a province asks for it, honest about what it lacks, and never in English."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portal import i18n
from portal.settings import Settings
from portal.wiring import NotConfigured, wire
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.portal import SECRET, TestPortal, make_portal


@pytest.fixture
def with_tamazight(database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    i18n.offer(["ar", "fr", "zgh"])
    made = make_portal(database_url, tmp_path)
    yield made
    made.close()
    i18n.offer()


@one_database
def test_it_is_off_by_default(portal: TestPortal, browser: Browser) -> None:
    assert i18n.languages() == ("ar", "fr")
    assert browser.get("/zgh/").status_code == 404
    assert "zgh" not in browser.get("/fr/track").text


@one_database
@pytest.mark.parametrize(
    "page", ["", "services", "services/certificat-residence", "track", "verify", "sign-in", "words"]
)
def test_its_pages_answer_left_to_right_and_say_that_it_is_begun(with_tamazight: TestPortal, page: str) -> None:
    browser = Browser(with_tamazight)
    assert browser.get(f"/zgh/{page}").status_code == 200
    assert '<html lang="zgh" dir="ltr"' in browser.text
    assert "ⵜⵉⵏⴰⴼⵓⵜⵉⵏ" in browser.text
    notice = i18n.translate(
        "fr", "This language is only begun. Whatever is not translated yet is shown in another one."
    )
    assert f'<p class="wrap" lang="fr" dir="ltr">{notice}</p>' in browser.text


@one_database
def test_what_it_lacks_is_said_in_the_language_that_stands_in_for_it(with_tamazight: TestPortal) -> None:
    browser = Browser(with_tamazight)
    page = browser.get("/zgh/services/certificat-residence").text
    title = with_tamazight.deps.registry.service("certificat-residence").title
    assert i18n.translate("fr", "What you bring") in browser.text
    assert title["zgh"] == title["fr"]
    assert title["fr"] in browser.text
    assert "What you bring" not in page


@one_database
def test_the_others_offer_it_under_its_own_name_and_carry_no_notice(with_tamazight: TestPortal) -> None:
    page = Browser(with_tamazight).get("/ar/track").text
    assert 'hreflang="zgh"' in page
    assert "ⵜⴰⵎⴰⵣⵉⵖⵜ" in page
    assert (
        i18n.translate("ar", "This language is only begun. Whatever is not translated yet is shown in another one.")
        not in page
    )


@one_database
def test_a_browser_that_asks_for_it_is_led_to_it(with_tamazight: TestPortal) -> None:
    browser = Browser(with_tamazight)
    browser.get("/", headers={"accept-language": "zgh-MA, fr;q=0.5"})
    assert browser.url == "/zgh/"


def test_dates_are_written_in_it() -> None:
    assert i18n.long_date(date(2026, 5, 22), "zgh") == "ⴰⵙⵉⵎⵡⴰⵙ 22 ⵎⴰⵢⵢⵓ 2026"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    yield Settings(database_url=f"sqlite:///{tmp_path}/a.db", data_dir=tmp_path, secret_key=SECRET)
    i18n.offer()


def test_the_setting_names_the_languages_and_their_order(settings: Settings) -> None:
    wire(settings.model_copy(update={"languages": "fr, ar,zgh"})).store.engine.dispose()
    assert i18n.languages() == ("fr", "ar", "zgh")
    assert i18n.choose("de", i18n.languages()) == "fr"


@pytest.mark.parametrize("asked", ["ar,xx", "zgh"])
def test_a_language_that_cannot_be_offered_stops_the_start(settings: Settings, asked: str) -> None:
    with pytest.raises(NotConfigured, match="PORTAL_LANGUAGES"):
        wire(settings.model_copy(update={"languages": asked}))
    assert i18n.languages() == ("ar", "fr")
