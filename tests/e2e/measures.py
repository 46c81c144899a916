"""What is measured on a page as it stands in the browser: axe's rules, room for its text, and scripts kept apart."""

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Page, ViewportSize

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
ICON_GUESS = "function _isIconLigature(textVNode) {"

SMALLEST: ViewportSize = {"width": 320, "height": 640}
ZOOMED: ViewportSize = {"width": 640, "height": 400}
"""A screen of 1280 by 800 at 200 %."""

RUN = """async ([tags, rules]) => {
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: tags}, rules, resultTypes: ["violations"], elementRef: false,
    });
    const why = (node) => (node.failureSummary || "").split("\\n").slice(1).join(" ").trim().slice(0, 220);
    const told = (node) => node.html.slice(0, 160) + " [" + why(node) + "]";
    return found.violations.map((one) => [one.id, one.help, one.nodes.slice(0, 6).map(told)]);
}"""


@cache
def axe_source(*, arabic: bool = True) -> str:
    """axe-core's text. Its contrast rule takes the joined letters of Arabic for an icon font's and skips them: with
    ``arabic`` that guess is switched off, which takes a change of its text, for no option reaches it.
    """
    source = AXE.read_text(encoding="utf-8")
    if not arabic:
        return source
    assert source.count(ICON_GUESS) == 1, "axe-core guesses at icons in another way now"
    return source.replace(ICON_GUESS, f"{ICON_GUESS} return false;")


def axe_violations(page: Page, *, arabic: bool = True, specimens: bool = False) -> list[str]:
    """What breaks a rule of WCAG 2.0 to 2.2, A and AA, or a best practice.

    A page of ``specimens`` shows the same header or search box several times: that its landmarks have the same name is
    no fault there.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(axe_source(arabic=arabic))
    found = cast(list[Any], page.evaluate(RUN, [list(TAGS), {"landmark-unique": {"enabled": not specimens}}]))
    return [f"{rule}: {help_}: {node}" for rule, help_, nodes in found for node in nodes]


# Text that is wider than its box, or lies outside of the screen, unless it scrolls or is hidden on purpose.
TIGHT = """() => {
    const wrong = [], root = document.documentElement, wide = root.clientWidth;
    if (root.scrollWidth > wide) wrong.push("the page is " + root.scrollWidth + " px wide");
    const told = (one) => one.outerHTML.replace(/\\s+/g, " ").slice(0, 120);
    const styles = new Map();
    const style = (one) => styles.get(one) || styles.set(one, getComputedStyle(one)).get(one);
    const excused = (one) => {
        for (let up = one; up && up !== document.body; up = up.parentElement) {
            const look = style(up);
            if (look.clipPath !== "none" || look.clip !== "auto") return true;
            if (["auto", "scroll"].includes(look.overflowX) && up.scrollWidth > up.clientWidth) return true;
            if (up.matches("textarea, select, option, [hidden], dialog:not([open])")) return true;
        }
        return false;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim()) continue;
        if (!one.checkVisibility({visibilityProperty: true, opacityProperty: true}) || excused(one)) continue;
        const range = document.createRange();
        range.selectNode(walker.currentNode);
        const out = [...range.getClientRects()].find((box) => box.width > 1 && (box.left < -1 || box.right > wide + 1));
        if (out) wrong.push("outside of the screen: " + told(one));
        if (seen.has(one) || one.closest("svg")) continue;
        seen.add(one);
        for (let box = one; box && box !== document.body; box = box.parentElement) {
            const look = style(box);
            if (look.display === "inline" || look.display === "contents") continue;
            if (box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0 && one === box) {
                wrong.push("wider than its box (" + box.scrollWidth + " in " + box.clientWidth + "): " + told(box));
            }
            if (["hidden", "clip"].includes(look.overflowY) && box.scrollHeight > box.clientHeight + 2) {
                wrong.push("cut off below (" + box.scrollHeight + " in " + box.clientHeight + "): " + told(box));
            }
            break;
        }
    }
    return wrong.slice(0, 12);
}"""


def tight_text(page: Page, size: ViewportSize) -> list[str]:
    """What does not fit at this size of the screen."""
    page.set_viewport_size(size)
    return [f"at {size['width']} px: {one}" for one in cast(list[str], page.evaluate(TIGHT))]


# Every piece of text whose nearest direction is the page's own, the controls' included.
LOOSE = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || one.closest("bdi, pre, code, script, style, template, svg")) continue;
        const own = one.closest("[dir], [lang]");
        if (own && own !== document.documentElement) continue;
        found.push([walker.currentNode.data.trim(), one.outerHTML.replace(/\\s+/g, " ").slice(0, 120)]);
    }
    return found;
}"""
ISOLATED = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
FOREIGN = re.compile(
    r"[A-Za-zÀ-ÿ][\w.+-]*@[\w.-]+"  # an e-mail address
    r"|[A-Za-zÀ-ÿ]{2,}(?:['’.&-]?[A-Za-zÀ-ÿ0-9])*(?: [A-Za-zÀ-ÿ](?:['’.&-]?[A-Za-zÀ-ÿ0-9])*)*"  # words in Latin letters
    r"|\+?\d+(?:[-/.]\d+)+"  # law 55-19, 12/03/2026, 2.5
    r"|\+?\d{2,}(?: \d{2,}){2,}"  # a telephone number
)
EASTERN_DIGIT = re.compile("[٠-٩۰-۹]")


def mixed_scripts(page: Page) -> list[str]:
    """What an Arabic page mixes: text of another script that is not set apart, and digits other than the Western ones."""
    wrong: list[str] = []
    for text, where in cast(list[tuple[str, str]], page.evaluate(LOOSE)):
        wrong.extend(f"not set apart: {found!r} in {where}" for found in loose_runs(text))
        wrong.extend(f"not a Western digit: {found!r} in {where}" for found in EASTERN_DIGIT.findall(text))
    return wrong


def loose_runs(text: str) -> list[str]:
    """What the letters around it may carry to another place: all but a lone abbreviation among Arabic words."""
    text = ISOLATED.sub("ـ", text)
    return [match[0] for match in FOREIGN.finditer(text) if not _is_lone_abbreviation(match, text)]


def _is_lone_abbreviation(match: re.Match[str], text: str) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    beside_another = re.search(r"[A-Za-z0-9]\W*$", before) or re.match(r"\W*[A-Za-z0-9]", after)
    return re.fullmatch("[A-Z]{2,5}", match[0]) is not None and not beside_another
