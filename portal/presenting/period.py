"""The period of a case as a drawing: its stretches in their order, its marks, and the same in words beside it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from portal.domain.clock import ClockState, LegalClock
from portal.domain.periods import LAWS, ONE_DAY, Suspension, Unit
from portal.i18n import N_, long_date, month_and_day, number, plain_date, translate, translate_count


class Part(StrEnum):
    """What a stretch of a period is."""

    USED = "used"
    HELD = "held"
    LEFT = "left"
    EXTRA = "extra"
    LATE = "late"


@dataclass(frozen=True)
class Stretch:
    """Days on end of one kind: ``start`` is how many days of the drawing come before them, ``days`` how many they are."""

    part: Part
    start: int
    days: int


@dataclass(frozen=True)
class Key:
    """A line of the legend: what a part of the drawing is, in words."""

    part: str
    text: str


@dataclass(frozen=True)
class Period:
    """A period drawn day by day from its day 0, which is left out: ``span`` is how long the drawing is.

    ``half`` and ``due`` are where the first half and the period end, ``half`` None where the law knows no first half.
    ``keys`` say the parts one by one. A pause or a delay longer than the period itself is drawn as long as the period.
    """

    stretches: tuple[Stretch, ...]
    span: int
    half: int | None
    due: int
    keys: tuple[Key, ...]

    def days(self, part: Part) -> int:
        """How long the stretches of one kind are together."""
        return sum(one.days for one in self.stretches if one.part is part)


def period_of(clock: LegalClock, today: date, language: str) -> Period | None:
    """The drawing of the period as it stands; none before it has begun."""
    last = clock.due_if_answered(today)
    if clock.complete_on is None or last is None:
        return None
    stretches, ends = _drawn(clock, clock.complete_on, last, today)
    half = clock.half_ends_on if clock.asks_once else None
    return Period(
        stretches=stretches,
        span=sum(one.days for one in stretches),
        half=ends.get(half) if half is not None else None,
        due=ends[last],
        keys=tuple(_keys(clock, today, last, language)),
    )


def _drawn(clock: LegalClock, start: date, last: date, today: date) -> tuple[tuple[Stretch, ...], dict[date, int]]:
    """The days of a period as they followed each other, and where each of them ends in the drawing.

    While the period stands still it is drawn as if it went on tomorrow.
    """
    end = max(last, today) if clock.state(today) is ClockState.EXPIRED else last
    without = replace(clock, extension=0, silent_on=None).due_if_answered(today) if clock.extension else last
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    most, place = max(clock.days + clock.extension, 1), 0
    found: list[Stretch] = []
    ends = {start: 0}
    for part, run in groupby(days, lambda day: _part(clock, day, today, last, without or last)):
        began = place
        for nth, day in enumerate(run):
            place += part not in (Part.HELD, Part.LATE) or nth < most
            ends[day] = place
        found.append(Stretch(part, began, place - began))
    return tuple(found), ends


def _part(clock: LegalClock, day: date, today: date, last: date, without: date) -> Part:
    if day > last:
        return Part.LATE
    if any(span.sent <= day <= (span.answered or today) for span in clock.suspensions):
        return Part.HELD
    if day <= today:
        return Part.USED
    return Part.EXTRA if day > without else Part.LEFT


def label_of(clock: LegalClock, today: date, language: str) -> str:
    """How many days have passed and how many are left, in one sentence."""
    used = clock.used(today)
    params = {"used": number(used, language), "left": number(clock.remaining(today), language)}
    told = (
        N_("Days passed: %(used)s. Days left: %(left)s.")
        if clock.suspended_since is None
        else N_("Days passed: %(used)s. The period is paused. Days left: %(left)s.")
    )
    return translate(language, told, params)


def _keys(clock: LegalClock, today: date, last: date, language: str) -> Iterable[Key]:
    """The legend, in the order of time: what has passed, each pause, what is left, the extension, the last day."""
    used, left = clock.used(today), clock.remaining(today)
    yield Key(Part.USED, _say(language, N_("Passed: %(days)s"), days=days_in_words(used, clock.law, language)))
    for span in _pauses(clock, last):
        yield Key(Part.HELD, _pause(span, today, language))
    if left:
        yield Key(Part.LEFT, _say(language, N_("Left: %(days)s"), days=days_in_words(left, clock.law, language)))
    if clock.extension:
        added = days_in_words(clock.extension, clock.law, language)
        yield Key(Part.EXTRA, _say(language, N_("Added by an extension: %(days)s"), days=added))
    half = clock.half_ends_on if clock.asks_once else None
    if half is not None:
        yield Key("half", _say(language, N_("End of the first half: %(date)s"), date=_short(half, today, language)))
    if clock.due_on is None:
        return
    yield Key("due", _say(language, N_("Last day: %(date)s"), date=long_date(clock.due_on, language)))
    if clock.state(today) is ClockState.EXPIRED:
        yield Key(Part.LATE, days_late(clock, today, language))


def _pauses(clock: LegalClock, last: date) -> Iterable[Suspension]:
    """The pauses that stopped anything: a request sent after the last day did not."""
    return (span for span in clock.suspensions if span.sent <= last)


def _pause(span: Suspension, today: date, language: str) -> str:
    if span.answered is None:
        return _say(language, N_("Paused since %(date)s"), date=_short(span.sent, today, language))
    if span.answered == span.sent:
        return _say(language, N_("Paused on %(date)s"), date=_short(span.sent, today, language))
    params = {"start": _short(span.sent, today, language), "end": _short(span.answered, today, language)}
    return _say(language, N_("Paused from %(start)s to %(end)s"), **params)


def _short(day: date, today: date, language: str) -> str:
    return (month_and_day if day.year == today.year else plain_date)(day, language)


def days_late(clock: LegalClock, today: date, language: str) -> str:
    """By how many days an answer is late; empty where it is not."""
    late = (today - clock.due_on) // ONE_DAY if clock.due_on is not None else 0
    return translate_count(language, "%(count)s day late", "%(count)s days late", late) if late > 0 else ""


def days_in_words(count: int, law: str, language: str) -> str:
    """A number of days, of the kind that the law counts."""
    if LAWS[law].unit is Unit.WORKING:
        return translate_count(language, "%(count)s working day", "%(count)s working days", count)
    return translate_count(language, "%(count)s day", "%(count)s days", count)


def _say(language: str, message: str, **params: str) -> str:
    return translate(language, message, params)
