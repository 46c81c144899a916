"""Proves the periods of a service lawful: its own, those that some answers give instead, and by how much it is extended.

And, where the service follows a case, as an appeal does, that there can be such cases.
"""

from portal.catalogue.conditions import CelCondition
from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Reading, closest
from portal.domain.periods import LAWS
from portal.domain.service import Deadline, Extension, Follows, ServiceDefinition

ANSWERS = "answers"
HOURS_A_DAY = 8
"""How many hours of a day an office is taken to be open, where it promises an answer in them."""


def prove_periods(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes every rule that the deadline breaks, and what it says of other periods and of an extension."""
    deadline = definition.deadline
    if definition.processed or deadline.stated:
        _prove_deadline(definition, reading)
    if deadline.extension is not None and (message := _fault_of_extension(deadline, deadline.extension)):
        reading.fault_at("deadline", "extension", message)
    if deadline.hours > deadline.days * HOURS_A_DAY:
        said = Sentence(
            "%(hours)s opening hours are longer than the %(days)s days of the deadline: "
            "a promise in hours is a shorter one",
            hours=deadline.hours,
            days=deadline.days,
        )
        reading.fault_at("deadline", "hours", said)
    for number, other in enumerate(deadline.instead):
        if message := fault_of_period(other.period.law, other.period.days):
            reading.fault_at("instead", str(number), message)
        if isinstance(other.when, CelCondition) and any(root != ANSWERS for root, _ in other.when.references):
            said = Sentence("the period follows from the answers alone: 'when' reads nothing but 'answers'")
            reading.fault_at("instead", str(number), said)


def prove_follows(definition: ServiceDefinition, reading: Reading) -> None:
    """Notes every rule that a service breaks which follows a case, and one that ought to follow some and does not."""
    law = LAWS.get(definition.deadline.law)
    if definition.follows is not None:
        for key, message in _faults_of_follows(definition, definition.follows):
            reading.fault_at("follows", key, message)
    elif definition.processed and law is not None and not law.first:
        said = Sentence(
            "law %(law)s counts what comes after a refusal or a silence: the service needs 'follows'", law=law.key
        )
        reading.fault_at("deadline", "law", said)


def fault_of_law(law: str) -> Sentence | None:
    """Why a period cannot be counted under a law."""
    if law in LAWS:
        return None
    meant = closest(law, LAWS) or Sentence(": use %(known)s", known=", ".join(LAWS))
    return Sentence("'%(law)s' is not a law that the clock knows%(meant)s", law=law, meant=meant)


def fault_of_days(law: str, days: int) -> Sentence | None:
    """Why a period is longer than the law allows that it is counted under."""
    known = LAWS.get(law)
    if known is None or known.ceiling is None or days <= known.ceiling:
        return None
    return Sentence(
        "%(days)s days are more than the %(most)s that law %(law)s allows", days=days, most=known.ceiling, law=law
    )


def fault_of_period(law: str, days: int) -> Sentence | None:
    """Why a period is none that the clock can count."""
    return fault_of_law(law) or fault_of_days(law, days)


def _prove_deadline(definition: ServiceDefinition, reading: Reading) -> None:
    deadline = definition.deadline
    if message := fault_of_law(deadline.law):
        reading.fault_at("deadline", "law", message)
    if message := fault_of_days(deadline.law, deadline.days):
        reading.fault_at("deadline", "days", message)


def _fault_of_extension(deadline: Deadline, extension: Extension) -> Sentence | None:
    law = LAWS.get(deadline.law)
    if law is None or law.extends is None or extension.days <= law.extends:
        return None
    if law.extends == 0:
        return Sentence("law %(law)s knows of no extension: remove 'extension'", law=law.key)
    return Sentence(
        "an extension of %(days)s days is longer than the %(most)s that law %(law)s allows",
        days=extension.days,
        most=law.extends,
        law=law.key,
    )


def _faults_of_follows(definition: ServiceDefinition, follows: Follows) -> list[tuple[str, Sentence]]:
    """What is wrong with it, each with the key that is to blame."""
    faults: list[tuple[str, Sentence]] = []
    if not definition.processed:
        said = Sentence("a service that is done elsewhere follows no case of this portal: remove 'follows'")
        return [("", said)]
    faults += [("laws", message) for law in follows.laws if (message := fault_of_law(law))]
    if definition.slug in follows.services:
        faults.append(("services", Sentence("a service cannot follow itself")))
    if definition.life_events:
        said = Sentence("a service that follows a case is not listed by itself: remove 'life_events'")
        faults.append(("", said))
    return faults
