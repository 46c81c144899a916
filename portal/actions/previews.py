"""The documents a version would issue, with the people and answers of one of its own examples."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

from portal.actions.candidates import version_of
from portal.actions.deps import Deps
from portal.actions.facts import clock_of
from portal.catalogue.examples import Example
from portal.catalogue.loader import load_examples
from portal.domain.case import People, Person
from portal.domain.errors import NotFound
from portal.domain.events import CaseDecided, CaseSubmitted, Event, FileCompleted
from portal.domain.service import Result, ServiceDefinition, StateKind
from portal.domain.territory import Unit
from portal.ports import Area, PrintedDocument, Rejected
from portal.presenting.printed import RECEIPT, CaseInPrint, Printing, decision, receipt
from portal.store import effects
from portal.store.effects import Effect
from portal.store.journal import Line
from portal.store.unit_of_work import Work

SPECIMEN_REFERENCE = "BRK-00-0000-0000-0"
SPECIMEN_CODE = "0" * 16
SPECIMEN_SECRET = "0" * 10


def sample_documents(
    deps: Deps, definition: ServiceDefinition, examples: Sequence[Example]
) -> dict[str, PrintedDocument]:
    """The receipt and each document of a version as they would be printed, by their ids; none without an example."""
    told = [one for one in examples if one.answers]
    if not told or not definition.processed:
        return {}
    documents = {RECEIPT: receipt(_in_print(deps, definition, told[0]), _printing(deps, told[0], "R"))}
    for output in definition.outputs:
        example = next((one for one in told if _issues(definition, one, output)), told[0])
        documents[output] = decision(_in_print(deps, definition, example), _printing(deps, example, "D"), output)
    return documents


def _issues(definition: ServiceDefinition, example: Example, output: str) -> bool:
    """Whether an example ends where the document is issued."""
    final = definition.states.get(example.final)
    if final is not None and final.issues == output:
        return True
    return any(f"issue.{output}" in rule.effects and rule.target == example.final for rule in definition.actions)


def _printing(deps: Deps, example: Example, letter: str) -> Printing:
    last = example.path[-1].on if example.path else example.today
    return Printing(
        number=f"{letter}-{last.year}-000000",
        code=SPECIMEN_CODE,
        issued_at=datetime.combine(last, time(10), UTC),
        base_url=deps.base_url,
        territory=deps.registry.territory,
        # It says of itself that it is worth nothing, wherever the portal runs.
        demo=True,
    )


def _in_print(deps: Deps, definition: ServiceDefinition, example: Example) -> CaseInPrint:
    events = _events(definition, example)
    lines = [Line(position, at, "", "", "", event) for position, (at, event) in enumerate(events, 1)]
    applicant = _person(definition.applicant, example)
    named = _person(definition.beneficiary, example)
    return CaseInPrint(
        reference=SPECIMEN_REFERENCE,
        definition=definition,
        unit=_unit(deps, definition, example),
        people=People(applicant, applicant, named if named.name("ar") else applicant),
        answers=example.answers,
        statements=tuple(example.sworn),
        brought=tuple(example.documents),
        secret=SPECIMEN_SECRET,
        events=events,
        clock=clock_of(definition, example.today, lines, deps.registry.calendar),
    )


def _person(mapping: Mapping[str, str], example: Example) -> Person:
    return Person.from_data({name: _written(example.answers.get(field)) for name, field in mapping.items()})


def _written(answer: object) -> str:
    """An answer as one text; of an address, its street."""
    return str((answer.get("text") if isinstance(answer, Mapping) else answer) or "")


def _unit(deps: Deps, definition: ServiceDefinition, example: Example) -> Unit:
    territory = deps.registry.territory
    try:
        return territory.unit(example.unit or "")
    except LookupError:
        return next(one for one in territory.units if one.kind in definition.authority.kinds)


def _events(definition: ServiceDefinition, example: Example) -> tuple[tuple[datetime, Event], ...]:
    """The story of the example as its journal would begin and end."""
    filed = datetime.combine(example.today, time(9), UTC)
    found: list[tuple[datetime, Event]] = [
        (filed, CaseSubmitted(definition.slug, example.unit or "")),
        (filed, FileCompleted()),
    ]
    final = definition.states.get(example.final)
    if example.path and final is not None and final.kind is StateKind.DECIDED:
        last = example.path[-1]
        at = datetime.combine(last.on, time(10), UTC)
        outcome = (final.outcome or Result.GRANTED).value
        found.append(
            (at, CaseDecided(getattr(last, "action", ""), "", final.id, outcome, dict(getattr(last, "says", {}))))
        )
    return tuple(found)


NAME = "preview"


def request(work: Work, key: str, document: str) -> None:
    """Asks the worker to draw a document of a version on paper, unless it is at it: web processes draw none."""
    held = [one for one in effects.of_case(work.connection, _owner(key)) if one.name == f"{NAME}.{document}"]
    if not any(one.done_at is None and one.failed_at is None for one in held):
        position = max((one.position for one in held), default=0) + 1
        effects.request(work.connection, work.jobs, _owner(key), position, (f"{NAME}.{document}",), work.now)


def states(work: Work, key: str) -> dict[str, bool]:
    """The documents of a version that were asked for on paper, and whether each is drawn."""
    found: dict[str, bool] = {}
    for one in effects.of_case(work.connection, _owner(key)):
        document = one.name.removeprefix(f"{NAME}.")
        if one.failed_at is None:
            found[document] = found.get(document, False) or one.done_at is not None
    return found


def draw(deps: Deps, effect: Effect) -> None:
    """Draws a document with the data of an example, unsigned, and keeps it."""
    document = effect.name.removeprefix(f"{NAME}.")
    with deps.reading() as work:
        definition, files = version_of(deps, work, effect.case_id.removeprefix(f"{NAME}-"))
    printed = sample_documents(deps, definition, load_examples(files)).get(document)
    if printed is None:
        raise Rejected("the version has no such document")
    deps.files.put(Area.ISSUED, _file(definition, document), deps.renderer.render(printed))
    with deps.unit_of_work() as work:
        effects.done(work.connection, effect.id, work.now, {})


def drawn(deps: Deps, definition: ServiceDefinition, document: str) -> bytes:
    """A document as it was drawn; raises NotFound for one that was not."""
    if document != RECEIPT and document not in definition.outputs:
        raise NotFound()
    try:
        return deps.files.get(Area.ISSUED, _file(definition, document))
    except FileNotFoundError:
        raise NotFound() from None


def _owner(key: str) -> str:
    return f"{NAME}-{key}"


def _file(definition: ServiceDefinition, document: str) -> str:
    return f"previews/{definition.digest}/{document.replace('_', '-')}"
