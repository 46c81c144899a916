"""The documents a version would issue, with the people and answers of one of its own examples."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from portal.actions.candidates import version_of
from portal.actions.deps import Deps
from portal.actions.facts import clock_of, facts_of
from portal.catalogue.examples import ActionStep, Example
from portal.catalogue.loader import load_examples
from portal.catalogue.story import Lived, live_example
from portal.domain.case import People, Person
from portal.domain.errors import NotFound
from portal.domain.events import CaseSubmitted, Event
from portal.domain.service import Facts, Occasion, Result, ServiceDefinition, text
from portal.domain.territory import Unit
from portal.domain.workflow import completed
from portal.ports import Area, PrintedDocument, Rejected
from portal.presenting.printed import RECEIPT, CaseInPrint, EarlierInPrint, Printing, decision, receipt
from portal.store import effects
from portal.store.effects import Effect
from portal.store.journal import Line
from portal.store.unit_of_work import Work

SPECIMEN_REFERENCE = "BRK-00-0000-0000-0"
SPECIMEN_CODE = "0" * 16
SPECIMEN_SECRET = "0" * 10
SPECIMEN_SERVICE = text("الخدمة المطلوبة أولا", "la démarche demandée en premier")


def sample_documents(
    deps: Deps, definition: ServiceDefinition, examples: Sequence[Example]
) -> dict[str, PrintedDocument]:
    """The receipt and each document of a version as they would be printed, by their ids; none without an example."""
    told = [one for one in examples if one.answers]
    if not told or not definition.processed:
        return {}
    filed = _in_print(deps, definition, told[0], filed=True)
    documents = {RECEIPT: receipt(filed, _printing(deps, filed, "R"))}
    for output in definition.outputs:
        example = next((one for one in told if _issues(definition, one, output)), told[0])
        in_print = _in_print(deps, definition, example)
        documents[output] = decision(in_print, _printing(deps, in_print, "D"), output)
    return documents


def _issues(definition: ServiceDefinition, example: Example, output: str) -> bool:
    """Whether the document is issued on the way of an example, or where it ends."""
    final = definition.states.get(example.final)
    if final is not None and final.issues == output:
        return True
    done = {step.action for step in example.path if isinstance(step, ActionStep)}
    return any(
        rule.issues(output) and (rule.action in done or rule.target == example.final) for rule in definition.actions
    )


def _printing(deps: Deps, in_print: CaseInPrint, letter: str) -> Printing:
    issued_at, _ = in_print.events[-1]
    return Printing(
        number=f"{letter}-{issued_at.year}-000000",
        code=SPECIMEN_CODE,
        issued_at=issued_at,
        base_url=deps.base_url,
        territory=deps.registry.territory,
        # It says of itself that it is worth nothing, wherever the portal runs.
        demo=True,
    )


def _in_print(deps: Deps, definition: ServiceDefinition, example: Example, *, filed: bool = False) -> CaseInPrint:
    """The case of an example at its end, or as it was ``filed``."""
    lived = live_example(definition, example, deps.registry.territory)
    facts = facts_of(lived.answers, {}, example.today, populations=deps.registry.territory.populations)
    events = _filing(definition, example, lived, facts) if filed else _events(lived)
    lines = [Line(position, at, "", "", "", event) for position, (at, event) in enumerate(events, 1)]
    applicant = _person(definition.applicant, lived.answers)
    named = _person(definition.beneficiary, lived.answers)
    return CaseInPrint(
        reference=SPECIMEN_REFERENCE,
        definition=definition,
        unit=_unit(deps, definition, example),
        people=People(applicant, applicant, named if named.name("ar") else applicant),
        answers=lived.answers,
        statements=tuple(example.sworn),
        brought=tuple(example.documents),
        secret=SPECIMEN_SECRET,
        events=events,
        clock=clock_of(definition, example.today, lines, deps.registry.calendar),
        period=definition.deadline.period(facts),
        earlier=_earlier(deps, definition, example),
    )


def _earlier(deps: Deps, definition: ServiceDefinition, example: Example) -> tuple[EarlierInPrint, ...]:
    """A case that the one of an example follows, where its service does: it was refused, or not answered, the day before."""
    follows = definition.follows
    if follows is None:
        return ()
    territory, happened = deps.registry.territory, example.today - timedelta(days=1)
    first = next((unit for unit in territory.units if unit.id == example.first), None)
    refused = follows.on[0] is not Occasion.SILENCE
    return (
        EarlierInPrint(
            reference=SPECIMEN_REFERENCE,
            service=SPECIMEN_SERVICE,
            authority=(first or _unit(deps, definition, example)).name,
            filed_on=example.today - timedelta(days=60),
            decided_on=happened if refused else None,
            silent_on=None if refused else happened,
            outcome=Result.REFUSED if refused else None,
        ),
    )


def _person(mapping: Mapping[str, str], answers: Mapping[str, object]) -> Person:
    return Person.from_data({name: _written(answers.get(field)) for name, field in mapping.items()})


def _written(answer: object) -> str:
    """An answer as one text; of an address, its street."""
    return str((answer.get("text") if isinstance(answer, Mapping) else answer) or "")


def _unit(deps: Deps, definition: ServiceDefinition, example: Example) -> Unit:
    territory = deps.registry.territory
    try:
        return territory.unit(example.unit or "")
    except LookupError:
        return next(one for one in territory.units if one.kind in definition.authority.kinds)


def _filing(
    definition: ServiceDefinition, example: Example, lived: Lived, facts: Facts
) -> tuple[tuple[datetime, Event], ...]:
    """The first lines of the journal: the file is handed in, whole."""
    filed = datetime.combine(example.today, time(9), UTC)
    submitted = CaseSubmitted(definition.slug, example.unit or "", fee=lived.fee.data())
    return (filed, submitted), (filed, completed(definition, facts))


def _events(lived: Lived) -> tuple[tuple[datetime, Event], ...]:
    """The story of the example as its journal would tell it."""
    found: list[tuple[datetime, Event]] = []
    for day, event in lived.events:
        kept = replace(event, fee=lived.fee.data()) if isinstance(event, CaseSubmitted) else event
        found.append((datetime.combine(day, time(10), UTC), kept))
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
