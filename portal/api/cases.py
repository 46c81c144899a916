"""Cases, as partners read them: what changed, and one with what its file says."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from portal.actions.deps import Deps
from portal.actions.perform import opened_case
from portal.api.moments import Cursor, read_cursor, read_moment
from portal.api.openapi import documented
from portal.api.partner import Partner, actor_of
from portal.api.routing import ApiRoute, answer
from portal.api.shapes import Case, CasePage
from portal.catalogue.output_proofs import made_of_sensitive
from portal.domain.case import Person
from portal.domain.errors import NotFound
from portal.domain.events import (
    CaseDecided,
    CaseMoved,
    CasePushed,
    CaseReopened,
    CaseSubmitted,
    CaseTransferred,
    DocumentIssued,
    DocumentsAdded,
    DocumentsReplaced,
    DueDateMoved,
    Event,
    FileCompleted,
    FollowUpReported,
    InformationProvided,
    InformationRequested,
    OpinionGiven,
    OpinionsJoined,
    OpinionsRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
    SilenceRecorded,
)
from portal.domain.policies import check_can_see
from portal.domain.service import GROUP, Field, ServiceDefinition
from portal.store import cases, documents, lists, numbers
from portal.store.cases import Dossier
from portal.store.documents import Issued
from portal.store.journal import Line

SETTLED = timedelta(seconds=60)
"""A change is dated when its transaction starts and seen when it ends: after this long, none can still turn up."""

# Names of the interface's own, so that renaming a class breaks no partner. What is not here is the office's affair.
PUBLIC_EVENTS: Mapping[type[Event], str] = {
    CaseSubmitted: "submitted",
    FileCompleted: "file_completed",
    DocumentsAdded: "documents_added",
    CaseMoved: "moved",
    InformationRequested: "information_requested",
    InformationProvided: "information_provided",
    ReplacementRequested: "replacement_requested",
    DocumentsReplaced: "documents_replaced",
    OriginalsRequested: "originals_requested",
    OriginalsSeen: "originals_seen",
    PeriodExtended: "period_extended",
    PeriodChanged: "period_changed",
    SilenceRecorded: "silence_recorded",
    DueDateMoved: "due_date_moved",
    CaseDecided: "decided",
    CaseTransferred: "transferred",
    CaseReopened: "reopened",
    OpinionsRequested: "opinions_requested",
    OpinionGiven: "opinion_given",
    OpinionsJoined: "opinions_gathered",
    DocumentIssued: "document_issued",
    CasePushed: "forwarded",
    FollowUpReported: "follow_up",
}

UpdatedSince = Annotated[
    str | SkipJsonSchema[None],
    Query(
        description="Only cases that changed at this moment or later (RFC 3339).",
        openapi_examples={"moment": {"value": "2026-11-21T08:00:00Z"}},
        json_schema_extra={"format": "date-time"},
    ),
]
CursorText = Annotated[
    str | SkipJsonSchema[None],
    Query(description="The `next_cursor` of the page before; `updated_since` is then ignored."),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many cases a page has at most.")]
Reference = Annotated[str, Path(description="The case's reference, with or without dashes, in any case.")]

router = APIRouter(route_class=ApiRoute, tags=["cases"], generate_unique_id_function=lambda route: route.name)


@router.get("/api/v1/cases", summary="List changed cases", response_model=CasePage, responses=documented(400, 401))
def list_cases(
    call: Partner, updated_since: UpdatedSince = None, cursor: CursorText = None, limit: Limit = 50
) -> Response:
    """The cases of your services, oldest change first.

    A case that changes while you read moves to the end of the list, so no change is ever missed.
    """
    place = None if cursor is None else read_cursor(cursor)
    since = None if updated_since is None else read_moment(updated_since, "updated_since")
    with call.reading() as (work, partner):
        after = (place.updated_at, place.case_id) if place else None
        rows = lists.changed(work.connection, partner.services, since=since, after=after, limit=limit + 1)
    complete_until = place.complete_until if place else work.now - SETTLED
    next_cursor = None
    if len(rows) > limit:
        del rows[limit:]
        next_cursor = Cursor(rows[-1].updated_at, rows[-1].id, complete_until).write()
    base_url = call.deps.base_url
    items = [
        {
            "reference": row.reference,
            "service": row.service,
            "state": row.state,
            "kind": row.kind,
            "outcome": row.outcome,
            "unit": row.unit,
            "filed_at": row.filed_at,
            "complete_on": row.complete_on,
            "due_on": row.due_on,
            "closed_at": row.closed_at,
            "updated_at": row.updated_at,
            "links": links_of(base_url, row.reference),
        }
        for row in rows
    ]
    return answer({"items": items, "next_cursor": next_cursor, "next_updated_since": complete_until})


@router.get("/api/v1/cases/{reference}", summary="Read a case", response_model=Case, responses=documented(401, 404))
def read_case(call: Partner, reference: Reference) -> Response:
    """One case of your services, or one on which your opinion is awaited. Of any other, and of none, the same 404."""
    with call.reading() as (work, partner):
        dossier = cases.find(work.connection, work.vault, canonical(reference))
        if dossier is None:
            raise NotFound()
        opened = opened_case(work, call.deps, dossier)
        check_can_see(actor_of(partner), opened.dossier.case)
        lines = opened.lines
        issued = documents.of_case(work.connection, work.vault, dossier.case.id)
    return answer(describe(call.deps, dossier, lines, issued))


def canonical(reference: str) -> str:
    """A reference in its canonical form; raises NotFound for what cannot be one."""
    found = numbers.read_reference(reference)
    if found is None:
        raise NotFound()
    return found


def describe(deps: Deps, dossier: Dossier, lines: list[Line], issued: list[Issued]) -> dict[str, Any]:
    """A case with what a partner may know of its file."""
    case = dossier.case
    definition = deps.registry.version(case.service, case.digest)
    return {
        "reference": case.reference,
        "service": case.service,
        "state": case.state,
        "kind": case.kind.value,
        "outcome": case.outcome.value if case.outcome else None,
        "unit": case.unit,
        "filed_at": case.filed_at,
        "complete_on": case.complete_on,
        "due_on": case.due_on,
        "closed_at": case.closed_at,
        "updated_at": dossier.updated_at,
        "links": links_of(deps.base_url, case.reference),
        "state_label": dict(definition.states[case.state].label.values),
        "unit_name": dict(deps.registry.territory.unit(case.unit).name.values),
        "applicant": _person(dossier.people.applicant),
        "beneficiary": _person(dossier.people.beneficiary),
        "answers": open_answers(definition, dossier.answers),
        "events": [_event(line) for line in lines if type(line.event) in PUBLIC_EVENTS],
        "documents": [_issued(document) for document in issued],
    }


def open_answers(definition: ServiceDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers a partner may read.

    Sensitive ones need a platform's own agreement, and the number of an identity card would let files of many
    ministries be joined: a partner recognises the person by name and birth date, and the case by its reference. What
    is computed from a sensitive answer is one itself.
    """
    open_to_all = [one for one in definition.fields.values() if not made_of_sensitive(definition, one)]
    return _open(open_to_all, answers)


