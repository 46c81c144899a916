"""The design system: no component without its samples, no sample that does not draw, no colour that cannot be read."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from portal import i18n
from portal.catalogue.loader import read_territory
from portal.web import design
from portal.web.design_tokens import contrasts, ratio, read_tokens

ROOT = Path(__file__).parents[2]
TERRITORY = read_territory(ROOT / "services")
TOKENS = read_tokens((ROOT / "static/css/tokens.css").read_text(encoding="utf-8"))
VOID = frozenset({"input", "br", "link", "meta", "img", "hr"})


def draw(component: str, state: str, language: str) -> str:
    page = SimpleNamespace(
        csrf="proof",
        errors=[],
        reader=None,
        demo=True,
        current_nav="",
        large_text=False,
        language=language,
        path_in=lambda other: f"/{other}/design",
    )
    return design.draw(component, state, language, lambda name: f"/static/{name}", page, TERRITORY)


class Markup(HTMLParser):
    """Notes ids, what refers to them, and tags closed out of turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.named: set[str] = set()
        self.open: list[str] = []
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if len(found) != len(attrs):
            self.odd.append(f"<{tag}> has an attribute twice")
        if found.get("id"):
            self.ids[str(found["id"])] += 1
        for name in ("for", "aria-labelledby", "aria-describedby", "data-opens", "popovertarget"):
            self.named.update((found.get(name) or "").split())
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.odd.append(f"</{tag}>")


def test_every_component_has_its_samples_and_its_line_in_the_index() -> None:
    names = design.component_names()
    assert sorted(design.listed()) == names
    without = [name for name in names if not design.samples_of(name)]
    assert not without
    strange = {path.name for path in design.SAMPLES.iterdir()} - set(names)
    assert not strange


@pytest.mark.parametrize("component", design.component_names())
def test_every_sample_draws_well_formed_html_in_every_language_with_each_id_once(component: str) -> None:
    ids: Counter[str] = Counter()
    for state in design.samples_of(component):
        for language in i18n.languages():
            markup = Markup(draw(component, state, language))
            assert not markup.odd, (state, language)
            assert not markup.open, (state, language)
            assert markup.named <= set(markup.ids), (state, language)
            ids.update(markup.ids)
    assert not [one for one, times in ids.items() if times > 1]


def test_every_state_has_a_title() -> None:
    states = {state for component in design.component_names() for state in design.samples_of(component)}
    assert states <= set(design._index()["states"])


def test_every_word_of_the_samples_is_written_in_both_languages_and_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in design.DESIGN.rglob("*.html"))
    for name, text in design._words().items():
        assert text["ar"], name
        assert text["fr"], name
        assert re.search(rf"\bwords\.{name}\b", code), name


def test_ids_and_what_refers_to_them_change_together() -> None:
    html = '<label for="a">data-id="a" id="a"</label><input id="a" aria-describedby="a-hint a-error"><a href="#a" data-id="a">'
    assert design.unlike(html, "x") == (
        '<label for="a-x">data-id="a" id="a"</label><input id="a-x" aria-describedby="a-hint-x a-error-x">'
        '<a href="#a-x" data-id="a">'
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_is_read_well_on_every_colour_it_is_written_on(scheme: str) -> None:
    colours: Any = getattr(TOKENS, scheme)
    assert len(colours) > 25
    assert [found for found in contrasts(colours) if found.ratio < found.needed] == []


def test_contrast_is_what_wcag_says() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_the_dark_scheme_is_read_from_the_style_sheet() -> None:
    assert TOKENS.light["paper"] != TOKENS.dark["paper"]
    assert ratio(TOKENS.dark["paper"], "#000000") < 2
