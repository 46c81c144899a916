"""The calendar as an administrator keeps it: the feasts of some years, the closures, and the recounts that followed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.text import Text
from portal.i18n import N_, moment_in_words, plain_date, translate, translate_count
from portal.presenting.days_off import cause_words, days_in_words, feast_and_year, feast_name, from_to


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
    remove: str
    question: str


@dataclass(frozen=True)
class RecountLine:
    """What became of a change: who asked for it, how many files were looked at, and how many moved."""

    cause: str
    asked: str
    by: str
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
    today: date,
    language: str,
) -> ClosureLine:
    """A closure; ``office`` is empty where all are closed. One that has begun ends today, and one that ends stays."""
    params = {"name": entered[0], "date": plain_date(entered[1].date(), language)}
    said, begun = from_to(*days, language), days[0] <= today
    question = N_("End the closure today: %(days)s") if begun else N_("Remove the closure: %(days)s")
    return ClosureLine(
        days=said,
        name=name[language],
        office=office or translate(language, N_("All offices")),
        detail=translate(language, N_("By %(name)s, on %(date)s"), params),
        remove_url=f"{base}/closures/{closure_id}/remove" if days[1] > today else "",
        remove=translate(language, N_("End it today") if begun else N_("Remove")),
        question=translate(language, question, {"days": said}),
    )


def recount_line(
    cause: str,
    asked: tuple[str, datetime],
    found: tuple[int, int, int],
    language: str,
    *,
    done: bool,
) -> RecountLine:
    """A recount, ``asked`` for by somebody at a moment; it ``found`` so many files, moved some, and could not read some."""
    checked, moved, failed = found
    looked = translate_count(language, "%(count)s file looked at", "%(count)s files looked at", checked)
    changed = translate_count(language, "%(count)s last day moved", "%(count)s last days moved", moved)
    parts = translate(language, N_("%(looked)s; %(changed)s"), {"looked": looked, "changed": changed})
    if failed:
        unread = translate_count(
            language, "%(count)s file could not be read", "%(count)s files could not be read", failed
        )
        parts = translate(language, N_("%(looked)s; %(changed)s"), {"looked": parts, "changed": unread})
    state = N_("Done") if done else N_("Under way")
    return RecountLine(
        cause=cause_words(cause, language),
        asked=moment_in_words(asked[1], language),
        by=asked[0],
        found=parts,
        tag=translate(language, state),
        tag_kind=("wait" if failed else "good") if done else "now",
    )


@dataclass(frozen=True)
class ChangeLine:
    """One line of the trail: who changed what of the calendar, and when."""

    when: str
    who: str
    what: str
    days: str
    before: str


CHANGES: Mapping[str, str] = {
    "confirmed": N_("Confirmed: %(about)s"),
    "withdrawn": N_("Confirmation taken back: %(about)s"),
    "closed": N_("Closed: %(about)s"),
    "shortened": N_("Closure ended early: %(about)s"),
    "removed": N_("Closure removed: %(about)s"),
    "published": N_("Another calendar was published: %(about)s"),
}
"""What was done to the calendar, by what the trail calls it."""


def change_line(
    what: str,
    at: datetime,
    who: str,
    states: tuple[Mapping[str, Any], Mapping[str, Any]],
    offices: Mapping[str, str],
    language: str,
) -> ChangeLine:
    """One line of the trail; ``states`` are what stood before and after, ``offices`` the names of units by their ids."""
    before, after = states
    about = _about(after or before, offices, language)
    days, instead = _days_of(after, language), _days_of(before, language)
    return ChangeLine(
        when=moment_in_words(at, language),
        who=who,
        what=translate(language, CHANGES.get(what, N_("Changed: %(about)s")), {"about": about}),
        days=days,
        before=translate(language, N_("Before: %(days)s"), {"days": instead}) if instead else "",
    )


def _about(kept: Mapping[str, Any], offices: Mapping[str, str], language: str) -> str:
    if "feast" in kept:
        return feast_and_year(kept["feast"], kept["year"], language)
    unit = kept.get("unit", "")
    return offices.get(unit, unit) or translate(language, N_("All offices"))


def _days_of(kept: Mapping[str, Any], language: str) -> str:
    if "days" in kept:
        return days_in_words([date.fromisoformat(day) for day in kept["days"]], language)
    if "first" in kept:
        return from_to(date.fromisoformat(kept["first"]), date.fromisoformat(kept["last"]), language)
    return ""


def name_by(names: Mapping[str, str], who: str, language: str) -> str:
    """Whoever confirmed or entered something: what the operator does in a terminal has no account."""
    return names.get(who) or translate(language, N_("The operator"))
