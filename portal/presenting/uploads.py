"""The documents a page asks for, with what was received."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from portal.domain.service import Document
from portal.i18n import N_, comma, number, translate
from portal.presenting.isolation import isolated

EXTENSIONS = {"pdf": ".pdf,application/pdf", "jpeg": ".jpg,.jpeg,image/jpeg", "png": ".png,image/png"}


class Brought(Protocol):
    """A file as the store knows it."""

    @property
    def id(self) -> str: ...

    @property
    def document(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Brought)


@dataclass(frozen=True)
class Received:
    """A file that is there."""

    id: str
    name: str
    detail: str
    url: str


@dataclass(frozen=True)
class Alternative:
    """The sworn statement that may replace a document."""

    name: str
    statement: str
    checked: bool


@dataclass(frozen=True)
class Asked:
    """What ``components/upload.html`` draws."""

    id: str
    name: str
    title: str
    hint: str | None
    error: str | None
    accept: str
    optional: bool
    received: list[Received]
    alternative: Alternative | None


def documents_of(
    asked: Sequence[Document],
    brought: Sequence[T],
    statements: Collection[str],
    errors: Mapping[str, str],
    language: str,
    url: Callable[[T], str],
) -> list[Asked]:
    """Each document asked for, the files received for it, and what is wrong with the last one sent."""
    return [
        Asked(
            id=one.id,
            name=one.id,
            title=one.title[language],
            hint=_hint(one, language),
            error=errors.get(one.id),
            accept=",".join(EXTENSIONS[kind] for kind in one.accept if kind in EXTENSIONS),
            optional=one.optional,
            received=[
                Received(file.id, file.name, size_words(file.size, language), url(file))
                for file in brought
                if file.document == one.id
            ],
            alternative=_alternative(one, statements, language),
        )
        for one in asked
    ]


def size_words(size: int, language: str) -> str:
    """A size in kilobytes or megabytes."""
    if size < 1024 * 1024:
        message, value = N_("%(size)s KB"), number(max(1, round(size / 1024)), language)
    else:
        message, value = N_("%(size)s MB"), number(round(size / 1024 / 1024, 1), language)
    return translate(language, message, {"size": value})


def kinds_in_words(accept: Sequence[str], max_mb: int, language: str) -> str:
    """The kinds of file that are taken, and how large one may be."""
    limits = translate(
        language,
        N_("%(kinds)s, up to %(megabytes)s MB."),
        {"kinds": comma(language).join(kind.upper() for kind in accept), "megabytes": str(max_mb)},
    )
    return isolated(limits, language)


def _hint(document: Document, language: str) -> str:
    said = document.hint[language] if document.hint else ""
    return f"{said} {kinds_in_words(document.accept, document.max_mb, language)}".strip()


def _alternative(document: Document, statements: Collection[str], language: str) -> Alternative | None:
    if document.alternative is None:
        return None
    return Alternative(f"{document.id}-statement", document.alternative[language], document.id in statements)
