"""Reads life_events.yaml: what happens in a life, and the services and offices it leads to."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from portal.catalogue.faults import Sentence
from portal.catalogue.reading import Reading, Section, closest
from portal.catalogue.yaml_source import parse
from portal.domain.life_events import LifeEvent, Pictogram, Procedure
from portal.domain.service import ServiceDefinition

FILE = "life_events.yaml"
AN_EVENT, A_PROCEDURE = Sentence("a life event"), Sentence("a procedure")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_life_events(
    text: str, services: Collection[str] | None = None, joined: Collection[str] | None = ()
) -> tuple[LifeEvent, ...]:
    """The events in the order they are shown in; raises Unsound.

    Without ``services``, the slugs there are, nothing is proved of those that events lead to: what was published is
    only read. ``joined`` are the ids of events that services list themselves under: these lead somewhere
    already. None where that is not known.
    """
    reading = Reading(published=services is None)
    section = Section(FILE, parse(FILE, text), reading, FILE)
    rows = section.sections("events", AN_EVENT)
    events = tuple(_event(row, services, joined) for row in rows)
    section.close()
    ids = [event.id for event in events]
    for row, name in zip(rows, ids, strict=True):
        if name and ids.index(name) != rows.index(row):
            row.fault(Sentence("two life events are called '%(name)s'", name=name), "id")
    reading.stop_if_any()
    return events


def _event(section: Section, services: Collection[str] | None, joined: Collection[str] | None) -> LifeEvent:
    event = LifeEvent(
        id=section.string("id"),
        icon=section.choice("icon", Pictogram),
        title=section.text("title"),
        text=section.text("text"),
        services=section.words("services", required=False),
        elsewhere=tuple(_procedure(row) for row in section.sections("elsewhere", A_PROCEDURE, required=False)),
    )
    if event.id and not ID.fullmatch(event.id):
        said = Sentence("'%(word)s' cannot be an id: use small letters a-z, digits and single dashes", word=event.id)
        section.fault(said, "id")
    for slug in event.services if services is not None else ():
        if slug not in (services or ()):
            meant = closest(slug, services or ())
            section.fault(Sentence("there is no service '%(slug)s'%(meant)s", slug=slug, meant=meant), "services")
    if not event.services and not event.elsewhere and joined is not None and event.id not in joined:
        section.rule(Sentence("a life event leads somewhere: give 'services', 'elsewhere', or both"))
    section.close()
    return event


def _procedure(section: Section) -> Procedure:
    procedure = Procedure(
        title=section.text("title"),
        who=section.text("who"),
        bring=section.optional_text("bring"),
        note=section.optional_text("note"),
        url=section.address("url") or "",
    )
    section.close()
    return procedure


def joined_by(events: Iterable[LifeEvent], services: Iterable[ServiceDefinition]) -> tuple[LifeEvent, ...]:
    """The same events, each leading also to the services that list themselves under it, in the order these come."""
    known = tuple(services)
    return tuple(replace(event, services=(*event.services, *_more(event, known))) for event in events)


def _more(event: LifeEvent, services: Iterable[ServiceDefinition]) -> list[str]:
    return [one.slug for one in services if event.id in one.life_events and one.slug not in event.services]
