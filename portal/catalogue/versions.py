"""Loads one version of one service from its files, wherever these lie: a folder, or the copy in the database."""

from collections.abc import Collection, Mapping

from portal.catalogue.acts import with_standard_questions
from portal.catalogue.confirming import prove_confirmations
from portal.catalogue.eligibility_proofs import prove_eligibility
from portal.catalogue.examples import FOLDER as EXAMPLES
from portal.catalogue.examples import Example, read_example
from portal.catalogue.faults import Sentence, Unsound
from portal.catalogue.flow import FILE as WORKFLOW
from portal.catalogue.flow import read_flow
from portal.catalogue.flow_proofs import prove_flow
from portal.catalogue.form import FILE as FORM
from portal.catalogue.form import declare, declare_eligibility, read_eligibility_alone, read_form
from portal.catalogue.lists import FOLDER as LISTS
from portal.catalogue.lists import read_lists
from portal.catalogue.proofs import prove
from portal.catalogue.reading import Reading, Section
from portal.catalogue.service_files import Files, check_size, digest_of
from portal.catalogue.sheet import FILE as SHEET
from portal.catalogue.sheet import mode_of, read_sheet
from portal.catalogue.story import run_example
from portal.catalogue.territory import uncovered
from portal.catalogue.yaml_source import Entries, Node, parse
from portal.domain.service import FIRST, Mode, Option, ServiceDefinition
from portal.domain.territory import Territory

Lists = Mapping[str, tuple[Option, ...]]
NO_FORM = Entries({}, {}, 1)
"""What stands for form.yaml where a service that is done elsewhere has none."""


NO_SUCH_FILE = Sentence(
    "a service has no such file: it has %(files)s and %(examples)s",
    files=f"{SHEET}, {FORM}, {WORKFLOW}, {LISTS}*.csv",
    examples=f"{EXAMPLES}*.yaml",
)


def load_service(
    slug: str,
    files: Files,
    *,
    version: int = 1,
    territory: Territory | None = None,
    platforms: Collection[str] | None = None,
    proved: bool = False,
) -> ServiceDefinition:
    """The service these files declare, proved sound; raises Unsound with everything that is wrong with it.

    Without a ``territory`` the proofs about places and units are left out, without ``platforms`` those about
    platforms; where these map to the attributes each can be asked for, prefilled questions are proved too. A version
    already published is ``proved``: it is only read, for neither a change in the province nor a proof added since may
    make the cases filed under it unreadable.
    """
    reading = Reading(published=proved)
    check_size(files)
    nodes, mode = _parse_all(files, reading)
    lists = read_lists(files, reading)
    definition = _define(slug, version, files, nodes, mode, lists, reading)
    reading.stop_if_any()
    if proved:
        return definition
    examples = [read_example(name, node, reading) for name, node in nodes.items() if name.startswith(EXAMPLES)]
    reading.stop_if_any()
    prove(definition, reading, platforms)
    prove_eligibility(definition, reading)
    prove_confirmations(definition, nodes, reading)
    _prove_lists(lists, reading)
    if definition.processed:
        prove_flow(definition, reading, platforms, territory)
    if territory:
        _prove_territory(definition, territory, reading)
    reading.stop_if_any()
    for example in examples:
        run_example(definition, example, territory, reading)
    reading.stop_if_any()
    return definition


def load_examples(files: Files) -> tuple[Example, ...]:
    """The examples of a service, for those who want to play them; raises Unsound."""
    reading = Reading()
    names = [name for name in sorted(files) if name.startswith(EXAMPLES)]
    examples = tuple(read_example(name, parse(name, files[name]), reading) for name in names)
    reading.stop_if_any()
    return examples


def _parse_all(files: Files, reading: Reading) -> tuple[dict[str, Node], Mode]:
    """The trees of the YAML files and the mode of the service, which says which files there must be."""
    nodes: dict[str, Node] = {}
    for name in sorted(files):
        if name.startswith(LISTS) or (name.startswith(EXAMPLES) and reading.published):
            continue
        if name not in (SHEET, FORM, WORKFLOW) and not name.startswith(EXAMPLES):
            reading.add(name, 1, NO_SUCH_FILE)
            continue
        try:
            nodes[name] = parse(name, files[name])
        except Unsound as unsound:
            reading.faults += unsound.faults
    mode = mode_of(Section(SHEET, nodes[SHEET], Reading(), SHEET)) if SHEET in nodes else Mode.PROCESSED
    for name in (SHEET, FORM, WORKFLOW) if mode is Mode.PROCESSED else (SHEET,):
        if name not in files:
            reading.add(name, 1, Sentence("a service needs %(name)s", name=name))
    if mode is Mode.HANDOFF and WORKFLOW in files:
        said = Sentence("a service that is done elsewhere has no workflow: remove the file, or the 'mode'")
        reading.add(WORKFLOW, 1, said)
    reading.stop_if_any()
    return nodes, mode


def _define(
    slug: str, version: int, files: Files, nodes: Mapping[str, Node], mode: Mode, lists: Lists, reading: Reading
) -> ServiceDefinition:
    form_node = nodes.get(FORM, NO_FORM)
    declared = declare(form_node, lists, published=reading.published)
    before = declare_eligibility(form_node, lists, published=reading.published)
    sheet = read_sheet(Section(SHEET, nodes[SHEET], reading, SHEET), declared)
    form_section = Section(FORM, form_node, reading, FORM)
    if mode is Mode.HANDOFF:
        form, flow = read_eligibility_alone(form_section, before), None
    else:
        form = read_form(form_section, declared, before)
        flow = read_flow(Section(WORKFLOW, nodes[WORKFLOW], reading, WORKFLOW), declared)
    return ServiceDefinition(
        slug=slug,
        version=version,
        digest=digest_of(files),
        title=sheet.title,
        summary=sheet.summary,
        legal_basis=sheet.legal_basis,
        authority=sheet.authority,
        identity=sheet.identity,
        deadline=sheet.deadline,
        fee=sheet.fee,
        privacy=sheet.privacy,
        documents=sheet.documents,
        pages=form.pages,
        states=flow.states if flow else {},
        initial=flow.initial if flow else "",
        actions=with_standard_questions(flow.actions, sheet.documents, sheet.deadline) if flow else (),
        outputs=sheet.outputs,
        depositing=flow.depositing if flow else None,
        beneficiary=form.beneficiary,
        applicant=form.applicant,
        next_steps=sheet.next_steps,
        keywords=sheet.keywords,
        mode=sheet.mode,
        handoff=sheet.handoff,
        eligibility=form.eligibility,
        appeals=sheet.appeals,
        to_confirm=sheet.to_confirm,
        life_events=sheet.life_events,
        follows=sheet.follows,
    )


def _prove_lists(lists: Lists, reading: Reading) -> None:
    for name in lists:
        if not reading.remembers("list", name):
            said = Sentence("no question uses this list: a question of type select says list: %(name)s", name=name)
            reading.add(f"{LISTS}{name}.csv", 1, said)


def _prove_territory(definition: ServiceDefinition, territory: Territory, reading: Reading) -> None:
    kinds, shared = definition.authority.kinds, definition.authority.by == FIRST
    if definition.processed and (message := uncovered(territory, kinds, shared=shared)):
        reading.fault_at("authority", "", message)
    if territory.map is None:
        for field in definition.fields.values():
            if field.type == "point":
                said = Sentence("a question of type point needs the map of the province, territory/map.yaml")
                reading.fault_at("field", field.id, said)
