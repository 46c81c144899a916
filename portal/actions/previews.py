"""The documents a version would issue, with the people and answers of one of its own examples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, cast

from portal.actions.candidates import version_of
from portal.actions.deps import Deps
from portal.actions.facts import clock_of, facts_of
from portal.catalogue.examples import ActionStep, Example
from portal.catalogue.loader import load_examples
from portal.catalogue.story import Lived, live_example
from portal.domain.acts import REQUESTS, Act
from portal.domain.case import People, Person
from portal.domain.errors import NotFound
from portal.domain.events import (
    CaseDecided,
    CaseSubmitted,
    Event,
    InformationRequested,
    OriginalsRequested,
    ReplacementRequested,
)
from portal.domain.issued import COMPLETION, RECEIPT, REQUEST, SLIP, DocumentKind, series_of
from portal.domain.lawful import legal_act
from portal.domain.service import ActionRule, Facts, Occasion, Result, ServiceDefinition, Source, Text, text
from portal.domain.territory import Unit
from portal.domain.workflow import completed
from portal.fields import FIELD_TYPES
from portal.ports import Area, Rejected
from portal.ports_of_documents import PrintedDocument
from portal.presenting.printed import CaseInPrint, EarlierInPrint, Printing, printed
from portal.store import effects
from portal.store.effects import Effect
from portal.store.journal import Line
from portal.store.unit_of_work import Work

VARIANT = "-"
"""What parts a document's id from which of its forms a sample shows: no id has it."""
INCOMPLETE = f"{RECEIPT}{VARIANT}incomplete"
SPECIMEN_REFERENCE = "BRK-00-0000-0000-0"
MARK = Text({"ar": "نموذج", "fr": "Spécimen"})
"""What stands behind the title of whatever looks like a document and is none."""

SPECIMEN_CODE = "0" * 16
SPECIMEN_SECRET = "0" * 10
SPECIMEN_WORDS = "هذا نص على سبيل المثال. Ceci est un exemple de texte."
SPECIMEN_PERSON = Person(
    name_ar="أمينة الزناكي",
    name_fr="Amina Zenagui",
    cnie="FB000000",
    birth_date="1990-01-01",
    address="شارع محمد الخامس، رقم 12",
)
"""Whoever applies where an example names nobody: its case follows another, which knew her, or its service asks for no name."""
SPECIMEN_SERVICE = text("الخدمة المطلوبة أولا", "la démarche demandée en premier")


def sample_ids(definition: ServiceDefinition) -> tuple[str, ...]:
    """Every document that a version issues, those of every service first; one that has several forms once for each."""
    if not definition.processed:
        return ()
    incomplete = (INCOMPLETE, COMPLETION) if definition.depositing is not None and definition.documents else ()
    asked = tuple(_id_of_request(number, act) for number, act in enumerate(_requests(definition)))
    standard = tuple(one for one in (*incomplete, *asked, SLIP) if _is_issued(definition, one))
    return (RECEIPT, *standard, *definition.outputs)


def _is_issued(definition: ServiceDefinition, sample: str) -> bool:
    return definition.is_standard(sample.partition(VARIANT)[0])


def _requests(definition: ServiceDefinition) -> Mapping[Act, ActionRule]:
    """What the office can ask of the applicant on the way, and by which action."""
    found: dict[Act, ActionRule] = {}
    for rule in definition.actions:
        act = legal_act(definition, rule.sources[0], rule)
        if act in REQUESTS and act is not None:
            found.setdefault(act, rule)
    return found


def _id_of_request(number: int, act: Act) -> str:
    return REQUEST if not number else f"{REQUEST}{VARIANT}{act.value}"


def marked(title: Text) -> Text:
    """The title of a document that is none, with the word that says so."""
    return Text({language: f"{title[language]} – {MARK[language]}" for language in ("ar", "fr")})


def sample_documents(
    deps: Deps, definition: ServiceDefinition, examples: Sequence[Example]
) -> dict[str, PrintedDocument]:
    """Each document of a version as it would be printed, by the ids of the samples; none without an example."""
    # What is asked before sign-in leads to no case. A case that follows another may need no answers of its own.
    told = [one for one in examples if one.outcome is None]
    if not told or not definition.processed:
        return {}
    documents = {}
    for sample in sample_ids(definition):
        document = sample.partition(VARIANT)[0]
        in_print = _sample(deps, definition, told, sample)
        documents[sample] = printed(in_print, _printing(deps, definition, in_print, document), document)
    return documents


