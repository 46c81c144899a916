"""The law's clock of a case told whole: as lines for a terminal, and as plain data for a machine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.acts import Act
from portal.domain.clock import Allowance, ClockState, LegalClock
from portal.domain.periods import LAWS
from portal.domain.remedies import Remedy
from portal.i18n import N_, long_date, number, translate
from portal.presenting.deadlines import by_date, distance, explanation
from portal.presenting.isolation import isolated
from portal.presenting.law import article
from portal.presenting.period import days_in_words

STATES: Mapping[ClockState, str] = {
    ClockState.NOT_STARTED: N_("The file is incomplete: the period has not started"),
    ClockState.RUNNING: N_("The file is complete: the period is running"),
    ClockState.SUSPENDED: N_("The period is paused until the applicant answers"),
    ClockState.EXTENDED: N_("The period was extended, and is running"),
    ClockState.STOPPED: N_("The file is closed"),
    ClockState.EXPIRED: N_("The period has run out"),
}
"""What the clock is doing, as staff and operators call it."""

ACTS: Mapping[Act, str] = {
    Act.INFORMATION: N_("Ask for further information"),
    Act.REPLACEMENT: N_("Have a defective document replaced"),
    Act.ORIGINALS: N_("Ask to see originals"),
    Act.EXTENSION: N_("Extend the period"),
}
"""What the law lets an administration do to the clock."""

FORBIDDEN: Mapping[str, str] = {
    ClockState.NOT_STARTED.value: N_("the file is not complete yet"),
    ClockState.SUSPENDED.value: N_("the applicant is already awaited"),
    ClockState.STOPPED.value: N_("the file is closed"),
    ClockState.EXPIRED.value: N_("the period has run out"),
    "asked_once": N_("it was done already, and is done once only"),
    "second_half": N_("the first half of the period is over"),
    "not_listed": N_("this service is not listed for it"),
    "extended_once": N_("it was done already, and is done once only"),
}
"""Why the law forbids one of these acts, by ``Allowance.why``."""

FLAWS: Mapping[str, str] = {
    "backwards": N_("An event is dated before the one that precedes it"),
    "completed_twice": N_("The file became complete twice"),
    "suspended_unstarted": N_("The applicant was asked for something before the file was complete"),
    "suspended_twice": N_("The applicant was asked for something while an answer was already awaited"),
    "resumed_unsuspended": N_("An answer came that nobody had asked for"),
    "extended_unstarted": N_("The period was extended before the file was complete"),
    "silent_unstarted": N_("A silence was recorded before the file was complete"),
    "silent_early": N_("A silence was recorded although the period had not run out"),
    "silent_twice": N_("The silence of the administration was recorded twice"),
    "period": N_("A period is not one that the law allows"),
    "after_decision": N_("The period was acted upon after the decision"),
    "reopened_undecided": N_("The file was taken up again although nothing had been decided"),
}
"""What in a journal cannot be, by ``LegalClock.flaw``."""


@dataclass(frozen=True)
class Section:
    """A few lines under a title."""

    title: str
    lines: tuple[str, ...]


def sections(clock: LegalClock, today: date, language: str, remedies: Iterable[Remedy] = ()) -> tuple[Section, ...]:
    """The whole clock as it reads on a day; ``remedies`` are what the applicant can turn to. Sections may be missing."""
    found = (
        Section(translate(language, N_("The record contradicts itself")), tuple(_flaw(clock, language))),
        Section(translate(language, N_("Where the period stands")), tuple(_standing(clock, today, language))),
        Section(
            translate(language, N_("What the office can still do")),
            tuple(_allowed(one, language) for one in clock.allowances(today)),
        ),
        Section(
            translate(language, N_("The applicant’s own last days")), tuple(_hers(clock, today, language, remedies))
        ),
        Section(translate(language, N_("How it is counted")), tuple(_steps(clock, language))),
    )
    return tuple(one for one in found if one.lines)


def _flaw(clock: LegalClock, language: str) -> Iterable[str]:
    if clock.flaw:
        yield translate(language, FLAWS[clock.flaw])
        yield translate(language, N_("What cannot be was left out of what follows. Nothing can be done on this file."))


def _standing(clock: LegalClock, today: date, language: str) -> Iterable[str]:
    state = clock.state(today)
    yield translate(language, STATES[state])
    source = article(LAWS[clock.law].article)[language]
    params = {"days": days_in_words(clock.days, clock.law, language), "article": isolated(source, language)}
    yield translate(language, N_("Period: %(days)s (%(article)s)"), params)
    if clock.complete_on is None:
        return
    passed = {"used": number(clock.used(today), language), "left": number(clock.remaining(today), language)}
    yield translate(language, N_("Days passed: %(used)s. Days left: %(left)s."), passed)
    if state is ClockState.SUSPENDED:
        yield by_date(language, N_("The period has been paused since %(date)s"), clock.suspended_since)
        if clock.answer_due_on is None or today <= clock.answer_due_on:
            due = clock.due_if_answered(today)
            yield by_date(language, N_("If the answer came today, the last day would be %(date)s."), due)
    elif clock.due_on is not None and state is ClockState.EXPIRED:
        last = by_date(language, N_("The last day to answer was %(date)s"), clock.due_on)
        yield f"{last} ({distance((clock.due_on - today).days, language)})"
    elif clock.due_on is not None:
        yield by_date(language, N_("Answer due by %(date)s at the latest"), clock.due_on)
    if clock.half_ends_on is not None and clock.asks_once:
        yield by_date(language, N_("First half of the period: until %(date)s"), clock.half_ends_on)
    if clock.silent_on is not None:
        yield by_date(language, N_("Silence of the administration since %(date)s"), clock.silent_on)
    if clock.decided_on is not None:
        yield by_date(language, N_("The file was closed on %(date)s"), clock.decided_on)


def _allowed(allowance: Allowance, language: str) -> str:
    """``Extend the period (article 17 of law 55-19): no, this service is not listed for it``."""
    act = translate(language, ACTS[allowance.act])
    if allowance.article:
        act = f"{act} ({isolated(article(allowance.article)[language], language)})"
    if not allowance.open:
        told = translate(language, N_("no, %(why)s"), {"why": translate(language, FORBIDDEN[allowance.why])})
    elif allowance.until is None:
        told = translate(language, N_("yes"))
    else:
        told = by_date(language, N_("yes, until %(date)s"), allowance.until)
    return translate(language, N_("%(label)s: %(value)s"), {"label": act, "value": told})


def _hers(clock: LegalClock, today: date, language: str, remedies: Iterable[Remedy]) -> Iterable[str]:
    if clock.deposit_due_on is not None and clock.decided_on is None:
        told = N_("Documents to be brought by %(date)s at the latest")
        yield _unless_over(by_date(language, told, clock.deposit_due_on), clock.deposit_due_on, today, language)
    if clock.answer_due_on is not None:
        told = N_("Documents to be replaced by %(date)s at the latest")
        yield _unless_over(by_date(language, told, clock.answer_due_on), clock.answer_due_on, today, language)
    for one in remedies:
        title = one.service.title[language]
        if one.until is None:
            yield title
            continue
        params = {"label": title, "value": long_date(one.until, language)}
        yield _unless_over(translate(language, N_("%(label)s: %(value)s"), params), one.until, today, language)


def _unless_over(told: str, until: date, today: date, language: str) -> str:
    return f"{told} ({translate(language, N_('over'))})" if today > until else told


def _steps(clock: LegalClock, language: str) -> Iterable[str]:
    for step in explanation(clock, language):
        yield f"{step.text} ({step.article})" if step.article else step.text


def data(clock: LegalClock, today: date, languages: Iterable[str]) -> dict[str, Any]:
    """The same for a machine; dates are dates, and each step is told in every one of the languages."""
    reading, told = clock.reading(today), {language: explanation(clock, language) for language in languages}
    return {
        "state": reading.state.value,
        "law": clock.law,
        "days": clock.days,
        "extension": clock.extension,
        "filed_on": clock.filed_on,
        "complete_on": clock.complete_on,
        "due_on": reading.due_on,
        # Other laws know no first half: nothing depends on it there.
        "half_ends_on": reading.half_ends_on if clock.asks_once else None,
        "used": reading.used,
        "left": reading.left,
        "suspended_since": reading.suspended_since,
        "suspended_for": reading.suspended_for.value if reading.suspended_for else None,
        "silent_on": reading.silent_on,
        "decided_on": reading.decided_on,
        "citizen_due_on": reading.citizen_due_on,
        "flaw": clock.flaw or None,
        "allowed": [
            {
                "act": one.act.value,
                "open": one.open,
                "until": one.until,
                "article": one.article or None,
                "why": one.why or None,
            }
            for one in reading.allowed
        ],
        "steps": [
            {
                "key": step.key,
                "article": step.article or None,
                "params": {name: _param(name, value) for name, value in step.params.items()},
                "text": {language: said[number].text for language, said in told.items()},
            }
            for number, step in enumerate(reading.steps)
        ],
    }


def _param(name: str, value: str) -> str | int:
    return int(value) if name in ("days", "left") else value
