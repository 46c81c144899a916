"""A service that is done elsewhere: its page is complete, says what is unsure as unsure, and nothing is filed here."""

import pytest

from portal.i18n import translate
from tests.support.browser import Browser
from tests.support.forms_service import ELSEWHERE, forms_portal, plain
from tests.support.journeys import PASSWORD, add_staff
from tests.support.portal import TestPortal, made_by

PATH = f"/fr/services/{ELSEWHERE}"

pytestmark = made_by(forms_portal)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/apply"])
def test_its_page_says_everything_without_a_form(browser: Browser, path: str) -> None:
    browser.get(path)
    assert browser.last.status_code == 200
    for said in (
        "La plateforme du passeport",
        "Remplissez le formulaire.",
        "Venez à l'annexe.",
        "Deux photos",
        "Venez aux heures d'ouverture.",
        "Le gouverneur de la province",
        "Selon la charge du service.",
    ):
        assert said in browser.text, said
    assert translate("fr", "depending on where you live") not in browser.text
    assert 'href="https://www.passeport.ma"' in browser.last.text
    assert f'<a class="button action" href="{PATH}/apply"' not in browser.last.text
    assert '<form method="post" action="/fr/services' not in browser.last.text


def test_what_nobody_confirmed_is_not_stated_as_law(browser: Browser) -> None:
    browser.get(PATH)
    said = plain(browser.text)
    assert "Circulaire incertaine" not in said
    assert "Décret n° 2-08-310" in said
    assert "Demander" not in said
    assert "5 jours" in said
    assert "Sous 5 jours" not in said
    browser.get("/ar/services/passeport")
    assert "عادة" in browser.text or "Usually" in browser.text


def test_nothing_can_be_begun(browser: Browser) -> None:
    browser.sign_in()
    browser.get(PATH)
    browser.get("/fr/services/aide-foyer/apply")
    browser.post(f"{PATH}/apply")
    assert browser.url == PATH


def test_the_leaflet_and_the_lists_say_where_it_is_done(browser: Browser) -> None:
    browser.get(f"{PATH}/leaflet")
    assert "https://www.passeport.ma" in browser.text
    assert "Remplissez le formulaire." in browser.text
    browser.get("/fr/services")
    assert "Passeport" in browser.text


def test_a_clerk_finds_the_same_at_the_counter(portal: TestPortal, browser: Browser) -> None:
    add_staff(portal, "clerk", "annexe-ahfir", "clerk")
    browser.staff_sign_in("clerk", PASSWORD)
    browser.get("/fr/counter/services")
    browser.get(f"/fr/counter/file/{ELSEWHERE}")
    assert browser.last.status_code == 200
    assert "Remplissez le formulaire." in browser.text
    assert "name_ar" not in browser.last.text
    browser.post(f"/fr/counter/file/{ELSEWHERE}", {"name_ar": "محمد"})
    assert browser.url == f"/fr/counter/file/{ELSEWHERE}"
