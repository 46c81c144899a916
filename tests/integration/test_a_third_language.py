"""A language is a folder: with nothing but a catalogue the whole portal speaks it, and no text of its own escapes it."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from portal import i18n
from portal.domain.service import Text
from portal.presenting.law import LAW_NAMES, article
from portal.presenting.templates import environment
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, RESIDENCE, add_staff, answer_pages, file_residence, start
from tests.support.portal import AMINA, TestPortal, make_portal
from tests.support.pseudo import CODE, strange, write_pseudo_language
from tools.message_sources import BUTTONS, SPOKEN

ROOT = Path(__file__).parents[2]
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# Codes, references and addresses are the same in every language.
CODES = re.compile(
    r"\bBRK-[\w-]+|\b[A-Z0-9]{5}-[A-Z0-9]{5}\b|\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}\b|\b[A-Z0-9]*\d[A-Z0-9]*\b|\b(?:PDF|JPEG|PNG|MB|KB|QR|CNIE|CNDP|SMS|GPS)\b|\b[\w.-]+@[\w.-]+|\b\w+\.(?:pdf|jpe?g)\b"
)


@pytest.fixture(scope="module")
def pseudo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pseudo_language(ROOT, tmp_path_factory.mktemp("locales"))


@pytest.fixture
def third(pseudo_folder: Path, database_url: str, tmp_path: Path) -> Iterator[TestPortal]:
    """A portal that offers the language that nobody speaks, because its folder is there."""
    i18n.offer(root=pseudo_folder)
    made = make_portal(database_url, tmp_path)
    yield made
    made.close()
    i18n.offer()


class Visible(HTMLParser):
    """What a reader sees or hears of a page, unless it is marked as said in another language or not to be translated."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        foreign = tag in ("script", "style") or given.get("translate") == "no" or given.get("lang", CODE) != CODE
        if tag not in ("area", "br", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "col"):
            self._open.append((tag, foreign))
        for name, value in attrs:
            shown = name in SPOKEN or (name == "value" and given.get("type") in BUTTONS)
            if shown and value and not foreign:
                self._add(value)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, said: str) -> None:
        if not any(foreign for _, foreign in self._open):
            self.found.append(" ".join(said.split()))


def texts_of(thing: Any, seen: set[int]) -> Iterator[str]:
    """Everything that the province wrote, wherever it stands in a definition."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Text):
        yield from thing.values.values()
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from texts_of(getattr(thing, one.name), seen)
    elif hasattr(thing, "items"):
        for one in thing.values():
            yield from texts_of(one, seen)
    elif isinstance(thing, (tuple, list, frozenset, set)):
        for one in thing:
            yield from texts_of(one, seen)


@pytest.fixture
def provincial(third: TestPortal) -> list[str]:
    """The province's own words, the longest first: services, places, laws, persons, days and months."""
    seen: set[int] = set()
    registry = third.deps.registry
    said = {*texts_of(registry.in_force, seen), *law_names()}
    said |= {AMINA.name_ar, AMINA.name_fr, AMINA.address, "Fatima Benali", i18n.own_name(CODE)}
    said |= set(RESIDENCE["home"].values())
    names = i18n.locale(CODE)
    for words in (names.months["format"]["wide"], names.days["format"]["wide"]):
        said |= set(words.values())
    return sorted((one for one in said if len(one) > 1), key=len, reverse=True)


def law_names() -> Iterator[str]:
    """Laws and their articles, which jurists name in Arabic and French."""
    for law, name in LAW_NAMES.items():
        yield from name.values.values()
        for number in range(1, 40):
            yield from article(f"{law}/{number}").values.values()


def escaped(page: str, provincial: list[str]) -> list[str]:
    """The words of a page that nobody translated."""
    visible = Visible()
    visible.feed(page)
    found = []
    for said in visible.found:
        left = said
        for known in provincial:
            left = left.replace(" ".join(known.split()), " ")
        if ENGLISH.search(CODES.sub(" ", left)) or re.search(r"[\u0621-\u064a]", left):
            found.append(said)
    return found


def check(browser: Browser, path: str, provincial: list[str], status: int = 200) -> None:
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    head = re.search(r"<html lang=\"(\w+)\" dir=\"(\w+)\"", answer.text)
    assert head is not None
    assert head.groups() == (CODE, "ltr"), path
    assert (path, escaped(answer.text, provincial)) == (path, [])


PUBLIC = (
    "",
    "services",
    "services?q=ξψζ",
    "services/certificat-residence",
    "services/aides-techniques",
    "services/reclamation",
    "services/certificat-residence/apply",
    "sign-in",
    "track",
    "verify",
    "privacy",
    "accessibility",
    "counters",
    "words",
    "counter/sign-in",
)


@one_database
def test_every_public_page_speaks_it(third: TestPortal, provincial: list[str]) -> None:
    browser = Browser(third)
    for page in PUBLIC:
        check(browser, f"/{CODE}/{page}", provincial)
    check(browser, f"/{CODE}/nowhere", provincial, 404)


@one_database
def test_a_citizen_files_and_follows_a_request_in_it(third: TestPortal, provincial: list[str]) -> None:
    browser = Browser(third)
    browser.sign_in(CODE)
    draft = start(browser, "certificat-residence", CODE)
    for page in RESIDENCE:
        check(browser, f"/{CODE}/drafts/{draft}/{page}", provincial)
        # What is wrong is told in it too.
        browser.post(browser.url, {})
        assert escaped(browser.last.text, provincial) == []
    answer_pages(browser, RESIDENCE, CODE)
    reference = file_residence(browser, CODE, with_document=False)
    assert escaped(browser.last.text, provincial) == []
    for page in ("cases", "me", f"cases/{reference}", f"cases/{reference}/complete", f"cases/{reference}/submitted"):
        check(browser, f"/{CODE}/{page}", provincial)


@one_database
def test_the_counter_works_in_it(third: TestPortal, provincial: list[str]) -> None:
    citizen, clerk = Browser(third), Browser(third)
    citizen.sign_in(CODE)
    reference = file_residence(citizen, CODE)
    unit = third.deps.registry.territory
    office = next(one.id for one in unit.units if "02.113.01.01" in one.communes and one.kind.value == "annexe")
    add_staff(third, "agent", office, "agent", "clerk", "chief")
    clerk.staff_sign_in("agent", PASSWORD, CODE)
    for page in ("counter", f"counter/cases/{reference}", "counter/services", "counter/file/certificat-residence"):
        check(clerk, f"/{CODE}/{page}", provincial)


@one_database
def test_it_stands_in_the_switch_beside_the_others(third: TestPortal) -> None:
    page = Browser(third).get("/fr/track").text
    assert f'hreflang="{CODE}"' in page
    assert i18n.own_name(CODE) in page


@one_database
def test_a_browser_that_asks_for_it_is_led_to_it(third: TestPortal) -> None:
    browser = Browser(third)
    browser.get("/", headers={"accept-language": f"{CODE};q=0.9, de;q=1"})
    assert browser.url == f"/{CODE}/"


@one_database
def test_every_template_compiles_in_it(third: TestPortal) -> None:
    made = environment(CODE, str)
    for name in made.list_templates(filter_func=lambda path: path.endswith((".html", ".txt"))):
        if not name.startswith(("documents/", "design/samples/")):
            made.get_template(name)


def test_what_escapes_is_seen() -> None:
    assert escaped(f"<p>{strange('Sign in')} <b>BRK-26-AAAA</b></p>", []) == []
    assert escaped("<p title='Close'>Sign in</p><p lang='en'>As said</p>", []) == ["Close", "Sign in"]
