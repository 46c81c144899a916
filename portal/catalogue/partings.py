"""Says where a story and the service part, of a step that comes too early, at the wrong place, or is refused."""

from collections.abc import Mapping
from datetime import date

from portal.catalogue.examples import ActionStep
from portal.catalogue.faults import Sentence
from portal.catalogue.objections import refusal
from portal.catalogue.reading import closest
from portal.domain.errors import PortalError, ReopeningTooLate, Unlawful
from portal.domain.flow import ActionRule, Opinion, Role, State, UnitKind
from portal.domain.territory import Territory


def before(day: date, today: date) -> Sentence:
    return Sentence(
        "the step is on %(day)s, before %(today)s: the steps follow each other in time", day=day, today=today
    )


def fault_of_actor(
    step: ActionStep, rule: ActionRule, unit: str, unit_kind: UnitKind | None, territory: Territory | None
) -> Sentence | None:
    """Why whoever acts in a story cannot, where the case is."""
    if step.by is Role.SYSTEM:
        return Sentence("the system acts by itself: let time pass, as in {wait: 2026-04-20}")
    if step.by not in rule.by:
        return Sentence("'%(action)s' is not for the role %(role)s", action=step.action, role=step.by.value)
    if rule.at and unit_kind not in rule.at:
        return at_another_unit(rule, unit)
    if rule.transfers and step.to is None:
        return Sentence("'%(action)s' is a transfer: say where to, as in 'to: <unit>'", action=step.action)
    if not rule.transfers and step.to is not None:
        return Sentence("'%(action)s' is no transfer: it has no 'to'", action=step.action)
    if step.to is not None and territory is not None:
        return fault_of_transfer(rule, step.to, {one.id: one.kind for one in territory.units})
    return None


def no_opinion(name: str, state: State) -> Sentence:
    if state.consultation is None:
        return Sentence("no opinion is asked in the state '%(state)s'", state=state.id)
    return Sentence(
        "no opinion '%(name)s' is asked in the state '%(state)s'%(meant)s",
        name=name,
        state=state.id,
        meant=closest(name, [one.id for one in state.consultation.opinions]),
    )


def unasked_there(opinion: Opinion) -> Sentence:
    return Sentence(
        "no unit of kind %(kind)s covers the place answered: '%(opinion)s' is not asked there",
        kind=opinion.unit,
        opinion=opinion.id,
    )


def at_another_unit(rule: ActionRule, unit: str) -> Sentence:
    first, *others = rule.at
    kinds: str = first.value
    for kind in others:
        kinds = Sentence("%(kinds)s or %(kind)s", kinds=kinds, kind=kind.value)
    return Sentence(
        "'%(action)s' is for cases at a unit of kind %(kinds)s, this one is at '%(unit)s'",
        action=rule.action,
        kinds=kinds,
        unit=unit,
    )


def fault_of_transfer(rule: ActionRule, to: str, units: Mapping[str, UnitKind]) -> Sentence | None:
    if to not in units:
        return Sentence("the unit '%(unit)s' does not exist%(meant)s", unit=to, meant=closest(to, units))
    if units[to] in rule.transfers:
        return None
    return Sentence(
        "'%(action)s' cannot transfer a case to '%(unit)s', of kind %(kind)s",
        action=rule.action,
        unit=to,
        kind=units[to].value,
    )


def refused(action: str, error: PortalError | ValueError) -> Sentence:
    match error:
        case ReopeningTooLate():
            until = error.params["until"]
            return Sentence("'%(action)s' comes too late: it was possible until %(until)s", action=action, until=until)
        case Unlawful():
            return Sentence("'%(action)s' is refused by law here (%(why)s)", action=action, why=refusal(error))
        case PortalError():
            return Sentence("'%(action)s' is refused here (%(why)s)", action=action, why=refusal(error))
    return Sentence("'%(action)s' cannot be on that day: %(why)s", action=action, why=str(error))
