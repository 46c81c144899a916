"""What conditions may see of a case or draft, and what the law's clock says of it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.catalogue.conditions import PreparedFacts, prepare
from portal.domain.clock import ClockEvent, ClockEventKind, LegalClock
from portal.domain.events import CaseDecided, FileCompleted, InformationProvided, InformationRequested
from portal.domain.periods import Calendar
from portal.domain.service import ServiceDefinition
from portal.i18n import office_date
from portal.store.cases import Dossier
from portal.store.journal import Line

_CLOCK_EVENTS = {
    FileCompleted: ClockEventKind.COMPLETED,
    InformationRequested: ClockEventKind.SUSPENDED,
    InformationProvided: ClockEventKind.RESUMED,
    CaseDecided: ClockEventKind.STOPPED,
}


def facts_of(
    answers: Mapping[str, Any],
    identity: Mapping[str, Any],
    today: date,
    *,
    state: str | None = None,
    documents_complete: bool | None = None,
) -> PreparedFacts:
    """Facts ready for many conditions."""
    return prepare(
        {
            "answers": answers,
            "identity": identity,
            "case": {"state": state, "documents_complete": documents_complete},
            "today": today,
        }
    )


def facts_of_case(dossier: Dossier, today: date) -> PreparedFacts:
    case = dossier.case
    return facts_of(dossier.answers, {}, today, state=case.state, documents_complete=not case.missing)


def clock_of(definition: ServiceDefinition, filed_on: date, lines: Iterable[Line], calendar: Calendar) -> LegalClock:
    """The law's clock of a case, derived from its journal alone."""
    events = (
        ClockEvent(_CLOCK_EVENTS[type(line.event)], office_date(line.at))
        for line in lines
        if type(line.event) in _CLOCK_EVENTS
    )
    return LegalClock.from_journal(
        events,
        law=definition.deadline.law,
        days=definition.deadline.days,
        calendar=calendar,
        filed_on=filed_on,
    )
