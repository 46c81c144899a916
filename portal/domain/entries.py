"""By which events a case enters a state, and what has happened to it since."""

from collections.abc import Iterable

from portal.domain.events import (
    CaseDecided,
    CaseMoved,
    CaseReopened,
    CaseSubmitted,
    CaseTransferred,
    DocumentsReplaced,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
    OriginalsRequested,
    OriginalsSeen,
    PeriodChanged,
    PeriodExtended,
    ReplacementRequested,
)

ENTRIES = (
    CaseSubmitted,
    FileCompleted,
    CaseMoved,
    InformationRequested,
    InformationProvided,
    ReplacementRequested,
    DocumentsReplaced,
    OriginalsRequested,
    OriginalsSeen,
    PeriodExtended,
    PeriodChanged,
    CaseDecided,
    CaseTransferred,
    CaseReopened,
)
"""The events by which a case enters a state, be it the one that it was in: its timers and its votes start anew."""


def enters(event: Event) -> bool:
    """Whether the case entered a state by it; a period that is only lengthened or changed leaves it where it is."""
    if isinstance(event, PeriodExtended | PeriodChanged) and event.source == event.target:
        return False
    return isinstance(event, ENTRIES)


def since_entry(events: Iterable[Event]) -> tuple[Event, ...]:
    """What has happened since the case entered the state that it is in, the entry itself left out."""
    found: list[Event] = []
    for event in events:
        if enters(event):
            found.clear()
        else:
            found.append(event)
    return tuple(found)