def _sample(deps: Deps, definition: ServiceDefinition, told: Sequence[Example], sample: str) -> CaseInPrint:
    """A case of which a document is issued, at the moment when it is."""
    if not definition.is_standard(sample.partition(VARIANT)[0]):
        example = next((one for one in told if _issues(definition, one, sample)), None)
        if example is None:
            return _in_print(deps, definition, told[0], partial(_deciding, output=sample))
        return _in_print(deps, definition, example, partial(_events, output=sample))
    if sample in (INCOMPLETE, COMPLETION):
        return _in_print(deps, definition, told[0], partial(_lacking, completed_later=sample == COMPLETION))
    asked = {_id_of_request(number, act): rule for number, (act, rule) in enumerate(_requests(definition).items())}
    if sample in asked:
        return _in_print(deps, definition, told[0], partial(_asking, rule=asked[sample]))
    return _in_print(deps, definition, told[0], _filing)


def _issues(definition: ServiceDefinition, example: Example, output: str) -> bool:
    """Whether the document is issued on the way of an example, or where it ends."""
    final = definition.states.get(example.final)
    if final is not None and final.issues == output:
        return True
    done = {step.action for step in example.path if isinstance(step, ActionStep)}
    return any(
        rule.issues(output) and (rule.action in done or rule.target == example.final) for rule in definition.actions
    )


def _printing(deps: Deps, definition: ServiceDefinition, in_print: CaseInPrint, document: str) -> Printing:
    issued_at, _ = in_print.events[-1]
    kind = DocumentKind(document) if definition.is_standard(document) else definition.outputs[document].kind
    return Printing(
        number=f"{series_of(kind, in_print.unit.number_code, issued_at.year)}-000000",
        code=SPECIMEN_CODE,
        issued_at=issued_at,
        base_url=deps.base_url,
        territory=deps.registry.territory,
        # It says of itself that it is worth nothing, wherever the portal runs.
        demo=True,
    )


Story = tuple[tuple[datetime, Event], ...]
"""What happened to a case of which a document is shown, and when."""


def _in_print(
    deps: Deps,
    definition: ServiceDefinition,
    example: Example,
    tell: Callable[[ServiceDefinition, Example, Lived, Facts], Story],
) -> CaseInPrint:
    """The case of an example, as far as it is told."""
    lived = live_example(definition, example, deps.registry.territory)
    facts = facts_of(lived.answers, {}, example.today, populations=deps.registry.territory.populations)
    events = tell(definition, example, lived, facts)
    lines = [Line(position, at, "", "", "", event) for position, (at, event) in enumerate(events, 1)]
    applicant = _person(definition.applicant, lived.answers)
    applicant = applicant if applicant.name("ar") else SPECIMEN_PERSON
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


def _filing(definition: ServiceDefinition, example: Example, lived: Lived, facts: Facts) -> Story:
    """The first lines of the journal: the file is handed in, whole."""
    filed = datetime.combine(example.today, time(9), UTC)
    submitted = CaseSubmitted(definition.slug, example.unit or "", fee=lived.fee.data())
    return (filed, submitted), (filed, completed(definition, facts))


def _lacking(
    definition: ServiceDefinition, example: Example, lived: Lived, facts: Facts, *, completed_later: bool
) -> Story:
    """The file is handed in without its first document, which comes three days later if it comes at all."""
    filed = datetime.combine(example.today, time(9), UTC)
    missing = [one.id for one in definition.documents if one.source is Source.CITIZEN][:1]
    submitted = CaseSubmitted(definition.slug, example.unit or "", missing=missing, fee=lived.fee.data())
    if not completed_later:
        return ((filed, submitted),)
    return (filed, submitted), (filed + timedelta(days=3), replace(completed(definition, facts), documents=missing))


