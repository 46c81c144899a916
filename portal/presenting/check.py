"""The answers of a case, page by page, as a reader checks them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.service import Facts, Page
from portal.fields import FIELD_TYPES
from portal.fields.base import Surroundings
from portal.i18n import N_, translate


@dataclass(frozen=True)
class Row:
    """A question and its answer in words; ``latin`` runs left to right in every language."""

    label: str
    value: str
    latin: bool = False
    change_url: str | None = None


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

    ``for_staff`` takes the titles that speak of the citizen instead of to her, where the form has them.
    """
    sections = []
    for page in pages:
        rows = []
        for field in page.fields:
            if not field.when(facts):
                continue
            kind = FIELD_TYPES[field.type]
            shown = kind.show(field, answers.get(field.id), language, around)
            value = shown or translate(language, N_("Not given"))
            rows.append(Row(field.label[language], value, bool(shown) and kind.latin))
        if rows:
            title = page.staff_title if for_staff and page.staff_title else page.title
            sections.append(Section(title[language], rows, change(page.id) if change else None))
    return sections
