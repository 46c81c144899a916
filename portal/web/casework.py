"""What the citizen's and the counter's views of a case share: forms of actions, files, and issued documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from portal.actions import answer_files, bringing, issued_content, uploads
from portal.actions.perform import ALERTS, OpenCase, destinations
from portal.domain import policies
from portal.domain.acts import Act
from portal.domain.case import Actor
from portal.domain.errors import NotFound
from portal.domain.events import CaseSubmitted, DocumentIssued, DocumentObtained
from portal.domain.issued import BEARING_SECRET, QUOTING_NOTHING, RECEIPT, SLIP
from portal.domain.lawful import DAYS
from portal.domain.service import ActionRule, Document, Field, Opinion, Option, State, Text
from portal.domain.workflow import UNIT
from portal.fields.base import Surroundings, Wrong
from portal.fields.forms import Held, PageReading, read_page
from portal.http.pages import ControlError, Page
from portal.i18n import N_, comma, languages, office_date, plain_date, translate
from portal.presenting.check import Section, sections_of
from portal.presenting.controls import Control, control_for
from portal.presenting.errors import explain_error
from portal.presenting.fees import kept_words
from portal.presenting.revoked import told_of_replacing
from portal.presenting.staff_panel import ALERTED
from portal.presenting.wrongs import in_summary
from portal.store import documents, effects, files, partners
from portal.store.documents import Issued
from portal.store.files import StoredFile
from portal.store.numbers import read_reference
from portal.store.unit_of_work import Work
from portal.web import acts
from portal.web.sensitive import holds_sensitive, open_fields


def canonical(reference: str) -> str:
    """The reference of an address in its canonical form; raises NotFound for what cannot be one."""
    found = read_reference(reference)
    if found is None:
        raise NotFound()
    return found


def around(page: Page) -> Surroundings:
    return Surroundings(page.deps.registry.territory, office_date(page.deps.clock.now()))


def answer_sections(page: Page, opened: OpenCase, *, for_staff: bool = False, sensitive: bool = True) -> list[Section]:
    """The answers of a case; for staff under titles that do not address the citizen.

    Without ``sensitive`` ones where somebody reads who has no need of them, as another office does.
    """
    facts = opened.facts
    applying = [one for one in opened.definition.pages if one.when(facts)]
    if not sensitive:
        applying = [replace(one, fields=open_fields(opened.definition, one.fields)) for one in applying]
    return sections_of(applying, facts, opened.dossier.answers, around(page), page.language, for_staff=for_staff)


def asks_of(page: Page, rule: ActionRule, opened: OpenCase) -> tuple[Field, ...]:
    """What an action asks now: of a transfer, first where the file is to go."""
    asked = tuple(field.settled(opened.facts) for field in rule.asks if field.when(opened.facts))
    asked = acts.settled(page, rule, opened, asked)
    return (_destination(page, rule, opened), *asked) if rule.transfers else asked


def _destination(page: Page, rule: ActionRule, opened: OpenCase) -> Field:
    units = destinations(page.deps.registry.territory, rule, opened)
    label = Text({language: translate(language, DESTINATION) for language in languages()})
    return Field(UNIT, "choice", label, options=tuple(Option(one.id, one.name) for one in units))


DESTINATION = N_("Which office is the file passed on to?")


def read_inputs(page: Page, rule: ActionRule, opened: OpenCase) -> PageReading:
    """What was typed into an action's form, and the files taken in for it."""
    asked = asks_of(page, rule, opened)
    held = {
        name: [{"id": file.id, "name": file.name} for file in found]
        for name, found in _held(page, rule, opened, asked).items()
    }
    return read_asked(page, asked, opened, held)


def take_asked_files(page: Page, actor: Actor, rule: ActionRule, opened: OpenCase) -> dict[str, str]:
    """Takes in the files sent with an action's form, for the questions that ask for some; what is wrong with them.

    They stay with the case where the form itself has to be shown again. Raises CameTooLate where somebody was faster and
    the action is not to be done any more. Not to be called inside a transaction.
    """
    awaited = bringing.possible(page.deps, actor, opened, rule.action)
    asked = {field.id: field for field in asks_of(page, rule, opened) if field.type == "file"}
    seal, case_id, wrong = opened.dossier.seal, opened.dossier.case.id, dict[str, str]()
    for sent in page.form.files:
        field = asked.get(sent.control)
        if field is None:
            continue
        name = _kept_as(rule, field)
        document = Document(name, field.label, accept=field.accept, max_mb=field.max_mb, optional=True)
        try:
            upload = uploads.Upload(sent.name, sent.content)
            uploads.take_in(page.deps, seal, case_id, document, upload, awaited=awaited, most=MOST_ASKED)
        except uploads.BadFile as bad:
            wrong[field.id] = explain_error(bad, page.language).text
    return wrong


