"""The answers of a case, page by page, as a reader checks them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.service import Facts, Field, Page
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings
from portal.fields.computed import LIKE, Computed, result_of
from portal.fields.group import heading
from portal.i18n import N_, translate


@dataclass(frozen=True)
class Row:
    """A question and its answer in words; ``latin`` runs left to right in every language.

    The answer of a group stands in its ``entries``; ``value`` has it in a few lines all the same.
    """

    label: str
    value: str
    latin: bool = False
    change_url: str | None = None
    entries: Sequence["Entry"] = ()


@dataclass(frozen=True)
class Entry:
    """One entry of a group, under its heading."""

    heading: str
    rows: list[Row]


@dataclass(frozen=True)
class Section:
    """The answers of one page; ``change_url`` leads back to it."""

    title: str
    rows: list[Row]
    change_url: str | None = None


def sections_of(
    pages: Sequence[Page],
    facts: Facts,
    answers: Mapping[str, Any],
    around: Surroundings,
    language: str,
    change: Callable[[str], str] | None = None,
    *,
    for_staff: bool = False,
) -> list[Section]:
    """Every question that applies, with its answer; ``change`` gives the way back to a page.

    ``for_staff`` takes the titles that speak of the citizen instead of to her, where the form has them. What is
    computed is worked out by ``facts`` where ``answers`` do not have it yet.
    """
    sections = []
    for page in pages:
        rows = list(_rows(page.fields, facts, answers, around, language))
        if rows:
            title = page.staff_title if for_staff and page.staff_title else page.title
            sections.append(Section(title[language], rows, change(page.id) if change else None))
    return sections


def _rows(
    fields: Sequence[Field], facts: Facts, answers: Mapping[str, Any], around: Surroundings, language: str
) -> Iterator[Row]:
    for field in fields:
        if field.type == "info" or not field.when(facts):
            continue
        value = answers.get(field.id)
        kind = FIELD_TYPES[field.type]
        if isinstance(kind, Computed) and value is None:
            value = kind.value_of(field, facts)
        latin = LIKE[result_of(field)].latin if isinstance(kind, Computed) else kind.latin
        shown = kind.show(field, value, language, around)
        yield Row(
            label=field.label[language],
            value=shown or translate(language, N_("Not given")),
            latin=bool(shown) and latin,
            entries=_entries(field, value, facts, around, language) if field.type == "group" else (),
        )


def _entries(field: Field, value: Any, facts: Facts, around: Surroundings, language: str) -> list[Entry]:
    return [
        Entry(heading(field, number, language), list(_rows(field.fields, facts, entry, around, language)))
        for number, entry in enumerate(value or (), start=1)
    ]
