"""The events of a life in a language: the tiles of the home page, and the page of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.domain.life_events import LifeEvent
from portal.presenting.isolation import isolated


@dataclass(frozen=True)
class Tile:
    """One event as a tile."""

    title: str
    url: str
    icon: str


@dataclass(frozen=True)
class Elsewhere:
    """A procedure done elsewhere."""

    title: str
    who: str
    bring: str
    note: str
    url: str
    site: str


def life_events(events: Sequence[LifeEvent], language: str) -> list[Tile]:
    """The tiles, in the order of the province."""
    return [Tile(event.title[language], f"/{language}/life/{event.id}", event.icon.value) for event in events]


def events_of(events: Sequence[LifeEvent], slugs: Collection[str], language: str) -> list[Tile]:
    """The tiles of the events that lead to one of these services."""
    return life_events([event for event in events if set(slugs) & set(event.services)], language)


def elsewhere(event: LifeEvent, language: str) -> list[Elsewhere]:
    """What this portal does not do itself, with where it is done."""
    return [
        Elsewhere(
            title=isolated(one.title[language], language),
            who=isolated(one.who[language], language),
            bring=isolated(one.bring[language], language) if one.bring else "",
            note=isolated(one.note[language], language) if one.note else "",
            url=one.url,
            site=one.url.removeprefix("https://").removeprefix("www.").partition("/")[0],
        )
        for one in event.elsewhere
    ]
