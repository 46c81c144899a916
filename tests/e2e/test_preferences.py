"""Readers who set their own colours, or ask for less movement, lose nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.person import Somebody

pytestmark = pytest.mark.e2e

PAGES = ("/", "/services/certificat-residence", "/services/reclamation/apply", "/track", "/sign-in")

# Controls that have no edge once their colours are gone: neither a border of their own nor one of the box they fill.
BARE = """() => {
    const edged = (one) => {
        const look = getComputedStyle(one);
        return look.borderBlockStartStyle !== "none" && parseFloat(look.borderBlockStartWidth) >= 1;
    };
    return [...document.querySelectorAll("a.button, button.button, input:not([type=hidden]), textarea, select")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 4)
        .filter((one) => !["radio", "checkbox", "file"].includes(one.type) && !edged(one) && !edged(one.parentElement))
        .map((one) => one.outerHTML.slice(0, 120));
}"""
# Drawings in a fixed colour vanish on a ground of the same: theirs must be the text's.
LOST = """() => [...document.querySelectorAll("main .icon, header .icon")]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).forcedColorAdjust === "none")
    .map((one) => one.outerHTML.slice(0, 120))"""
MOVING = """() => [...document.querySelectorAll("body *")]
    .filter((one) => {
        const look = getComputedStyle(one);
        const longest = (times) => Math.max(...times.split(",").map(parseFloat));
        const moves = look.animationName !== "none" && longest(look.animationDuration) > 0.01;
        return moves || (look.transitionProperty !== "none" && longest(look.transitionDuration) > 0.01);
    })
    .map((one) => one.outerHTML.slice(0, 120))"""


def found_on_pages(person: Somebody, look: str) -> list[str]:
    found = []
    for path in PAGES:
        person.go(f"/{person.language}{path}")
        found += [f"{path}: {one}" for one in person.page.evaluate(look)]
    return found


def test_with_forced_colours_every_control_keeps_an_edge_and_every_drawing_its_contrast(
    somebody: Callable[..., Somebody],
) -> None:
    person = somebody()
    person.page.emulate_media(forced_colors="active")
    assert not found_on_pages(person, BARE)
    assert not found_on_pages(person, LOST)
    focus_is_drawn(person.page)


def focus_is_drawn(page: Page) -> None:
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style != "none", "with forced colours only an outline shows the focus"


def test_with_reduced_motion_nothing_moves(somebody: Callable[..., Somebody]) -> None:
    person = somebody()
    person.page.emulate_media(reduced_motion="reduce")
    assert not found_on_pages(person, MOVING)
