"""Takes the HTML of a document apart: what is the same in every document of its form, and what each says for itself."""

import re
from dataclasses import dataclass
from html import unescape

_END_OF_HEAD = "</head>"
_TAGS = re.compile(r"(<[^>]*>)")
_SPACE = re.compile(r"[ \t\n\r\f]+")
# What may differ in an element without the page being laid out otherwise: a picture, its meaning, an address.
_OWN = re.compile(r' (src|alt|href|title)="([^"]*)"')
_HEAD_SAYS = re.compile(r'(?<= content=")[^"]*|(?<=<title>)[^<]*')
# A word with one of these is broken, joined or shown in a way of its own; but for the joint behind each of our dashes.
_PECULIAR = re.compile(
    "(?<!-)\u2060|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2061-\u206f\ufeff]"
)


@dataclass(frozen=True)
class Own:
    """One of the attributes that an element has for itself; ``element`` counts those of the same ``tag`` from 0."""

    tag: str
    element: int
    name: str
    value: str


@dataclass(frozen=True)
class Markup:
    """A document's HTML: ``form`` is equal for documents that differ only in their ``words`` and in what elements ``own``.

    The words are those of each run of text between two tags, in their order, without the blank ones.
    """

    form: tuple[str, ...]
    words: tuple[str, ...]
    own: tuple[Own, ...]
    head: str


def take_apart(source: str) -> Markup:
    """The parts of well-formed HTML as our template writes it: every bracket in a text or attribute is escaped."""
    head, end, body = source.partition(_END_OF_HEAD)
    form, words, own = [_HEAD_SAYS.sub("", head)], [], list[Own]()
    seen: dict[str, int] = {}
    for number, part in enumerate(_TAGS.split(body)):
        if number % 2:
            form.append(_tag(part, seen, own))
            continue
        text = _SPACE.sub(" ", unescape(part))
        core = text.strip(" ")
        if core:
            words.append(core)
        # Blanks around the words belong to the form, for they decide what stands on a line together.
        form.append(text.replace(core, "\0", 1) if core else text)
    return Markup(tuple(form), tuple(words), tuple(own), head + end)


def peculiar(words: str) -> bool:
    """Whether some sign in the words is no letter, digit or blank but tells how to set them."""
    return _PECULIAR.search(words) is not None


def _tag(tag: str, seen: dict[str, int], own: list[Own]) -> str:
    found = _OWN.findall(tag)
    if not found:
        return tag
    name = tag[1:].partition(" ")[0]
    element = seen[name] = seen.get(name, -1) + 1
    own += [Own(name, element, attribute, unescape(value)) for attribute, value in found]
    return _OWN.sub(r' \1=""', tag)
