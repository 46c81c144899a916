"""No term of the law goes unexplained: a page lists them, and a tip beside the text says each in plain words."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from portal.presenting.glossary import glossary, glossary_groups
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import RESIDENCE, answer_pages, file_residence, start
from tests.support.portal import TestPortal
from tools import messages

ROOT = Path(__file__).parents[2]
# Where citizens read: their pages, and what is told of their case.
OF_CITIZENS = re.compile(
    r"templates/(?:public|citizen|apply|components)/|portal/presenting/(?:deadlines|sheet|timeline|messages)\.py"
)
LEGAL = {
    "ar": {
        "تصريح بالشرف": "sworn-statement",
        "طعن": "appeal",
        "وسيط المملكة": "ombudsman",
        "معلومات تكميلية": "further-information",
        "سكوت": "silence",
        "متوقف": "paused-period",
        "تصحيح الإمضاء": "legalised-signature",
        "مطابقة": "certified-copy",
        "في طور الإيداع": "incomplete-file",
        "وصل": "receipt",
        "أجل الجواب": "time-to-answer",
        "ملف كامل": "complete-file",
        "الملحقة الإدارية": "district-office",
        "القيادة": "caidat",
        "معطيات": "personal-data",
        "CNDP": "cndp",
        "الأساس القانوني": "legal-basis",
        "يوم عمل": "working-day",
        "تنبر": "tax-stamp",
        "عامل الإقليم": "governor",
        "تمديد": "extended-period",
    },
    "fr": {
        "déclaration sur l’honneur": "sworn-statement",
        "recours": "appeal",
        "Médiateur": "ombudsman",
        "informations complémentaires": "further-information",
        "silence": "silence",
        "suspendu": "paused-period",
        "légalis": "legalised-signature",
        "certifi": "certified-copy",
        "en cours de dépôt": "incomplete-file",
        "récépissé": "receipt",
        "délai de réponse": "time-to-answer",
        "dossier complet": "complete-file",
        "annexe administrative": "district-office",
        "caïdat": "caidat",
        "données personnelles": "personal-data",
        "CNDP": "cndp",
        "base légale": "legal-basis",
        "ouvrable": "working-day",
        "timbre": "tax-stamp",
        "gouverneur": "governor",
        "prorog": "extended-period",
    },
}
"""How the law's words show in the interface's texts, and which entry explains each."""


def texts_for_citizens(language: str) -> str:
    template = messages.extract(ROOT)
    catalog = messages.read(ROOT / "locales" / language / "LC_MESSAGES" / "messages.po", language)
    said: list[str | None] = []
    for message in template:
        known = catalog.get(message.id) if message.id else None
        if known is not None and any(OF_CITIZENS.match(path) for path, _ in message.locations):
            said.extend(known.string if isinstance(known.string, (list, tuple)) else [known.string])
    return " ".join(str(one) for one in said).casefold()


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_term_of_the_law_that_citizens_read_is_explained(language: str) -> None:
    said, words = texts_for_citizens(language), glossary(language)
    used = {term: key for term, key in LEGAL[language].items() if term.casefold() in said}
    assert len(used) > 12
    assert [term for term, key in used.items() if key not in words] == []
    # The entry is found under the very word that stands in the text.
    assert [term for term, key in LEGAL[language].items() if term.casefold() not in words[key].word.casefold()] == []


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_meanings_are_short_sentences(language: str) -> None:
    for word in glossary(language).values():
        for sentence in re.split(r"[.;:] ", word.meaning):
            assert len(sentence.split()) <= 26, sentence


@one_database
def test_the_page_of_words_lists_each_under_its_own_address(portal: TestPortal, browser: Browser) -> None:
    page = browser.get("/fr/words")
    assert page.status_code == 200
    for _, words in glossary_groups("fr"):
        for word in words:
            assert f'id="{word.key}"' in page.text
            assert word.word in browser.text
    assert "article 21 de la loi n° 55-19" in browser.text


class Tips(HTMLParser):
    """The tips of a page: what opens each, what holds it, and whether it stands where it may."""

    FORBIDDEN = frozenset({"a", "button", "label", "summary", "option"})
    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "source"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.opened: list[str] = []
        self.tips: dict[str, str] = {}
        self.links: list[str] = []
        self.faults: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.faults.extend(f"{tag} is left open" for tag, _ in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given, around = dict(attrs), [name for name, _ in self._open]
        self.ids.update([str(given["id"])] if given.get("id") else [])
        if "popovertarget" in given or "popover" in given:
            self.faults.extend(f"a tip in a {name}" for name in self.FORBIDDEN.intersection(around))
        if given.get("popovertarget"):
            self.opened.append(str(given["popovertarget"]))
        if "popover" in given and "p" in around and tag != "span":
            self.faults.append(f"a {tag} in a paragraph")
        if "popover" in given:
            self.tips[str(given["id"])] = tag
        if tag == "a" and any("popover" in attributes for _, attributes in self._open):
            self.links.append(str(given["href"]))
        if tag not in self.VOID:
            self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop()[0] != tag:
            self.faults.append(f"</{tag}> closes something else")


@one_database
def test_tips_open_their_meaning_and_break_no_paragraph(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    draft = start(browser, "certificat-residence")
    answer_pages(browser, RESIDENCE)
    reference = file_residence(browser)
    words = browser.get("/fr/words").text
    for page in (
        "services/certificat-residence",
        "services/reclamation",
        f"drafts/{draft}/documents",
        f"cases/{reference}",
        f"cases/{reference}/submitted",
    ):
        tips = Tips(browser.get(f"/fr/{page}").text)
        assert tips.faults == [], page
        assert tips.opened, page
        assert sorted(tips.opened) == sorted(tips.tips), page
        assert [one for one, count in tips.ids.items() if count > 1] == [], page
        for link in tips.links:
            assert link.startswith("/fr/words#"), link
            assert f'id="{link.partition("#")[2]}"' in words


@one_database
def test_the_sheet_explains_the_remedies_it_names(portal: TestPortal, browser: Browser) -> None:
    assert 'popovertarget="term-appeal"' in browser.get("/ar/services/certificat-residence").text
    complaint = browser.get("/ar/services/reclamation").text
    assert 'popovertarget="term-ombudsman"' in complaint
    assert 'popovertarget="term-appeal"' not in complaint
