"""What happens in a life and sends people to an office: how those find their way who do not know a procedure's name."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.service import Text


class Pictogram(StrEnum):
    """The drawings there are for a life event; each has its lines in the component ``icon``."""

    CRADLE = "cradle"
    HOUSE = "house"
    KEY = "key"
    ACCESS = "access"
    BRIEFCASE = "briefcase"
    SPROUT = "sprout"
    UMBRELLA = "umbrella"
    HEART = "heart"
    PERSON = "person"
    SPEECH = "speech"


@dataclass(frozen=True)
class Procedure:
    """A procedure that is not on this portal: who does it and where, and what the citizen brings."""

    title: Text
    who: Text
    bring: Text | None
    note: Text | None
    url: str


@dataclass(frozen=True)
class LifeEvent:
    """One event: the services of this portal it leads to, by slug, and what is done elsewhere."""

    id: str
    icon: Pictogram
    title: Text
    text: Text
    services: tuple[str, ...]
    elsewhere: tuple[Procedure, ...]
