"""What changed in a service while somebody was filling in its form, in words for her."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.service import Document, Field, ServiceDefinition
from portal.i18n import N_, translate
from portal.presenting.fees import fee_words
from portal.presenting.sheet import authority_words, deadline_words


@dataclass(frozen=True)
class ChangeWords:
    """Changes of one kind: what they are, and each of them."""

    title: str
    lines: list[str]


def changes_in_words(
    before: ServiceDefinition,
    after: ServiceDefinition,
    language: str,
    *,
    asked: Sequence[Field] = (),
    dropped: Sequence[Field] = (),
    again: Sequence[Field] = (),
    documents_added: Sequence[Document] = (),
    documents_dropped: Sequence[Document] = (),
) -> list[ChangeWords]:
    """What to tell, what she has to do first; nothing is said of what stayed the same."""
    lists = [
        (N_("New questions"), [one.label[language] for one in asked]),
        (N_("Questions to answer again, because the possible answers have changed"), _labels(again, language)),
        (N_("Questions that are no longer asked"), _labels(dropped, language)),
        (N_("Documents now needed"), [one.title[language] for one in documents_added]),
        (N_("Documents no longer needed"), [one.title[language] for one in documents_dropped]),
        (N_("Time to answer"), _replaced(deadline_words(before, language), deadline_words(after, language), language)),
        (N_("Cost"), _replaced(fee_words(before, language), fee_words(after, language), language)),
        (N_("Who decides"), _replaced(authority_words(before, language), authority_words(after, language), language)),
    ]
    return [ChangeWords(translate(language, title), lines) for title, lines in lists if lines]


def _labels(fields: Sequence[Field], language: str) -> list[str]:
    return [one.label[language] for one in fields]


def _replaced(before: str, after: str, language: str) -> list[str]:
    if before == after:
        return []
    return [translate(language, N_("%(after)s (before: %(before)s)"), {"after": after, "before": before})]
