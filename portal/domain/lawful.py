"""What the law ties an action to: refused here with its article, whoever asks, however the request came."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.acts import RULES, Act
from portal.domain.case import Case
from portal.domain.clock import ClockState, LegalClock
from portal.domain.errors import (
    ExtensionTooLong,
    NotListedForExtension,
    NotRepeated,
    NotRunning,
    NotYetReturned,
    OriginalsAgain,
    OtherPeriodOver,
    PeriodOver,
    ReasonsMissing,
    RefusalOverturned,
    RequestTooLate,
    SecondExtension,
    SecondRequest,
    SilenceIsApproval,
    Unlawful,
)
from portal.domain.periods import law_named
from portal.domain.service import ActionRule, Period, ServiceDefinition, Silence, StateKind

REASONS = "reasons"
"""The id of the answer that carries the reasons of a refusal, and of any act that the law wants reasoned."""
DOCUMENTS = "documents"
"""The id of the answer to which documents are asked for anew, or doubted."""
DAYS = "days"
"""The id of the answer to how many days a period is extended by."""

REASONED = (Act.REPLACEMENT, Act.ORIGINALS, Act.EXTENSION)
"""The acts that carry their reasons; a request for further information is its own."""


def legal_act(definition: ServiceDefinition, state: str, rule: ActionRule) -> Act | None:
    """What an action from a state is in the eyes of the law: any pause without a name asks for further information."""
    if rule.act is not None:
        return rule.act
    source, target = definition.states[state].kind, definition.states[rule.target].kind
    return Act.INFORMATION if source is StateKind.RUNNING and target is StateKind.SUSPENDED else None


def check_act(act: Act, clock: LegalClock | None, today: date) -> None:
    """Raises the Unlawful error, with its article, that says why the clock forbids an act on a day."""
    if clock is None:
        return
    allowance = clock.allowance(act, today)
    if not allowance.open:
        raise _refusal(act, allowance.why, _article(act, clock, today), clock)


def _refusal(act: Act, why: str, article: str, clock: LegalClock) -> Unlawful:
    if act is Act.RETURN:
        return NotYetReturned(article, until=clock.citizen_due_on.isoformat() if clock.citizen_due_on else "")
    if why == "asked_once":
        return OriginalsAgain(article) if act is Act.ORIGINALS else SecondRequest(article)
    if why == "second_half":
        return RequestTooLate(article, until=clock.half_ends_on.isoformat() if clock.half_ends_on else "")
    if why == "not_listed":
        return NotListedForExtension(article)
    if why == "extended_once":
        return SecondExtension(article)
    if why == ClockState.EXPIRED:
        return PeriodOver(article)
    return NotRunning(article)


def check_lawful(
    definition: ServiceDefinition,
    case: Case,
    rule: ActionRule,
    inputs: Mapping[str, Any],
    clock: LegalClock | None,
    today: date,
) -> None:
    """Raises what the law says against an action with what its actor said; nothing where it lets it be done."""
    act = legal_act(definition, case.state, rule)
    if act is Act.REPETITION and not case.repeats:
        raise NotRepeated(RULES[act].article)
    if act is Act.REPETITION and case.overturned:
        raise RefusalOverturned(RULES[act].article)
    if act is not None and act not in (Act.SILENCE, Act.REPETITION):
        check_act(act, clock, today)
    if act is Act.EXTENSION and clock is not None and not 1 <= _days(inputs) <= clock.longest_extension:
        raise ExtensionTooLong(_article(act, clock, today), most=str(clock.longest_extension))
    if rule.period is not None:
        check_period(rule.period, clock, today)
    refuses = definition.states[rule.target].refuses and act is not Act.REPETITION
    if refuses and granted_by_silence(definition, clock, today):
        raise SilenceIsApproval("55-19/19")
    if (refuses or act in REASONED) and not str(inputs.get(REASONS) or "").strip():
        raise ReasonsMissing(_article(act, clock, today) if act in REASONED and act is not None else "55-19/18")


def check_period(period: Period, clock: LegalClock | None, today: date) -> None:
    """Raises what forbids to count a file under another period: its own, or the other one, is over already."""
    if clock is None:
        return
    article = law_named(period.law).article
    if clock.silent_on is not None or clock.state(today) is ClockState.EXPIRED:
        raise PeriodOver(article)
    until = clock.changed(period.law, period.days).due_on
    if until is not None and until < today:
        raise OtherPeriodOver(article, until=until.isoformat())


def _article(act: Act, clock: LegalClock | None, today: date) -> str:
    """The rule of an act: that of the law which the file is counted under, or that law where it has none of its own."""
    if clock is None:
        return RULES[act].article
    return clock.allowance(act, today).article or law_named(clock.law).article


def granted_by_silence(definition: ServiceDefinition, clock: LegalClock | None, today: date) -> bool:
    """Whether the period ran out on a request that silence grants, be it recorded already or not (art. 19)."""
    if clock is None or definition.deadline.silence is not Silence.APPROVAL:
        return False
    return clock.silent_on is not None or clock.state(today) is ClockState.EXPIRED


def forbids(
    definition: ServiceDefinition, case: Case, rule: ActionRule, clock: LegalClock | None, today: date
) -> Unlawful | None:
    """Why the law forbids an action whatever its actor might say; None where it allows it."""
    sound = {REASONS: "…", DAYS: 1, DOCUMENTS: ["…"]}
    try:
        check_lawful(definition, case, rule, sound, clock, today)
    except Unlawful as unlawful:
        return unlawful
    return None


def _days(inputs: Mapping[str, Any]) -> int:
    try:
        return int(inputs.get(DAYS) or 0)
    except (TypeError, ValueError):
        return 0
