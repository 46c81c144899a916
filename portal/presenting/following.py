"""What follows a case, in words: where she can turn, before whom, until when, by which rule; and what she turned to."""

from dataclasses import dataclass
from datetime import date

from portal.domain.remedies import Remedy
from portal.i18n import N_, date_from_today, plain_date, translate
from portal.presenting.isolation import isolated
from portal.presenting.law import article
from portal.presenting.sheet import deadline_words

SINCE_REFUSED = N_("The request was refused on %(date)s.")
SINCE_SILENT = N_("No answer came in time: the silence set in on %(date)s.")


@dataclass(frozen=True)
class RemedyCard:
    """One way to turn; ``until`` is her last day in words, empty where nothing sets one, ``over`` that it has passed."""

    slug: str
    title: str
    summary: str
    before: str
    answer: str
    until: str
    over: str
    article: str
    url: str | None


@dataclass(frozen=True)
class LinkedCase:
    """A case that follows this one, or the one that it follows; without ``url`` where the reader may not open it."""

    title: str
    reference: str
    state: str
    kind: str
    url: str | None


def remedy_card(remedy: Remedy, before: str, today: date, language: str, url: str | None) -> RemedyCard:
    """A way to turn ``before`` somebody, as it stands on a day."""
    rule = isolated(article(remedy.article)[language], language) if remedy.article else ""
    is_open = remedy.open(today)
    return RemedyCard(
        slug=remedy.service.slug,
        title=remedy.service.title[language],
        summary=remedy.service.summary[language],
        before=before,
        answer=deadline_words(remedy.service, language),
        until=_until(remedy, today, language) if is_open else "",
        over="" if is_open else _over(remedy, rule, language),
        article=rule,
        url=url if is_open else None,
    )


def _until(remedy: Remedy, today: date, language: str) -> str:
    return date_from_today(remedy.until, today, language) if remedy.until is not None else ""


def _over(remedy: Remedy, rule: str, language: str) -> str:
    """That its time has passed, and by which rule."""
    day = plain_date(remedy.until, language) if remedy.until is not None else ""
    if not rule:
        return translate(language, N_("It was possible until %(date)s."), {"date": day})
    return translate(language, N_("It was possible until %(date)s (%(article)s)."), {"date": day, "article": rule})
