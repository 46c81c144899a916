"""Proves that a service which follows a case, as an appeal does, can be asked for by whoever filed that case."""

from collections.abc import Collection, Iterable, Mapping

from portal.catalogue.faults import Fault, Sentence
from portal.catalogue.flow_conditions import unit_kinds
from portal.catalogue.placing import fault_in, no_service
from portal.catalogue.service_files import Package
from portal.catalogue.sheet import FILE as SHEET
from portal.domain.service import Follows, Occasion, Result, ServiceDefinition


def faults_of_following(
    package: Package, definition: ServiceDefinition, newest: Mapping[str, ServiceDefinition], slugs: Collection[str]
) -> list[Fault]:
    """What is wrong with the services that it follows; ``newest`` are those of the catalogue that could be loaded."""
    follows = definition.follows
    if follows is None:
        return []
    faults = [fault_in(package, SHEET, slug, no_service(slug, slugs)) for slug in follows.services if slug not in slugs]
    for first in newest.values():
        if first is definition or not first.processed or not _can_follow(follows, first):
            continue
        if definition.identity.rank > first.identity.rank:
            said = Sentence(
                "'identity' is %(level)s here, and %(other)s in '%(slug)s', which it follows: "
                "whoever filed that case could not go on",
                level=definition.identity,
                other=first.identity,
                slug=first.slug,
            )
            faults.append(fault_in(package, SHEET, "identity", said))
    return faults


def _can_follow(follows: Follows, first: ServiceDefinition) -> bool:
    """Whether some case of a service could be followed so."""
    return (
        (not follows.services or first.slug in follows.services)
        and (not follows.laws or not _laws(first).isdisjoint(follows.laws))
        and (follows.silence is None or follows.silence is first.deadline.silence)
        and (not follows.at or not unit_kinds(first).isdisjoint(follows.at))
        and any(occasion in follows.on for occasion in _occasions(first))
    )


def _laws(first: ServiceDefinition) -> frozenset[str]:
    """The laws that a case of it can be counted under."""
    other = [one.period.law for one in first.deadline.instead]
    changed = [rule.period.law for rule in first.actions if rule.period is not None]
    return frozenset([first.deadline.law, *other, *changed])


def _occasions(first: ServiceDefinition) -> Iterable[Occasion]:
    yield Occasion.SILENCE
    if any(state.outcome is Result.REFUSED for state in first.states.values()):
        yield Occasion.REFUSED
    if any(state.partly for state in first.states.values()):
        yield Occasion.PARTLY