USUAL_SIGNING = timedelta(minutes=1)
"""After how long a paper is late: most are signed within a second, and the worker may just have been started."""

MOST_ASKED = 20
"""How many files one question of an action can bring over the whole life of a case."""


def _kept_as(rule: ActionRule, field: Field) -> str:
    return f"{answer_files.QUESTION}{rule.action}.{field.id}"


def _held(page: Page, rule: ActionRule, opened: OpenCase, asked: Sequence[Field]) -> dict[str, list[StoredFile]]:
    """The files taken in for an action's questions that no act has named yet."""
    wanted = {_kept_as(rule, field): field.id for field in asked if field.type == "file"}
    if not wanted:
        return {}
    named = str([event.data().get("inputs") for event in opened.events])
    found: dict[str, list[StoredFile]] = {}
    with page.reading() as work:
        for file in files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id):
            if file.document in wanted and file.id not in named:
                found.setdefault(wanted[file.document], []).append(file)
    return found


def read_asked(page: Page, asked: Sequence[Field], opened: OpenCase, held: Held | None = None) -> PageReading:
    """What was typed into the form of some questions about a case."""

    def visible(field: Field, _answers: Mapping[str, Any]) -> bool:
        return field.when(opened.facts)

    return read_page(asked, page.form, around(page), visible, opened.facts, held=held)


def input_controls(
    page: Page,
    rule: ActionRule,
    opened: OpenCase,
    typed: Mapping[str, str],
    errors: Mapping[str, Wrong],
    file_errors: Mapping[str, str] | None = None,
) -> list[Control]:
    """An action's form, with what was typed and what is wrong with it."""
    asked, bad = asks_of(page, rule, opened), file_errors or {}
    held = _held(page, rule, opened, asked)
    shown = []
    for control in controls_for(page, asked, typed, errors):
        hint = control.hint
        if control.id == DAYS and rule.act is Act.EXTENSION:
            extended = acts.extended_words(opened, typed, page.language)
            hint = ". ".join(part for part in ((hint or "").rstrip("."), extended) if part)
        if there := held.get(control.id):
            names = comma(page.language).join(file.name for file in there)
            received = page.say(N_("Received: %(names)s."), names=names)
            hint = f"{hint} {received}" if hint else received
        shown.append(replace(control, hint=hint, error=bad.get(control.id) or control.error))
    page.errors = [*page.errors, *(ControlError(one, message) for one, message in bad.items())]
    return shown


def controls_for(
    page: Page, asked: Sequence[Field], typed: Mapping[str, str], errors: Mapping[str, Wrong]
) -> list[Control]:
    """A form of some questions, with what was typed and what is wrong with it."""
    page.errors = [
        ControlError(field.id, in_summary(field, errors[field.id], page.language))
        for field in asked
        if field.id in errors
    ]
    territory = page.deps.registry.territory
    return [control_for(field, typed, errors.get(field.id), territory, page.language) for field in asked]


def alert_words(page: Page, alert: str) -> str:
    """Whom a case alerts, in words; nothing where it alerts nobody."""
    roles = [page.say(ALERTED[role]) for role in alert.split(ALERTS) if role in ALERTED]
    return page.say(N_("For the attention of: %(roles)s"), roles=comma(page.language).join(roles)) if roles else ""


def titles_of_services(page: Page) -> dict[str, Text]:
    """The titles of the services that can follow a case, by their slugs."""
    return {one.slug: one.title for one in page.deps.registry.following()}


def names_of_others(page: Page, work: Work, opened: OpenCase) -> dict[str, Text]:
    """The units and partners that a case's journal may name, by their ids."""
    names = {one.id: one.name for one in page.deps.registry.territory.units}
    if any(one.partner is not None for state in opened.definition.states.values() for one in _opinions(state)):
        names |= {one.id: Text(one.names) for one in partners.listed(work.connection)}
    return names


