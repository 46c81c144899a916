"""The calendar as an administrator keeps it: the feasts of some years, the closures, and the recounts that followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.text import Text
from portal.i18n import N_, moment_in_words, plain_date, translate, translate_count
from portal.presenting.days_off import cause_words, days_in_words, feast_name, from_to


@dataclass(frozen=True)
class FeastLine:
    """One feast: its days, whether they are confirmed and by whom, and where that is changed."""

    name: str
    days: str
    tag: str
    tag_kind: str
    detail: str
    url: str
    action: str


@dataclass(frozen=True)
class FeastsOfYear:
    """The feasts of one year."""

    year: int
    feasts: tuple[FeastLine, ...]


@dataclass(frozen=True)
class ClosureLine:
    """Days on which an office is closed."""

    days: str
    name: str
    office: str
    detail: str
    remove_url: str
    question: str


@dataclass(frozen=True)
class RecountLine:
    """What became of a change: how many files were looked at, and how many moved."""

    cause: str
    asked: str
    found: str
    tag: str
    tag_kind: str


def feast_line(
    feast: str,
    days: Sequence[date],
    url: str,
    language: str,
    *,
    confirmed: tuple[str, datetime] | None,
    in_file: bool,
) -> FeastLine:
    """A feast; ``confirmed`` says by whom and when, ``in_file`` that calendar.yaml confirms it."""
    if confirmed is not None:
        params = {"name": confirmed[0], "date": plain_date(confirmed[1].date(), language)}
        detail = translate(language, N_("By %(name)s, on %(date)s"), params)
    else:
        detail = translate(language, N_("In the file of the calendar")) if in_file else ""
    settled = confirmed is not None or in_file
    return FeastLine(
        name=feast_name(feast, language),
        days=days_in_words(days, language),
        tag=translate(language, N_("Confirmed") if settled else N_("Estimated")),
        tag_kind="good" if settled else "wait",
        detail=detail,
        url=url,
        action=translate(language, N_("Change the days") if settled else N_("Confirm the days")),
    )


def closure_line(
    closure_id: str,
    days: tuple[date, date],
    name: Text,
    office: str,
    entered: tuple[str, datetime],
    base: str,
    language: str,
) -> ClosureLine:
    """A closure; ``office`` is empty where all are closed."""
    params = {"name": entered[0], "date": plain_date(entered[1].date(), language)}
    said = from_to(*days, language)
    return ClosureLine(
        days=said,
        name=name[language],
        office=office or translate(language, N_("All offices")),
        detail=translate(language, N_("By %(name)s, on %(date)s"), params),
        remove_url=f"{base}/closures/{closure_id}/remove",
        question=translate(language, N_("Remove the closure: %(days)s"), {"days": said}),
    )


def recount_line(
    cause: str, asked_at: datetime, checked: int, moved: int, done_at: datetime | None, language: str
) -> RecountLine:
    """A recount, done or under way."""
    looked = translate_count(language, "%(count)s file looked at", "%(count)s files looked at", checked)
    changed = translate_count(language, "%(count)s last day moved", "%(count)s last days moved", moved)
    state = N_("Done") if done_at is not None else N_("Under way")
    return RecountLine(
        cause=cause_words(cause, language),
        asked=moment_in_words(asked_at, language),
        found=translate(language, N_("%(looked)s; %(changed)s"), {"looked": looked, "changed": changed}),
        tag=translate(language, state),
        tag_kind="good" if done_at is not None else "now",
    )


def name_by(names: Mapping[str, str], who: str, language: str) -> str:
    """Whoever confirmed or entered something: what the operator does in a terminal has no account."""
    return names.get(who) or translate(language, N_("The operator"))
