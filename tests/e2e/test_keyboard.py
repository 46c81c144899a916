"""A case is filed and decided without a pointer, and whoever uses the keyboard always sees where she is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import expect

from tests.e2e.person import Somebody
from tests.e2e.running import AGENT, PASSWORD
from tests.e2e.ways import handed_in

pytestmark = pytest.mark.e2e

# The focused element: what it is called, and what keeps it from being seen. A control inside a card is drawn by its card.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return ["nothing", "", "nothing has the focus"];
    const framed = (it) => {
        const look = getComputedStyle(it);
        return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== "none";
    };
    const small = one.getBoundingClientRect().width <= 4;
    const drawn = small ? one.closest("label, div") || one : one;
    const labels = [...(one.labels || [])];
    const said = (labels[0] || one).innerText || one.getAttribute("aria-label") || one.value || "";
    const kind = one.tagName.toLowerCase() + (one.name ? `[${one.name}=${one.value}]` : "") + (one.id ? "#" + one.id : "");
    const told = (wrong) => [kind, said.trim().split("\\n")[0], wrong];
    if (!framed(one) && !framed(drawn) && !labels.some(framed)) return told("its focus is not drawn");
    const place = drawn.getBoundingClientRect();
    if (place.bottom <= 0 || place.top >= innerHeight || place.right <= 0 || place.left >= innerWidth) {
        return told("it is off the screen");
    }
    const inside = (at, end) => Math.min(Math.max(at, 1), end - 2);
    const x = inside(place.left + place.width / 2, innerWidth), y = inside(place.top + place.height / 2, innerHeight);
    const top = document.elementFromPoint(x, y);
    const own = !top || drawn.contains(top) || top.contains(drawn) || labels.some((label) => label.contains(top));
    return told(own ? "" : "it is covered by " + top.outerHTML.slice(0, 80));
}"""
FURTHEST = 120
"""Presses of the Tab key after which a page is not going to lead anywhere."""


class Typist:
    """Somebody who has only a keyboard."""

    def __init__(self, person: Somebody) -> None:
        self.person, self.page = person, person.page

    def focused(self) -> tuple[str, str]:
        """What has the focus, and how it is called; fails if that cannot be seen."""
        kind, said, wrong = cast(tuple[str, str, str], self.page.evaluate(FOCUSED))
        assert not wrong, f"on {self.person.path}, {kind} «{said}»: {wrong}"
        return kind, said

    def tab_to(self, wanted: Callable[[str, str], bool], what: str) -> None:
        """Presses Tab until the wanted element has the focus; each one on the way must show it."""
        seen = []
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                # The end of the page: the browser's own controls come next, then the page again.
                continue
            kind, said = self.focused()
            seen.append(f"{kind} {said}")
            if wanted(kind, said):
                return
        raise AssertionError(f"Tab never leads to {what} on {self.person.path}:\n" + "\n".join(seen))

    def to_name(self, name: str, value: str = "") -> None:
        start = f"[{name}={value}]" if value else f"[{name}="
        self.tab_to(lambda kind, _said: start in kind, name)

    def press(self, message: str) -> None:
        """Tabs to a button or link by its words, and presses Enter."""
        said = self.person.say(message)
        begun = re.compile(rf"\s*{re.escape(said)}(?!\w)")
        links = ("a", "button", "summary")
        self.tab_to(lambda kind, words: kind.startswith(links) and bool(begun.match(words)), said)
        self.enter()

    def to_link(self, end: str) -> None:
        """Tabs to a link by the end of its address, and follows it."""
        address = "document.activeElement.getAttribute('href') || ''"
        self.tab_to(lambda _kind, _said: str(self.page.evaluate(address)).endswith(end), end)
        self.enter()

    def enter(self) -> None:
        """Follows a link or presses a button, whether it loads a page or exchanges a piece of this one."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.person.look()
        self.is_somewhere()

    def is_somewhere(self) -> None:
        """After an exchange within the page the focus is on something; a page loaded anew begins at its start."""
        loaded = cast(Any, self.page.evaluate("performance.getEntriesByType('navigation')[0].name"))
        if loaded == self.page.url:
            return
        kind = self.page.evaluate("document.activeElement.tagName")
        assert kind != "BODY", f"the focus was lost on the way to {self.person.path}"

    def type(self, name: str, text: str) -> None:
        self.to_name(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Enters a group of round buttons, and moves with the arrows."""
        self.to_name(name)
        for _ in range(20):
            if f"[{name}={value}]" in self.focused()[0] and self.page.evaluate("document.activeElement.checked"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never lead to {value}")


def test_a_case_is_filed_and_decided_with_the_keyboard_alone(somebody: Callable[..., Somebody], photo: Path) -> None:
    citizen = somebody()
    citizen.go(f"/{citizen.language}/")
    hands = Typist(citizen)
    skip_to_content(hands)
    hands.type("q", {"ar": "شهادة السكنى", "fr": "certificat de résidence"}[citizen.language])
    hands.enter()
    hands.to_link("/services/certificat-residence")
    hands.press("Start")
    hands.press("Sign in and start")
    # This page is the identity provider's, not ours.
    citizen.sign_in_as("fatima")
    hands.press("Start")
    make_and_mend_a_mistake(hands)
    hands.press("Continue")
    hands.choose("housing", "tenant")
    hands.press("Continue")
    hands.press("Continue")
    hands.to_name("lease")
    # The system's own window for choosing files opens here; what it hands over comes the same way.
    citizen.attach("lease", photo)
    hands.press("Continue")
    hands.press("Hand in my file")
    reference = handed_in(citizen)
    decide(Typist(somebody()), reference)


def skip_to_content(hands: Typist) -> None:
    """The first thing Tab reaches leads past the header."""
    hands.page.keyboard.press("Tab")
    assert hands.focused()[1] == hands.person.say("Skip to the content")
    hands.page.keyboard.press("Enter")
    assert hands.page.evaluate("document.activeElement.id") == "main"


def make_and_mend_a_mistake(hands: Typist) -> None:
    """The summary of errors takes the focus, and leads to the control."""
    hands.type("cnie", "12")
    hands.enter()
    expect(hands.page.locator("#errors")).to_be_focused()
    hands.page.keyboard.press("Tab")
    hands.focused()
    hands.page.keyboard.press("Enter")
    expect(hands.page.locator("#cnie")).to_be_focused()
    hands.focused()
    hands.page.keyboard.press("Control+A")
    hands.page.keyboard.type("FA112233")
    hands.enter()
    assert hands.person.path.endswith("/home"), hands.person.text


def decide(hands: Typist, reference: str) -> None:
    """An agent signs in, takes the case out of the queue, and grants it."""
    agent = hands.person
    agent.go(f"/{agent.language}/counter")
    hands.type("login", AGENT.login)
    hands.type("password", PASSWORD)
    hands.enter()
    hands.to_link(f"/counter/cases/{reference}")
    hands.press("Take the file")
    hands.to_link("/actions/approve")
    hands.tab_to(lambda kind, _said: kind.startswith("button") and bool(in_form(hands)), "the button of the action")
    hands.enter()
    assert agent.path == f"/{agent.language}/counter/cases/{reference}", agent.text
    assert {"ar": "قُبل الطلب", "fr": "Demande acceptée"}[agent.language] in agent.text


def in_form(hands: Typist) -> object:
    return hands.page.evaluate("document.activeElement.matches('main form.form button.button')")