def _opinions(state: State) -> Sequence[Opinion]:
    return state.consultation.opinions if state.consultation is not None else ()


def obtained_files(opened: OpenCase, attached: Sequence[StoredFile], base: str) -> dict[str, str]:
    """The addresses of what the office fetched for a case, by document; ``base`` is the case's."""
    fetched = {event.document for event in opened.events if isinstance(event, DocumentObtained)}
    return {one.document: f"{base}/files/{one.id}" for one in attached if one.document in fetched}


def fee_words(opened: OpenCase, language: str) -> str:
    """What the case was said to cost when it was handed in; nothing where its service is free."""
    kept = next((event.fee for event in opened.events if isinstance(event, CaseSubmitted)), {})
    return kept_words(opened.definition, kept, language)


@dataclass(frozen=True)
class BroughtFile:
    """A document the citizen brought, as a list shows it; ``set_aside`` says since when it does not count any more."""

    title: str
    name: str
    url: str
    set_aside: str = ""
    document: str = ""


def brought(page: Page, opened: OpenCase, attached: list[StoredFile], base: str) -> list[BroughtFile]:
    """The files of a case, under the titles of the documents they are; ``base`` is the case's address."""
    shown = []
    for file in attached:
        document = uploads.ANSWER if file.document == uploads.ANSWER.id else opened.definition.document(file.document)
        asked = _action_question(opened, file.document) or answer_files.question_of(opened.definition, file.document)
        title = document.title[page.language] if document else asked.label[page.language] if asked else file.name
        since = set_aside_words(file, page.language)
        shown.append(BroughtFile(title, file.name, f"{base}/files/{file.id}", since, file.document))
    return shown


def set_aside_words(file: StoredFile, language: str) -> str:
    """That another document was asked for in a file's place, and when; nothing where it stands."""
    if file.set_aside_at is None:
        return ""
    day = plain_date(office_date(file.set_aside_at), language)
    return translate(language, N_("Set aside on %(date)s"), {"date": day})


def is_sensitive(opened: OpenCase, file: StoredFile) -> bool:
    """Whether a file is a sensitive document, or answers a question that is sensitive or stands in a sensitive group.

    What came with an answer to the office can be anything: where the service asks for anything sensitive, it counts as
    that.
    """
    definition = opened.definition
    if file.document == uploads.ANSWER.id:
        return holds_sensitive(definition)
    asked = (*answer_files.way_to(definition, file.document), _action_question(opened, file.document))
    return any(one is not None and one.sensitive for one in (definition.document(file.document), *asked))


def _action_question(opened: OpenCase, document: str) -> Field | None:
    """The question of an action that a file answers; None for any other file."""
    return next(
        (field for rule in opened.definition.actions for field in rule.asks if _kept_as(rule, field) == document), None
    )


def file_of(work: Work, opened: OpenCase, file_id: str) -> StoredFile:
    """A file of this very case; raises NotFound."""
    dossier = opened.dossier
    file = files.find(work.connection, dossier.seal, dossier.case.id, file_id)
    if file is None:
        raise NotFound()
    return file


def show_preview(
    page: Page, opened: OpenCase, file: StoredFile, address: str, *, unit_name: str, back_url: str
) -> Response:
    """A document the citizen brought, drawn anew page by page; ``address`` is the file's own."""
    content = uploads.content_of(page.deps, opened.dossier.seal, file)
    document = opened.definition.document(file.document)
    page.title = document.title[page.language] if document else file.name
    count = uploads.page_count(content, file)
    return page.render(
        "counter/file_preview.html",
        unit_name=unit_name,
        back_url=back_url,
        name=file.name,
        sheets=[f"{address}/pages/{number}.jpg" for number in range(1, min(count, 30) + 1)],
        download_url=f"{address}/original",
    )


def send_page(page: Page, opened: OpenCase, file: StoredFile, number: int) -> Response:
    """One page of a document the citizen brought, as a picture."""
    content = uploads.content_of(page.deps, opened.dossier.seal, file)
    drawn = uploads.preview(content, file, number)
    return page.download(drawn, "image/jpeg", f"page-{number}.jpg", inline=True)


def send_file(page: Page, opened: OpenCase, file: StoredFile) -> Response:
    """The file as it was brought: saved, never opened in the page."""
    content = uploads.content_of(page.deps, opened.dossier.seal, file)
    return page.download(content, file.media_type, f"document.{file.media_type.rpartition('/')[2]}")


