"""What conditions may see of a case or draft, and what the law's clock says of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.domain.case import People
from portal.domain.clock import MOVED_BY, LegalClock, clock_event
from portal.domain.events import CaseSubmitted, CaseTransferred, DocumentObtained, Event
from portal.domain.periods import Calendar
from portal.domain.service import Document, Facts, ServiceDefinition, UnitKind
from portal.domain.workflow import case_facts
from portal.i18n import office_date
from portal.store.cases import Dossier
from portal.store.journal import Line

CONSENT = "consent:"
"""What the agreement that the administration fetches a document is kept under, before the document's id."""


def facts_of(
    answers: Mapping[str, Any],
    identity: Mapping[str, Any],
    today: date,
    *,
    state: str | None = None,
    documents_complete: bool | None = None,
    populations: Mapping[str, int] | None = None,
    **case: Any,
) -> PreparedFacts:
    """Facts ready for many conditions; ``case`` is what else is known of a case that was handed in.

    ``populations`` is how many people live in each commune of the territory.
    """
    return prepare(
        {
            "answers": answers,
            "identity": identity,
            "case": {"state": state, "documents_complete": documents_complete, **case},
            "today": today,
            "populations": populations or {},
        }
    )


def facts_of_case(
    dossier: Dossier,
    definition: ServiceDefinition,
    events: Sequence[Event],
    unit_kind: UnitKind,
    today: date,
    populations: Mapping[str, int] | None = None,
) -> PreparedFacts:
    """What the workflow's conditions see of a case, by its journal."""
    answers = dossier.answers
    plain = facts_of(answers, {}, today, populations=populations)
    seen = case_facts(
        definition,
        dossier.case.state,
        events,
        documents_complete=not dossier.case.missing,
        obtained=not still_to_obtain(dossier, definition, events, plain),
        unit_kind=unit_kind,
    )
    known = {"answers": answers, "identity": {}, "case": seen, "today": today}
    return prepare({**known, "populations": populations or {}})


def still_to_obtain(
    dossier: Dossier, definition: ServiceDefinition, events: Sequence[Event], facts: Facts
) -> list[Document]:
    """The documents that the office fetches by hand, which the case needs and which have not come.

    One to which the applicant did not agree is hers to bring: it is awaited as long as it is missing.
    """
    by_hand = [one for one in definition.documents if one.by_hand and not one.optional]
    if not by_hand:
        return []
    fetched = {event.document for event in events if isinstance(event, DocumentObtained)}
    return [
        one
        for one in by_hand
        if one.id not in fetched
        and (f"{CONSENT}{one.id}" in dossier.statements or one.id in dossier.case.missing)
        and one.needed(facts)
    ]


def place_of(definition: ServiceDefinition, people: People, answers: Mapping[str, Any]) -> str:
    """Where a case belongs on the map: where the applicant lives, or what the answer says that decides on the unit."""
    by = definition.authority.by
    found = people.applicant.place if by == "residence" else answers.get(by.removeprefix("answers."))
    return str((found.get("place") if isinstance(found, Mapping) else found) or "")


def unit_of(lines: Sequence[Line]) -> str:
    """The id of the office that had the case after these lines of its journal; empty for a case without any."""
    for line in reversed(lines):
        match line.event:
            case CaseTransferred(to_unit=unit) | CaseSubmitted(unit=unit):
                return unit
    return ""


def clock_of(definition: ServiceDefinition, filed_on: date, lines: Iterable[Line], calendar: Calendar) -> LegalClock:
    """The law's clock of a case, derived from its journal alone; what in it cannot be is named in the clock's ``flaw``.

    ``calendar`` is that of the office that decides. The clock as it was at a moment comes of the lines up to it.
    """
    deadline = definition.deadline
    moved = [
        clock_event(line.event, office_date(line.at), line.position) for line in lines if type(line.event) in MOVED_BY
    ]
    return LegalClock.from_journal(
        [event for event in moved if event is not None],
        law=deadline.law,
        days=deadline.days,
        calendar=calendar,
        filed_on=filed_on,
        extends=deadline.extension.days if deadline.extension is not None else 0,
        strict=False,
    )