def _open(fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """These answers without what stays closed, inside the entries of groups too."""
    shown: dict[str, Any] = {}
    for field in fields:
        if field.id not in answers or field.sensitive or field.type == "cnie":
            continue
        value = answers[field.id]
        grouped = field.type == GROUP and isinstance(value, list)
        shown[field.id] = [_open(field.fields, entry) for entry in value] if grouped else value
    return shown


def _person(person: Person) -> dict[str, Any]:
    return {"name": {"ar": person.name("ar"), "fr": person.name("fr")}, "birth_date": person.birth_date or None}


def _event(line: Line) -> dict[str, Any]:
    event = line.event
    told: dict[str, Any] = {"kind": PUBLIC_EVENTS[type(event)], "at": line.at}
    if isinstance(event, FollowUpReported):
        told |= {"status": event.status, "label": event.label}
    return told


def _issued(document: Issued) -> dict[str, Any]:
    return {
        "number": document.number,
        "kind": document.kind.value,
        "document": document.document,
        "issued_at": document.issued_at,
        "revoked_at": document.revoked_at,
        "sha256": document.sha256,
    }


def links_of(base_url: str, reference: str) -> dict[str, str]:
    """Where a case is read, reported on, and its clock read."""
    address = f"{base_url}/api/v1/cases/{reference}"
    return {"self": address, "events": f"{address}/events", "clock": f"{address}/clock"}
