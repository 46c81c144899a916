"""The pages of the design system: whole, in every language, and only where nobody real is served."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from portal.web.design import listed
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.portal import TestPortal

pytestmark = one_database


@pytest.fixture
def shown(portal: TestPortal) -> None:
    portal.app.app.state.deps = replace(portal.deps, demo=True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["", "/tokens", "/button", "/group"])
def test_nobody_sees_them_outside_a_demonstration(browser: Browser, path: str) -> None:
    assert browser.get(f"/fr/design{path}").status_code == 404


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_index_leads_to_every_component_and_each_page_has_its_ids_once(browser: Browser, language: str) -> None:
    browser.get(f"/{language}/design")
    linked = re.findall(rf'href="/{language}/design/([\w-]+)"', browser.last.text)
    assert sorted(linked) == sorted([*listed(), "tokens"])
    for name in linked:
        page = browser.get(f"/{language}/design/{name}")
        assert page.status_code == 200, name
        ids = Counter(re.findall(r'\sid="([^"]+)"', re.sub(r"<pre.*?</pre>", "", page.text, flags=re.DOTALL)))
        assert not [one for one, times in ids.items() if times > 1], name


@pytest.mark.usefixtures("shown")
def test_the_code_shown_is_the_code_that_ran_and_both_directions_stand_side_by_side(browser: Browser) -> None:
    browser.get("/ar/design/field-phone")
    assert '{{ control(question("phone", "answer", words.phone' in browser.text
    assert re.search(r'class="sample" lang="ar" dir="rtl".*?رقم الهاتف', browser.last.text, re.DOTALL)
    assert re.search(r'class="sample" lang="fr" dir="ltr".*?Numéro de téléphone', browser.last.text, re.DOTALL)


@pytest.mark.usefixtures("shown")
def test_the_forms_of_the_samples_lead_back_to_their_page(browser: Browser) -> None:
    browser.get("/fr/design/group")
    browser.post("/fr/design/group", {"add": "member"})
    assert browser.url == "/fr/design/group"
    assert browser.get("/fr/design/nothing").status_code == 404
