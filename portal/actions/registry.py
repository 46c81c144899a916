"""The published catalogue as a process sees it: compiled once per version, looked up again every few seconds."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import yaml
from sqlalchemy import Connection, Engine

from portal.adapters.connectors.mapping import PlatformMapping, parse_mapping
from portal.catalogue.calendar import Changes, Closure, DayOff, Feast, Office, load_office
from portal.catalogue.kept_definitions import KeptDefinitions
from portal.catalogue.life_events import FILE as LIFE_EVENTS
from portal.catalogue.life_events import joined_by, load_life_events
from portal.catalogue.loader import load_service
from portal.catalogue.territory import load_territory
from portal.domain.errors import NotFound
from portal.domain.life_events import LifeEvent
from portal.domain.opening import Opening
from portal.domain.periods import Calendar
from portal.domain.service import ServiceDefinition, Text
from portal.domain.territory import Territory
from portal.store import calendar, publications
from portal.store.publications import SERVICE

FRESH_FOR = 2.0
"""Seconds for which a process trusts what it read: a publication is seen everywhere within that time."""

KEPT_UNPUBLISHED = 16
"""How many versions that are not published a process keeps compiled."""


@dataclass(frozen=True)
class InForce:
    """What is in force at one moment."""

    services: Mapping[str, ServiceDefinition]
    listed: tuple[str, ...]
    territory: Territory
    office: Office
    life_events: tuple[LifeEvent, ...]
    platforms: Mapping[str, PlatformMapping]
    pointers: tuple[tuple[str, str, str, bool], ...]
    following: tuple[ServiceDefinition, ...] = ()

    @property
    def calendar(self) -> Calendar:
        return self.office.calendar

    @property
    def days_off(self) -> tuple[DayOff, ...]:
        """The days on which all offices are closed, with their names, for showing."""
        return self.office.days_off


class Registry:
    """Reads publications and keeps them compiled; safe to use from many threads.

    What a process has read, it keeps for those that start later, where it is told ``kept`` definitions.
    """

    def __init__(self, engine: Engine, kept: KeptDefinitions | None = None) -> None:
        self._engine = engine
        self._kept = kept
        self._compiled: dict[str, ServiceDefinition] = {}
        self._unpublished: dict[str, ServiceDefinition] = {}
        self._in_force: InForce | None = None
        self._read_at = 0.0
        self._lock = threading.Lock()

    @property
    def in_force(self) -> InForce:
        """What is in force now, read again when it is older than two seconds."""
        held = self._in_force
        if held is not None and time.monotonic() - self._read_at < FRESH_FOR:
            return held
        with self._lock:
            if self._in_force is None or time.monotonic() - self._read_at >= FRESH_FOR:
                self._in_force = self._read()
                self._read_at = time.monotonic()
            return self._in_force

    def forget(self) -> None:
        """Reads anew at the next question."""
        self._read_at = 0.0

    @property
    def territory(self) -> Territory:
        return self.in_force.territory

    @property
    def calendar(self) -> Calendar:
        """The days off of all offices: calendar.yaml, with what administrators have confirmed and entered since."""
        return self.in_force.calendar

    def calendar_of(self, unit: str) -> Calendar:
        """The calendar by which the law's clock counts at an office: its own closures among the days off.

        The same object as ``calendar`` where the office has none.
        """
        return self.in_force.office.calendar_of(unit)

    def opening_of(self, unit: str) -> Opening:
        """When an office is open, for counting hours."""
        return self.in_force.office.opening_of(unit)

    @property
    def life_events(self) -> tuple[LifeEvent, ...]:
        """The life events of the province, in its order; each leads only to services that may be started."""
        return self.in_force.life_events

    def services(self) -> list[ServiceDefinition]:
        """The services that may be started, in the order of their slugs."""
        in_force = self.in_force
        return [in_force.services[slug] for slug in in_force.listed]

    def following(self) -> tuple[ServiceDefinition, ...]:
        """The services that follow another case, such as appeals, in the order of their slugs."""
        return self.in_force.following

    def service(self, slug: str) -> ServiceDefinition:
        """The version in force of a listed service; raises NotFound."""
        in_force = self.in_force
        if slug not in in_force.listed:
            raise NotFound()
        return in_force.services[slug]

    def version(self, slug: str, digest: str) -> ServiceDefinition:
        """The version a case was filed under, whether or not it is still in force."""
        found = self._compiled.get(digest)
        if found is not None:
            return found
        with self._reading() as connection:
            publication = publications.get(connection, digest)
            if publication is None:
                raise NotFound()
            return self._definition(connection, publication.slug, publication.version, digest)

    def unpublished(self, publication: publications.Publication) -> ServiceDefinition:
        """What a version declares that may never be published: only the last few of these are kept."""
        digest = publication.digest
        found = self._compiled.get(digest) or self._unpublished.get(digest)
        if found is None:
            found = load_service(publication.slug, publication.files, version=publication.version, proved=True)
            with self._lock:
                self._unpublished[digest] = found
                while len(self._unpublished) > KEPT_UNPUBLISHED:
                    del self._unpublished[next(iter(self._unpublished))]
        return found

    def platform(self, name: str) -> PlatformMapping:
        """The mapping of a platform; raises NotFound."""
        try:
            return self.in_force.platforms[name]
        except KeyError:
            raise NotFound() from None

    def _reading(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _read(self) -> InForce:
        with self._reading() as connection:
            pointers = tuple(publications.current(connection))
            changes = read_changes(connection)
            held = self._in_force
            if held is not None and pointers == held.pointers:
                if changes == held.office.since:
                    return held
                return replace(held, office=replace(held.office, since=changes))
            numbers = {one.digest: one.version for one in publications.versions(connection)}
            services = {
                slug: self._definition(connection, slug, numbers[digest], digest)
                for kind, slug, digest, _ in pointers
                if kind == SERVICE
            }
            found = {
                (kind, slug): self._publication(connection, digest).files
                for kind, slug, digest, _ in pointers
                if kind != SERVICE
            }
        offered = tuple(slug for kind, slug, _, on in pointers if kind == SERVICE and on)
        listed = tuple(slug for slug in offered if services[slug].follows is None)
        office = replace(load_office(found["calendar", "calendar"]["calendar.yaml"]), since=changes)
        return InForce(
            services=services,
            listed=listed,
            territory=load_territory(found["territory", "territory"]),
            office=office,
            life_events=_life_events(found, {slug: services[slug] for slug in listed}),
            platforms={
                slug: parse_mapping(slug, yaml.safe_load(files[f"{slug}.yaml"]))
                for (kind, slug), files in found.items()
                if kind == "platform"
            },
            pointers=pointers,
            following=tuple(services[slug] for slug in offered if services[slug].follows is not None),
        )

    def _publication(self, connection: Connection, digest: str) -> publications.Publication:
        publication = publications.get(connection, digest)
        assert publication is not None  # noqa: S101  The pointer has a foreign key.
        return publication

    def _definition(self, connection: Connection, slug: str, version: int, digest: str) -> ServiceDefinition:
        """What a published version declares: from memory, as some process kept it, or read from its files."""
        found = self._compiled.get(digest)
        if found is None and self._kept is not None:
            found = self._kept.get(slug, version, digest)
        if found is None:
            files = self._publication(connection, digest).files
            found = load_service(slug, files, version=version, proved=True)
            if self._kept is not None:
                self._kept.keep(found)
        self._compiled[digest] = found
        return found


def read_changes(connection: Connection) -> Changes:
    """What administrators have confirmed and entered: a few dozen rows, so they are their own fingerprint."""
    return Changes(
        {(Feast(one.feast), one.year): one.days for one in calendar.confirmed(connection)},
        tuple(
            Closure(one.unit, one.first_on, one.last_on, Text({"ar": one.name_ar, "fr": one.name_fr}))
            for one in calendar.closures(connection)
        ),
    )


def _life_events(
    found: Mapping[tuple[str, str], Mapping[str, str]], listed: Mapping[str, ServiceDefinition]
) -> tuple[LifeEvent, ...]:
    """The life events in force, with the services that list themselves under them after those that the file lists.

    A service no longer offered drops out of them, and so does an event it leaves empty.
    """
    text = found.get(("life_events", "life_events"), {}).get(LIFE_EVENTS, "")
    if not text:
        return ()
    events = (
        replace(event, services=tuple(slug for slug in event.services if slug in listed))
        for event in load_life_events(text)
    )
    joined = joined_by(events, listed.values())
    return tuple(event for event in joined if event.services or event.elsewhere)
