"""Refuses style sheets that would not serve both directions: ``python -m tools.lint_css [FILE OR FOLDER …]``."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

SIDE = re.compile(r"(?:^|-)(left|right|top|bottom)(?:-|$)")
SIZE = re.compile(r"^(?:min-|max-)?(?:width|height)$")
# Properties in which four values name four sides, the second and the fourth being right and left.
FOUR_SIDES = frozenset(
    {"margin", "padding", "inset", "border-width", "border-style", "border-color", "scroll-margin", "scroll-padding"}
)
RULE_OF_ONE_DIRECTION = re.compile(r"\[dir|:dir\(|:lang\(")
TOKENS_FILE = "tokens.css"


@dataclass(frozen=True)
class Fault:
    """One thing to mend, printed as ``file:line: message``."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Declaration:
    """A property and its value as written, with the selectors it stands under."""

    name: str
    value: list[Any]
    important: bool
    line: int
    selectors: str

    @property
    def words(self) -> list[Any]:
        return [token for token in self.value if token.type not in {"whitespace", "comment"}]


def _physical_property(declaration: Declaration, _path: Path) -> str | None:
    if SIDE.search(declaration.name):
        return f"'{declaration.name}' is physical: use its logical twin (inline-start, block-end, …)"
    if SIZE.match(declaration.name):
        return f"'{declaration.name}' is physical: use inline-size or block-size"
    return None


def _physical_value(declaration: Declaration, _path: Path) -> str | None:
    for token in tokens(declaration.value):
        if token.type == "ident" and token.lower_value in {"left", "right"}:
            return f"the value '{token.lower_value}' of '{declaration.name}' is physical: use start or end"
    return None


def _uneven_sides(declaration: Declaration, _path: Path) -> str | None:
    values = [tinycss2.serialize([token]) for token in declaration.words]
    if declaration.name in FOUR_SIDES and len(values) == 4 and values[1] != values[3]:
        return f"'{declaration.name}' gives left and right different values: write the inline sides apart"
    return None


def _uneven_corners(declaration: Declaration, _path: Path) -> str | None:
    """Corners are named from the top left on: two, three or four different ones are not the same from the other side."""
    if declaration.name != "border-radius":
        return None
    text = tinycss2.serialize(declaration.value)
    for part in text.split("/"):
        corners = [
            tinycss2.serialize([one]) for one in tinycss2.parse_component_value_list(part) if one.type != "whitespace"
        ]
        top_left, top_right, bottom_right, bottom_left = (corners * 4 if len(corners) < 3 else [*corners, corners[1]])[
            :4
        ]
        if (top_left, bottom_left) != (top_right, bottom_right):
            return "'border-radius' gives left and right different corners: use border-start-start-radius and its like"
    return None


def _sideways(declaration: Declaration, _path: Path) -> str | None:
    """A movement or shadow to one side, unless a rule for the other direction stands beside it."""
    if RULE_OF_ONE_DIRECTION.search(declaration.selectors):
        return None
    moved: list[Any] = []
    if declaration.name == "translate":
        moved = declaration.words[:1]
    elif declaration.name in {"box-shadow", "text-shadow"}:
        layers = _split(declaration.words)
        moved = [lengths[0] for layer in layers if (lengths := [one for one in layer if _is_length(one)])]
    for token in tokens(declaration.value):
        if token.type == "function" and token.lower_name in {"translate", "translatex", "translate3d"}:
            moved += [one for one in token.arguments if one.type != "whitespace"][:1]
        if token.type == "function" and token.lower_name == "linear-gradient":
            moved += [one for one in token.arguments[:1] if one.type == "dimension" and one.value % 180]
    if any(not _is_zero(one) for one in moved):
        return f'\'{declaration.name}\' goes to one side in both directions: write a rule for [dir="rtl"] and one for [dir="ltr"]'
    return None


def _split(words: Iterable[Any]) -> list[list[Any]]:
    """The parts of a value between its commas."""
    parts: list[list[Any]] = [[]]
    for token in words:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_length(token: Any) -> bool:
    return token.type in {"number", "dimension", "percentage"}


def _is_zero(token: Any) -> bool:
    return _is_length(token) and token.value == 0


def _important(declaration: Declaration, _path: Path) -> str | None:
    return "'!important' is not used: cascade layers decide" if declaration.important else None


def _breaks_arabic(declaration: Declaration, _path: Path) -> str | None:
    values = {tinycss2.serialize([token]).lower() for token in declaration.words}
    latin_only = all(":lang(fr)" in selector for selector in declaration.selectors.split(","))
    if declaration.name == "letter-spacing" and not values <= {"normal", "0"} and not latin_only:
        return "'letter-spacing' tears Arabic letters apart: only under :lang(fr)"
    if declaration.name == "font-style" and values & {"italic", "oblique"} and not latin_only:
        return "Arabic has no italics: only under :lang(fr)"
    return None


def _colour_outside_tokens(declaration: Declaration, path: Path) -> str | None:
    if path.name == TOKENS_FILE:
        return None
    for token in tokens(declaration.value):
        if token.type == "hash":
            return f"the colour '#{token.value}' belongs in {TOKENS_FILE}"
    return None


RULES: tuple[Callable[[Declaration, Path], str | None], ...] = (
    _physical_property,
    _physical_value,
    _uneven_sides,
    _uneven_corners,
    _sideways,
    _important,
    _breaks_arabic,
    _colour_outside_tokens,
)


def tokens(values: Iterable[Any]) -> Iterator[Any]:
    """Every token of a value, those inside functions and blocks too."""
    for token in values:
        yield token
        yield from tokens(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


def declarations(nodes: Iterable[Any], selectors: str = "") -> Iterator[Declaration | Any]:
    """Every declaration of a sheet in order, however deep it is nested, and every parse error."""
    for node in nodes:
        if node.type == "error":
            yield node
        elif node.type == "declaration":
            yield Declaration(node.lower_name, node.value, node.important, node.source_line, selectors)
        elif node.type in {"qualified-rule", "at-rule"} and node.content is not None:
            inner = tinycss2.serialize(node.prelude) if node.type == "qualified-rule" else selectors
            content = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield from declarations(content, inner)


def faults(path: Path, text: str) -> list[Fault]:
    """What is wrong with one style sheet."""
    found = []
    for item in declarations(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)):
        if not isinstance(item, Declaration):
            found.append(Fault(path, item.source_line, f"cannot be read: {item.message}"))
            continue
        messages = (rule(item, path) for rule in RULES)
        found.extend(Fault(path, item.line, message) for message in messages if message)
    return found


def files(arguments: list[str], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files named, and those of the folders named; what others wrote (``vendor``) is left alone."""
    for argument in arguments:
        path = Path(argument)
        if not path.is_dir():
            yield path
            continue
        for one in sorted(path.rglob("*")):
            if one.suffix in suffixes and "vendor" not in one.relative_to(path).parts:
                yield one


def main(arguments: list[str]) -> int:
    found = [
        fault
        for path in files(arguments or ["static"], (".css",))
        for fault in faults(path, path.read_text(encoding="utf-8"))
    ]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