def issued_documents(work: Work, opened: OpenCase) -> list[Issued]:
    """The signed documents of a case that still stand."""
    held = documents.of_case(work.connection, work.vault, opened.dossier.case.id)
    return [one for one in held if one.revoked_at is None]


@dataclass(frozen=True)
class Papers:
    """What whoever hands a file in takes home: those that are signed, and the names of those still being made.

    ``late`` are those of the latter that take longer than signing does: the worker is away, or has no room to write to.
    """

    issued: tuple[Issued, ...]
    pending: frozenset[str]
    late: frozenset[str]

    def latest(self, document: str) -> Issued | None:
        """The last of its name."""
        return next((one for one in reversed(self.issued) if one.kind == document), None)

    def context(self, base: str) -> dict[str, Any]:
        """Where they are, or that they are still being signed; ``base`` is the case's address for this audience."""
        receipt = self.latest(RECEIPT)
        return {
            "receipt_url": f"{base}/receipt.pdf" if receipt else None,
            "receipt_pending": RECEIPT in self.pending,
            "slip_url": f"{base}/slip.pdf" if self.latest(SLIP) else None,
            "slip_pending": SLIP in self.pending,
            "receipt_check_url": f"{base}/receipt-ready",
            "paper_late": (SLIP if receipt else RECEIPT) in self.late,
        }


def papers_of(work: Work, opened: OpenCase) -> Papers:
    """The receipt and the slip of a case, which bear its secret."""
    case_id = opened.dossier.case.id
    asked = {one: effects.pending_since(work.connection, case_id, f"issue.{one}") for one in BEARING_SECRET}
    # Read after what is pending: one that is signed in between must not be missing from both.
    issued = tuple(one for one in issued_documents(work, opened) if one.kind in BEARING_SECRET)
    pending = {one: since for one, since in asked.items() if since is not None}
    late = {one for one, since in pending.items() if work.now - since > USUAL_SIGNING}
    return Papers(issued, frozenset(pending), frozenset(late))


def documents_for(work: Work, opened: OpenCase, actor: Actor) -> list[Issued]:
    """The signed documents that a member of staff may open.

    The receipt and the slip bear the secret that stands for an account: only those of a counter hand them over. Whoever
    does not see what is sensitive is shown no document in which it may be quoted.
    """
    return shown_to(actor, opened, issued_documents(work, opened))


def shown_to(actor: Actor, opened: OpenCase, held: list[Issued]) -> list[Issued]:
    """Those of the documents of a case that a member of staff may know of (see ``documents_for``)."""
    if not policies.sees_sensitive(actor, opened.dossier.case) and holds_sensitive(opened.definition):
        held = [one for one in held if one.kind in QUOTING_NOTHING]
    hands_over = policies.may_hand_over(actor, opened.dossier.case)
    return held if hands_over else [one for one in held if one.kind not in BEARING_SECRET]


def told_of_place(page: Page, opened: OpenCase, issued: Issued) -> str:
    """Which revoked documents of its case one was issued in place of, as its journal has it; nothing where none."""
    return told_of_replacing(replaced_by(opened, issued), page.language)


def replaced_by(opened: OpenCase, issued: Issued) -> tuple[str, ...]:
    """The numbers of the revoked documents in whose place one was issued, as the journal of its case has it."""
    events = (line.event for line in opened.lines)
    made = next((one for one in events if isinstance(one, DocumentIssued) and one.number == issued.number), None)
    return tuple(made.replaces) if made is not None else ()


def send_document(page: Page, work: Work, opened: OpenCase, number: str) -> Response:
    """A signed document of this very case, to be shown or saved; raises NotFound."""
    issued = next((one for one in issued_documents(work, opened) if one.number == number), None)
    if issued is None:
        raise NotFound()
    return send_issued(page, opened, issued)


def send_issued(page: Page, opened: OpenCase, issued: Issued) -> Response:
    """The newest signed file of a document; one that stands no longer is saved under a name that says so."""
    content = opened.dossier.seal.open(issued_content.read(page.deps, issued.key), issued.context)
    mark = "-revoque" if issued.revoked_at is not None else ""
    name = f"{opened.dossier.case.reference}-{issued.number}{mark}.pdf"
    return page.download(content, "application/pdf", name, inline=True)
