"""A citizen's own cases: hers by account, or opened with the reference and secret of a receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from portal.actions.perform import OpenCase, open_case
from portal.domain.errors import CameTooLate, NotFound
from portal.domain.events import DocumentRevoked
from portal.domain.issued import RECEIPT, SLIP
from portal.domain.policies import can_file_after, can_read, check_can_read
from portal.domain.service import Document, ServiceDefinition, StateKind, Text
from portal.http import urls
from portal.http.pages import Page
from portal.http.readers import Applicant, Citizen
from portal.i18n import N_, comma, office_date, plain_date
from portal.presenting.codes import secret_code
from portal.presenting.deadlines import badge, explanation
from portal.presenting.errors import told_over_the_case
from portal.presenting.glossary import words_of
from portal.presenting.isolation import isolated
from portal.presenting.printed import document_title
from portal.presenting.timeline import Audience, entries
from portal.store import drafts, files, lists
from portal.store.documents import Issued
from portal.store.unit_of_work import Work
from portal.web import acts, casework, completing, following
from portal.web.calendar_files import entries_of_case
from portal.web.drafts import count_files
from portal.web.panels import panel_of
from portal.web.routing import pages

router = pages()


@router.get("/cases")
def own_cases(page: Page, citizen: Citizen) -> Response:
    """Everything she has filed, and what she has begun."""
    page.title, page.current_nav = page.say(N_("Your files")), "cases"
    registry, today = page.deps.registry, office_date(page.deps.clock.now())
    with page.reading() as work:
        found = lists.of_citizen(work.connection, citizen.id)
        begun = drafts.of_owner(work.connection, work.vault, "citizen", citizen.id)
    cases = []
    for row in found:
        definition = registry.version(row.service, row.digest)
        kind = StateKind(row.kind)
        cases.append(
            {
                "url": urls.case(page.language, row.reference),
                "reference": row.reference,
                "service": definition.title[page.language],
                "state": definition.states[row.state].label[page.language],
                "badge": badge(
                    row.queue_on if kind is StateKind.DEPOSITING else row.due_on,
                    kind,
                    today,
                    page.language,
                    definition.deadline.days,
                    row.suspended_for,
                    hers=True,
                ),
                "filed_at": page.moment(row.filed_at),
            }
        )
    open_drafts = [
        {
            "url": f"/{page.language}/drafts/{draft.id}",
            "service": registry.version(draft.service, draft.digest).title[page.language],
            "updated_at": page.moment(draft.updated_at),
        }
        for draft in begun
    ]
    return page.render("citizen/cases.html", cases=cases, drafts=open_drafts)


def open_own(page: Page, work: Work, applicant: Applicant, reference: str) -> OpenCase:
    """The case, for somebody who may read all of it; raises NotFound."""
    opened = open_case(work, page.deps, casework.canonical(reference), applicant.actor)
    check_can_read(applicant.actor, opened.dossier.case)
    return opened


@router.get("/cases/{reference}")
def case(page: Page, applicant: Applicant, reference: str) -> Response:
    """The case as a timeline, with what happens next and by when on top."""
    return _show_case(page, applicant, reference)


def show_late(page: Page, applicant: Applicant, reference: str, late: CameTooLate) -> Response:
    """The case as it now stands, over it that what was just sent came too late."""
    told = told_over_the_case(late, page.language)
    return _show_case(page, applicant, reference, told=told, status=late.status)


def _show_case(page: Page, applicant: Applicant, reference: str, *, told: str = "", status: int = 200) -> Response:
    with page.reading() as work:
        opened = open_case(work, page.deps, casework.canonical(reference), applicant.actor)
        attached = files.of_case(work.connection, opened.dossier.seal, opened.dossier.case.id)
        issued = casework.issued_documents(work, opened)
        others = casework.names_of_others(page, work, opened)
        around = following.around_case(page, work, opened, applicant.actor, at_counter=False)
    context = _case_context(page, applicant, opened, attached, issued, others) | {"around": around}
    if not can_read(applicant.actor, opened.dossier.case):
        context |= _how_it_stands(context)
    return page.render("citizen/case.html", status=status, told=told, **context)


def _how_it_stands(context: dict[str, Any]) -> dict[str, Any]:
    """What the holder of a receipt sees of a case that somebody signed in to file: where it stands, not what it holds."""
    told = [replace(entry, text="", links=()) for entry in context["timeline"]]
    nothing: list[Any] = []
    hidden = dict.fromkeys(("to_do", "sections", "issued", "files", "obtained"), nothing)
    unsaid = {"question": "", "originals": None, "fee": ""}
    return {**hidden, **unsaid, "around": following.NOTHING, "timeline": told, "limited": True}


def _case_context(
    page: Page,
    applicant: Applicant,
    opened: OpenCase,
    attached: list[files.StoredFile],
    issued: list[Issued],
    others: Mapping[str, Text],
) -> dict[str, Any]:
    language, definition, dossier = page.language, opened.definition, opened.dossier
    found = dossier.case
    page.title, page.current_nav = definition.title[language], "cases"
    unit = page.deps.registry.territory.unit(found.unit)
    state = definition.states[found.state]
    to_do = _to_do(page, applicant, opened)
    documents = {one.number: urls.case_document(language, found.reference, one.number) for one in issued}
    events = [(line.at, line.actor_role, line.actor_name, line.event) for line in opened.lines]
    fetched = casework.obtained_files(opened, attached, urls.case(language, found.reference))
    return {
        "reference": found.reference,
        "limited": False,
        "service": definition.title[language],
        "unit": unit.name[language],
        "state": state,
        "state_label": state.label[language],
        "state_text": state.explanation[language] if state.explanation else "",
        "closed": not found.open,
        "withdrawn": _withdrawn(page, opened, issued),
        # How the period is counted stands right below the panel.
        "dated": bool(entries_of_case(page, opened, office_date(page.deps.clock.now()))),
        "panel": panel_of(
            page,
            opened,
            to_do=to_do,
            readable=can_read(applicant.actor, found),
            remedies_url=f"{urls.case(language, found.reference)}/remedies"
            if can_file_after(applicant.actor, found)
            else "",
        ),
        "explanation": explanation(opened.clock, language),
        "words": words_of(opened.clock, office_date(page.deps.clock.now()), found.outcome, definition.deadline.silence),
        "to_do": [one for one in to_do if one["urgent"]],
        "missing": [_title(definition.document(one), language) for one in found.missing],
        **acts.for_case(page, opened, casework.around(page)),
        "timeline": entries(
            events,
            definition,
            language,
            Audience.CITIZEN,
            documents,
            unit=unit.name[language],
            platforms={name: one.name for name, one in page.deps.registry.in_force.platforms.items()},
            others=others,
            around=casework.around(page),
            obtained=fetched,
            services=casework.titles_of_services(page),
        ),
        "obtained": [
            {"title": _title(definition.document(one), language), "url": address} for one, address in fetched.items()
        ]
        if found.open
        else [],
        "sections": casework.answer_sections(page, opened),
        "fee": casework.fee_words(opened, language),
        "issued": [
            {
                "title": _issued_title(definition, one, issued, language),
                "url": documents[one.number],
                "standard": definition.is_standard(one.document),
                "told": casework.told_of_place(page, opened, one),
            }
            for one in issued
        ],
        "replaced": [
            {
                "old": comma(language).join(isolated(number, language) for number in numbers),
                "new": isolated(one.number, language),
            }
            for one in issued
            if (numbers := casework.replaced_by(opened, one))
        ],
        "files": casework.brought(page, opened, attached, urls.case(language, found.reference)),
    }


def _withdrawn(page: Page, opened: OpenCase, issued: Sequence[Issued]) -> str:
    """What told of the decision and was revoked since, with none in its place or on its way: title and number, or nothing."""
    if opened.dossier.case.open:
        return ""
    standing = {one.document for one in issued}
    revoked = [line.event for line in opened.lines if isinstance(line.event, DocumentRevoked)]
    told = [one for one in revoked if not opened.definition.is_standard(one.document) and not one.again]
    gone = [one for one in told if one.document not in standing]
    named = (f"{document_title(opened.definition, one.document)[page.language]} {one.number}" for one in gone)
    return comma(page.language).join(dict.fromkeys(named))


def _issued_title(definition: ServiceDefinition, one: Issued, issued: Sequence[Issued], language: str) -> str:
    """What a document is called; of several of a kind, as the receipts of a file completed later, each with its day."""
    title = document_title(definition, one.document)[language]
    if sum(other.document == one.document for other in issued) < 2:
        return title
    return f"{title} ({plain_date(office_date(one.issued_at), language)})"


def _title(document: Document | None, language: str) -> str:
    return document.title[language] if document else ""


def question_of(page: Page, opened: OpenCase) -> str:
    """What the administration asks, while it waits for the answer."""
    request = acts.waits_for(opened)
    return acts.reasons_of(opened, request, page.language, casework.around(page)) if request is not None else ""


def _to_do(page: Page, applicant: Applicant, opened: OpenCase) -> list[dict[str, Any]]:
    """What she may do: bringing documents and answering come first, withdrawing stands apart."""
    base = urls.case(page.language, opened.dossier.case.reference)
    shown: list[dict[str, Any]] = []
    for rule in opened.actions_for(applicant.actor):
        completes = completing.completes(opened, rule)
        target = opened.definition.states[rule.target].kind
        url = f"{base}/complete" if completes else f"{base}/actions/{rule.action}"
        label = page.say(N_("Add the documents")) if completes else rule.label[page.language]
        shown.append({"label": label, "url": url, "urgent": target is StateKind.RUNNING})
    return shown


@router.get("/cases/{reference}/submitted")
def submitted(page: Page, applicant: Applicant, reference: str) -> Response:
    """What was just filed: its reference, its secret, what happens next and by which date."""
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
        papers = casework.papers_of(work, opened)
    dossier = opened.dossier
    unit = page.deps.registry.territory.unit(dossier.case.unit)
    page.title, page.current_nav = page.say(N_("Your file has been received")), "cases"
    return page.render(
        "citizen/submitted.html",
        reference=dossier.case.reference,
        secret=secret_code(dossier.secret),
        unit=unit.name[page.language],
        panel=panel_of(page, opened, action_url=urls.case(page.language, dossier.case.reference)),
        missing=[_title(opened.definition.document(one), page.language) for one in dossier.case.missing],
        next_steps=opened.definition.next_steps[page.language] if opened.definition.next_steps else "",
        has_account=dossier.case.citizen_id is not None and applicant.session.kind == "citizen",
        **papers.context(urls.case(page.language, dossier.case.reference)),
    )


@router.get("/cases/{reference}/receipt-ready")
def receipt_ready(page: Page, applicant: Applicant, reference: str) -> Response:
    """The piece of page that shows the receipt once it is signed; asked for every few seconds."""
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
        papers = casework.papers_of(work, opened)
    return page.render(
        "citizen/_receipt.html", **papers.context(urls.case(page.language, opened.dossier.case.reference))
    )


@router.get("/cases/{reference}/receipt.pdf")
def receipt(page: Page, applicant: Applicant, reference: str) -> Response:
    """The latest receipt; a page that says to come back in a moment while it is being signed."""
    return _paper(page, applicant, reference, RECEIPT, N_("Your receipt is being prepared"))


@router.get("/cases/{reference}/slip.pdf")
def slip(page: Page, applicant: Applicant, reference: str) -> Response:
    """The slip that somebody without an account follows her file with."""
    return _paper(page, applicant, reference, SLIP, N_("Your tracking slip is being prepared"))


def _paper(page: Page, applicant: Applicant, reference: str, document: str, pending: str) -> Response:
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
        papers = casework.papers_of(work, opened)
        found = papers.latest(document)
        if found is not None:
            return casework.send_document(page, work, opened, found.number)
    if document not in papers.pending:
        raise NotFound()
    page.title = page.say(pending)
    return page.render("citizen/receipt_pending.html", status=503, url=str(page.request.url.path))


@router.get("/cases/{reference}/documents/{number}.pdf")
def document(page: Page, applicant: Applicant, reference: str, number: str) -> Response:
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
        return casework.send_document(page, work, opened, number)


@router.get("/cases/{reference}/files/{file_id}")
def file(page: Page, applicant: Applicant, reference: str, file_id: str) -> Response:
    with page.reading() as work:
        opened = open_own(page, work, applicant, reference)
        found = casework.file_of(work, opened, file_id)
    return casework.send_file(page, opened, found)


@router.get("/cases/{reference}/complete")
def missing_documents(page: Page, applicant: Applicant, reference: str) -> Response:
    """The documents an incomplete file still lacks."""
    reference, page.current_nav = casework.canonical(reference), "cases"
    return completing.show(page, applicant.actor, reference, urls.case(page.language, reference))


@router.post("/cases/{reference}/complete")
def bring(page: Page, applicant: Applicant, reference: str) -> Response:
    reference, page.current_nav = casework.canonical(reference), "cases"
    count_files(page, applicant.session)
    try:
        return completing.bring(page, applicant.actor, reference, urls.case(page.language, reference))
    except CameTooLate as late:
        return show_late(page, applicant, reference, late)
