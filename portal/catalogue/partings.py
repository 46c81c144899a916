"""Says where a story and the service part, of a step that comes too early, at the wrong place, or is refused."""

from collections.abc import Mapping
from datetime import date

from portal.catalogue.faults import Sentence
from portal.catalogue.objections import refusal
from portal.catalogue.reading import closest
from portal.domain.errors import PortalError, ReopeningTooLate, Unlawful
from portal.domain.flow import ActionRule, UnitKind


def before(day: date, today: date) -> Sentence:
    return Sentence(
        "the step is on %(day)s, before %(today)s: the steps follow each other in time", day=day, today=today
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
