"""Which publications change what time does to cases under way: other days off, other warnings, other services that follow.

Whatever changes it asks for a recount of all of them, in the same transaction.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml
from sqlalchemy import Connection

from portal.catalogue.faults import Unsound
from portal.catalogue.sheet import FILE as SHEET
from portal.catalogue.territory import load_territory
from portal.presenting.days_off import RULES
from portal.store import calendar, publications
from portal.store.calendar import Change, Touched
from portal.store.publications import SERVICE

CALENDAR, TERRITORY = "calendar", "territory"

PUBLISHED = "published"
"""What the trail of the calendar calls another calendar.yaml; before and after it, the digest of each."""

InForce = Mapping[tuple[str, str], str]
"""The digests of what is in force, by kind and slug; of services those that may be started."""


def in_force(connection: Connection) -> InForce:
    """What time goes by now."""
    return {
        (kind, slug): digest
        for kind, slug, digest, listed in publications.current(connection)
        if kind in (CALENDAR, TERRITORY) or (kind == SERVICE and listed)
    }


def recount_if_changed(connection: Connection, before: InForce, asked_by: str, now: datetime) -> None:
    """Asks for a recount of every case where a publication since ``before`` changed what time does to it."""
    if not before:
        # The first publication of all: there is no case.
        return
    after = in_force(connection)
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    if (CALENDAR, CALENDAR) in changed:
        cause = CALENDAR
        # It can open days that have come, which no change on the page can: so it stands in the same trail.
        old, new = (
            {"digest": one[CALENDAR, CALENDAR]} if (CALENDAR, CALENDAR) in one else {} for one in (before, after)
        )
        calendar.note_change(connection, Change(uuid.uuid4().hex, now, asked_by, "", PUBLISHED, old, new))
    elif any(_of_time(connection, key, before) != _of_time(connection, key, after) for key in changed):
        cause = RULES
    else:
        return
    calendar.ask_recount(connection, uuid.uuid4().hex, cause, Touched(), asked_by, now)


def _of_time(connection: Connection, key: tuple[str, str], found: InForce) -> Any:
    """What a publication says of time: whom which office warns, or after which cases a service can be filed."""
    publication = publications.get(connection, found[key]) if key in found else None
    if publication is None:
        return None
    if key[0] == SERVICE:
        return (yaml.safe_load(publication.files.get(SHEET, "")) or {}).get("follows")
    try:
        territory = load_territory(publication.files)
    except Unsound:
        # It was sound to an earlier version of the portal: what it said cannot be compared.
        return None
    return {unit.id: (unit.kind, territory.warnings_of(unit)) for unit in territory.units}
