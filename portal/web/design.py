"""The design system's own pages, for whoever builds with it: every component in every state, drawn by the code it shows."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from starlette.responses import Response

from portal import i18n
from portal.domain.errors import NotFound
from portal.domain.service import Text
from portal.domain.territory import Territory
from portal.http.pages import Page
from portal.http.readers import Visitor
from portal.http.static import ROOT as STATIC
from portal.i18n import N_
from portal.presenting.controls import Control
from portal.presenting.province_map import drawing_of
from portal.presenting.templates import ROOT, environment
from portal.web.design_tokens import contrasts, read_tokens
from portal.web.routing import pages

router = pages()

COMPONENTS = ROOT / "components"
DESIGN = ROOT / "design"
SAMPLES = DESIGN / "samples"
TAG = re.compile(r"<[a-z][^<>]*>")
REFERRING = re.compile(
    r'(?<=[\s])(id|for|form|list|aria-labelledby|aria-describedby|aria-controls|popovertarget|data-opens|data-listen)="([^"]+)"|href="#([^"]+)"'
)


@dataclass(frozen=True)
class Drawn:
    """A sample as it is in one language."""

    language: str
    direction: str
    name: str
    html: str


@dataclass(frozen=True)
class Sample:
    """One state of a component: its title, the code that calls it, and what that code draws in each language."""

    state: str
    title: str
    code: str
    drawn: list[Drawn]


LOADED = ("assets", "htmx")
"""What pages load, rather than draw."""


def component_names() -> list[str]:
    """Every component there is; the types of questions are called ``field-…``."""
    kinds = {"": COMPONENTS.glob("*.html"), "field-": (COMPONENTS / "fields").glob("*.html")}
    return sorted(f"{kind}{path.stem}" for kind, found in kinds.items() for path in found if _is_component(path))


def _is_component(path: Path) -> bool:
    """Whether a file draws something: some only hold what pages load, and partials share their pieces."""
    return not path.stem.startswith("_") and path.stem not in LOADED


def samples_of(component: str) -> list[str]:
    """The states of a component that have a sample, those of the index first and in its order."""
    known = list(_index()["states"])
    found = [path.stem for path in (SAMPLES / component).glob("*.html")]
    return sorted(found, key=lambda state: (known.index(state) if state in known else len(known), state))


@lru_cache(maxsize=1)
def _index() -> dict[str, Any]:
    return dict(yaml.safe_load((DESIGN / "index.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, str]]:
    return dict(yaml.safe_load((DESIGN / "words.yaml").read_text(encoding="utf-8")))


def listed() -> list[str]:
    """The components that the index names, in its order."""
    return [name for group in _index()["groups"] for name in group["components"]]


def words_in(language: str) -> dict[str, str]:
    """The invented persons, places and sentences of the samples."""
    return {name: Text(text)[language] for name, text in _words().items()}


def question(
    type: str,  # noqa: A002  Named as in Control, which samples fill in.
    id: str,  # noqa: A002
    label: str,
    *,
    value: Any = "",
    error: str | None = None,
    hint: str | None = None,
    required: bool = True,
    **rest: Any,
) -> Control:
    """A question as ``presenting/controls.py`` hands it to ``control``."""
    return Control(type, id, id, label, hint, error, value, required, **rest)


def draw(
    component: str, state: str, language: str, static: Callable[[str], str], page: Any, territory: Territory
) -> str:
    """One sample in a language, its ids made unlike those of all other samples."""
    template = environment(language, static).get_template(f"design/samples/{component}/{state}.html")
    province = drawing_of(territory, language)
    html = template.render(page=page, words=words_in(language), question=question, province=province)
    return unlike(html, f"{state}-{language}")


def unlike(html: str, suffix: str) -> str:
    """The same with another ending to every id, and to whatever refers to one: a page has each id once."""

    def renamed(match: re.Match[str]) -> str:
        if match[3]:
            return f'href="#{match[3]}-{suffix}"'
        return f'{match[1]}="{" ".join(f"{one}-{suffix}" for one in match[2].split())}"'

    return TAG.sub(lambda tag: REFERRING.sub(renamed, tag[0]), html)


@router.get("/design")
def design(page: Page, visitor: Visitor) -> Response:
    """Every component, by what it is for."""
    _only_in_demonstrations(page)
    page.title = page.say(N_("The design system"))
    groups = [
        (Text(group["title"])[page.language], [(name, Text(text)[page.language]) for name, text in shown.items()])
        for group in _index()["groups"]
        if (shown := group["components"])
    ]
    return page.render("design/index.html", groups=groups)


@router.get("/design/tokens")
def tokens(page: Page, visitor: Visitor) -> Response:
    """Colours with their contrasts, letters and spaces, as the style sheet has them."""
    _only_in_demonstrations(page)
    page.title = page.say(N_("Colours, letters and spaces"))
    read = read_tokens((STATIC / "css" / "tokens.css").read_text(encoding="utf-8"))
    schemes = [
        (page.say(N_("Light")), read.light, contrasts(read.light)),
        (page.say(N_("Dark")), read.dark, contrasts(read.dark)),
    ]
    return page.render("design/tokens.html", schemes=schemes, spaces=read.spaces, words=words_in(page.language))


@router.get("/design/{component}")
def component(page: Page, visitor: Visitor, component: str) -> Response:
    """One component in all its states, in every language side by side."""
    _only_in_demonstrations(page)
    if component not in listed():
        raise NotFound()
    page.title = component.removeprefix("field-")
    page.csrf  # noqa: B018  Samples share the page's own proof, which gives the browser a mark when first asked for.
    return page.render(
        "design/component.html",
        component=component,
        about=Text(_about(component))[page.language],
        samples=list(_samples(page, component)),
    )


def _about(component: str) -> Mapping[str, str]:
    found = next(group["components"][component] for group in _index()["groups"] if component in group["components"])
    return dict(found)


def _samples(page: Page, component: str) -> Iterator[Sample]:
    static = page.request.app.state.static.url
    titles = _index()["states"]
    for state in samples_of(component):
        code = (SAMPLES / component / f"{state}.html").read_text(encoding="utf-8").strip()
        drawn = []
        for language in i18n.languages():
            seen = copy.copy(page)
            seen.language = language
            html = draw(component, state, language, static, seen, page.deps.registry.territory)
            drawn.append(Drawn(language, i18n.direction(language), i18n.own_name(language), html))
        yield Sample(state, Text(titles[state])[page.language] if state in titles else state, code, drawn)


@router.post("/design/{component}")
def tried(page: Page, visitor: Visitor, component: str) -> Response:
    """The forms of the samples lead back to where they stand."""
    _only_in_demonstrations(page)
    return page.see_other(f"/{page.language}/design/{component if component in listed() else ''}".rstrip("/"))


def _only_in_demonstrations(page: Page) -> None:
    if not page.demo:
        raise NotFound()
