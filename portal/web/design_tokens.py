"""Reads the colours and sizes out of the style sheet itself, and works out how well each ink is read on its paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?\n {4}\})", re.DOTALL)
DECLARED = re.compile(r"^\s*--([a-z0-9-]+):\s*(.+?);", re.MULTILINE)
HEX = re.compile(r"#[0-9a-f]{6}")
SPACE = re.compile(r"s[0-9]")

PAIRS = (
    ("ink", ("paper", "card", "brand-wash", "warn-wash", "bad-wash", "good-wash")),
    ("ink-soft", ("paper", "card", "brand-wash")),
    ("link", ("paper", "card", "brand-wash")),
    ("brand", ("card", "paper", "brand-wash")),
    ("brand-ink", ("brand-wash",)),
    ("on-brand", ("brand", "brand-hover")),
    ("on-deep", ("deep",)),
    ("on-deep-soft", ("deep",)),
    ("on-action", ("action", "action-hover")),
    ("good", ("good-wash", "card")),
    ("warn", ("warn-wash", "card")),
    ("bad", ("bad-wash", "card", "paper")),
    ("wait", ("wait-wash",)),
)
"""Which colour is written on which."""

BODY = frozenset({("ink", "paper"), ("ink", "card"), ("ink-soft", "paper"), ("ink-soft", "card")})
"""The pairs of running text, which need 7:1; all others need 4.5:1."""


@dataclass(frozen=True)
class Contrast:
    """A colour on another, how well it is read (from 1 to 21), and how well it has to be."""

    ink: str
    paper: str
    ink_colour: str
    paper_colour: str
    ratio: float
    needed: float


@dataclass(frozen=True)
class Tokens:
    """What a style sheet declares: colours in both schemes, spaces, and sizes of letters."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    spaces: Mapping[str, str]


def read_tokens(css: str) -> Tokens:
    """The tokens of a style sheet; what the dark scheme does not set again is as in the light one."""
    found = DARK.search(css)
    declared = dict(reversed(DECLARED.findall(DARK.sub("", css))))
    light = {name: value for name, value in declared.items() if HEX.fullmatch(value)}
    dark = {name: value for name, value in DECLARED.findall(found[1] if found else "") if HEX.fullmatch(value)}
    spaces = {name: value for name, value in declared.items() if SPACE.fullmatch(name)}
    return Tokens(dict(sorted(light.items())), {**dict(sorted(light.items())), **dark}, dict(sorted(spaces.items())))


def contrasts(colours: Mapping[str, str]) -> list[Contrast]:
    """How well each pair is read."""
    return [
        Contrast(
            ink,
            paper,
            colours[ink],
            colours[paper],
            ratio(colours[ink], colours[paper]),
            7 if (ink, paper) in BODY else 4.5,
        )
        for ink, papers in PAIRS
        for paper in papers
    ]


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
