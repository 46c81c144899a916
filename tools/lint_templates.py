"""Refuses templates that break the content policy or one direction: ``python -m tools.lint_templates [PATH …]``."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.lint_css import Fault, files

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([^\s\"'<>/=\x00]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?")
FORM_END = re.compile(r"</form\s*>", re.IGNORECASE)
CSRF = re.compile(r"\{\{-?\s*csrf\(")
GETTEXT = re.compile(r"(?<![\w.])(?:_|n?gettext|n?pgettext)\(")
# Printed and mailed documents are laid out by engines that know no style sheet of ours.
STYLED = re.compile(r"(?:^|/)templates/(?:documents|mail)/")
PHYSICAL_ATTRIBUTES = frozenset({"align", "valign", "hspace", "vspace", "bgcolor"})


@dataclass(frozen=True)
class Tag:
    """One opening tag: its name, its attributes (values as written, Jinja blanked) and where it stands."""

    name: str
    attributes: dict[str, str]
    start: int
    end: int


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "\x00", match.group())


def tags(text: str) -> Iterator[Tag]:
    """Every opening tag. Jinja is blanked first: a ``>`` of its own would end the tag it stands in."""
    for match in TAG.finditer(JINJA.sub(_blank, text)):
        attributes = {found[1].lower(): (found[2] or "").strip("\"'") for found in ATTRIBUTE.finditer(match.group(2))}
        yield Tag(match.group(1).lower(), attributes, match.start(), match.end())


def _style_faults(tag: Tag) -> Iterator[str]:
    if "style" in tag.attributes:
        yield "inline style: the content policy forbids it"
    if tag.name == "style":
        yield "<style>: the content policy forbids it, write it in static/css"


def _script_faults(tag: Tag) -> Iterator[str]:
    if tag.name == "script" and "src" not in tag.attributes:
        yield "<script> without src: the content policy forbids it"
    for name, value in tag.attributes.items():
        if re.fullmatch(r"on[a-z]+", name):
            yield f"'{name}' is an inline script: the content policy forbids it"
        if value.lower().startswith(("javascript:", "js:")):
            yield f"'{name}' holds a script: the content policy forbids it"


def _layout_faults(tag: Tag) -> Iterator[str]:
    for name in tag.attributes.keys() & PHYSICAL_ATTRIBUTES:
        yield f"'{name}' is a physical attribute: use a class and logical properties"


def _htmx_faults(tag: Tag) -> Iterator[str]:
    for name, value in tag.attributes.items():
        if name.startswith("hx-"):
            yield f"'{name}' is not valid HTML: write 'data-{name}'"
        if name.startswith(("hx-on", "data-hx-on")):
            yield f"'{name}' needs eval, which the content policy forbids"
        if name.endswith("hx-trigger") and "[" in value:
            yield f"a filter in '{name}' needs eval, which the content policy forbids"


def _link_faults(tag: Tag) -> Iterator[str]:
    if tag.attributes.get("target") == "_blank" and "noopener" not in tag.attributes.get("rel", ""):
        yield "target=_blank needs rel=noopener"


def _form_faults(tag: Tag, text: str) -> Iterator[str]:
    if tag.name != "form" or tag.attributes.get("method", "").lower() != "post":
        return
    end = FORM_END.search(text, tag.end)
    if not CSRF.search(text, tag.end, end.start() if end else len(text)):
        yield "a form with method=post needs {{ csrf(page) }}"


def faults(path: Path, text: str) -> list[Fault]:
    """What is wrong with one template."""
    text = COMMENT.sub(_blank, text)
    found: list[tuple[int, str]] = []
    styled = STYLED.search(path.as_posix()) is not None
    for tag in tags(text):
        checks = [
            _script_faults(tag),
            _layout_faults(tag),
            _htmx_faults(tag),
            _link_faults(tag),
            _form_faults(tag, text),
        ]
        if not styled:
            checks.append(_style_faults(tag))
        found.extend((tag.start, message) for check in checks for message in check)
    found.extend(
        (match.start(), "translate with {% trans %}, which is folded when the template is compiled")
        for match in JINJA.finditer(text)
        if GETTEXT.search(match.group())
    )
    return [Fault(path, text.count("\n", 0, start) + 1, message) for start, message in sorted(found)]


def main(arguments: list[str]) -> int:
    found = [
        fault
        for path in files(arguments or ["templates"], (".html",))
        for fault in faults(path, path.read_text(encoding="utf-8"))
    ]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
