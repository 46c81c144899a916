"""What every type of question can do: read what was typed, keep it in one canonical form, and show it again."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.errors import PortalError
from portal.domain.service import Field, Text
from portal.domain.territory import Territory
from portal.fields.cleaning import line


class ValueKind(StrEnum):
    """What a condition sees of an answer.

    A ``month`` is seen as the date of its first day, a ``list`` as texts, ``entries`` as mappings; of an address only
    its place is seen, as text.
    """

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    TRUTH = "truth"
    CHOICE = "choice"
    LIST = "list"
    ENTRIES = "entries"


@dataclass(frozen=True)
class Surroundings:
    """What a type may need to know beyond what was typed: the province's places, and the date at the office."""

    territory: Territory
    today: date


class Wrong(PortalError):
    """What was typed cannot be the answer: ``key`` finds the message that says what to do, ``params`` fill it in.

    A ``part`` (day, month or year; place, text or postcode) says which control is wrong; a ``date`` is ISO, and so is a
    ``month``; an ``amount`` is one of dirhams. What was typed is never in them.
    """

    status = 422

    def __init__(self, key: str, **params: str) -> None:
        self.key = key
        super().__init__(**params)


class Told(Wrong):
    """A rule of the service does not hold for what was typed: ``says`` is told, in the service's own words."""

    def __init__(self, says: Text) -> None:
        self.says = says
        super().__init__("field.rule")


class FieldType(ABC):
    """One type of question. Stateless: whatever differs between two questions stands in the Field."""

    needed = "field.required"
    """The key of the message where a required question of this type is left empty."""
    kind = ValueKind.TEXT
    """What a condition sees of its answers."""
    latin = False
    """Whether its answers run left to right in every language, and are isolated as such on a page."""

    def controls(self, field: Field) -> tuple[str, ...]:
        """The names of its controls in a page."""
        return (field.id,)

    def longest(self, _field: Field) -> int:
        """The most characters an answer can have."""
        return 200

    @abstractmethod
    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> Any:
        """The canonical value, fit for JSON; None when nothing was typed. Raises Wrong."""

    def write(self, field: Field, value: Any) -> dict[str, str]:
        """What stands in the controls for a canonical value; reading it gives the value again."""
        return {field.id: "" if value is None else str(value)}

    def show(self, _field: Field, value: Any, _language: str, _around: Surroundings) -> str:
        """The value as it is printed for a reader of a language; nothing for None."""
        return "" if value is None else str(value)

    @abstractmethod
    def schema(self, field: Field) -> dict[str, Any]:
        """The JSON Schema (2020-12) of the canonical values, None left out."""

    @abstractmethod
    def sample(self, field: Field) -> list[Any]:
        """Typical values, None first, to try conditions on."""


class SingleControl(FieldType):
    """A type with one control, whose name is the question's id."""

    def clean(self, typed: str) -> str:
        """What was typed without what nobody sees."""
        return line(typed)

    def read(self, field: Field, raw: Mapping[str, str], around: Surroundings) -> Any:
        typed = self.clean(raw.get(field.id, ""))
        return self.parse(field, typed, around) if typed else None

    @abstractmethod
    def parse(self, field: Field, typed: str, around: Surroundings) -> Any:
        """The canonical value of something typed and cleaned, never empty. Raises Wrong."""