def _asking(definition: ServiceDefinition, example: Example, lived: Lived, facts: Facts, *, rule: ActionRule) -> Story:
    """The file is handed in whole, and two days later the office asks for something, in words that stand for any."""
    filing = _filing(definition, example, lived, facts)
    act, source, said = legal_act(definition, rule.sources[0], rule), rule.sources[0], _sample_words(rule)
    about = [one.id for one in definition.documents if one.source is Source.CITIZEN][:1]
    asked: Event = InformationRequested(rule.action, source, rule.target, said)
    if act is Act.REPLACEMENT:
        asked = ReplacementRequested(rule.action, source, rule.target, about, said)
    elif act is Act.ORIGINALS:
        asked = OriginalsRequested(rule.action, source, rule.target, about, said)
    return (*filing, (filing[0][0] + timedelta(days=2), asked))


def _sample_words(rule: ActionRule) -> dict[str, str]:
    return {one.id: SPECIMEN_WORDS for one in rule.asks if one.type in ("short_text", "long_text")}


def _events(definition: ServiceDefinition, example: Example, lived: Lived, facts: Facts, *, output: str) -> Story:
    """The story of the example as its journal would tell it; what it leaves out of the words of an output is filled in."""
    found: list[tuple[datetime, Event]] = []
    for day, event in lived.events:
        kept = replace(event, fee=lived.fee.data()) if isinstance(event, CaseSubmitted) else event
        found.append((datetime.combine(day, time(10), UTC), _filled_in(definition, kept, output)))
    return tuple(found)


def _filled_in(definition: ServiceDefinition, event: Event, output: str) -> Event:
    """What was said at the action that issues an output, with samples where the example says nothing."""
    inputs = getattr(event, "inputs", None)
    if inputs is None:
        return event
    action, source = getattr(event, "action", ""), getattr(event, "source", "")
    rule = definition.rule(action, source)
    if rule is None or not rule.issues(output):
        return event
    said = {**_samples(rule), **{name: value for name, value in inputs.items() if value not in (None, "")}}
    # Every event that has inputs takes others.
    filled: Event = replace(cast(Any, event), inputs=said)
    return filled


def _samples(rule: ActionRule) -> dict[str, Any]:
    """What might be said in the form of an action: words that stand for any, and the first of typical values."""
    return {
        one.id: SPECIMEN_WORDS if one.type in ("short_text", "long_text") else typical
        for one in rule.asks
        if (typical := next(iter(FIELD_TYPES[one.type].sample(one)[1:]), None)) is not None
    }


def _deciding(definition: ServiceDefinition, example: Example, lived: Lived, facts: Facts, *, output: str) -> Story:
    """Where no example comes to an output: the file is handed in, and two days later the output's action is done.

    A file that is returned was never whole.
    """
    rule = next((one for one in definition.actions if one.issues(output)), None)
    outcome = definition.states[rule.target].outcome if rule is not None else None
    if rule is None or outcome is None:
        return _filing(definition, example, lived, facts)
    returned = outcome is Result.RETURNED
    filing = _lacking(definition, example, lived, facts, completed_later=False) if returned else ()
    filing = filing or _filing(definition, example, lived, facts)
    said = CaseDecided(rule.action, rule.sources[0], rule.target, outcome.value, _samples(rule))
    return (*filing, (filing[0][0] + timedelta(days=2), said))


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
    # It shows where stamp, signatory and QR stand: its title says that it is none, to whoever finds it on a desk.
    specimen = replace(printed, title=marked(printed.title))
    deps.files.put(Area.ISSUED, _file(definition, document), deps.renderer.render(specimen))
    with deps.unit_of_work() as work:
        effects.done(work.connection, effect.id, work.now, {})


def drawn(deps: Deps, definition: ServiceDefinition, document: str) -> bytes:
    """A document as it was drawn; raises NotFound for one that was not."""
    if document not in sample_ids(definition):
        raise NotFound()
    try:
        return deps.files.get(Area.ISSUED, _file(definition, document))
    except FileNotFoundError:
        raise NotFound() from None


def _owner(key: str) -> str:
    return f"{NAME}-{key}"


def _file(definition: ServiceDefinition, document: str) -> str:
    return f"previews/{definition.digest}/{document.replace('_', '--')}"
