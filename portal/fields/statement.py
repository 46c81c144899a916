"""A sentence that the citizen makes her own by ticking it."""

from typing import Any

from portal.domain.service import Field
from portal.fields.base import SingleControl, Surroundings, ValueKind

TICKED = frozenset({"yes", "on", "true", "1"})


class Statement(SingleControl):
    """A sworn statement: true once ticked, never false."""

    kind = ValueKind.TRUTH
    needed = "field.statement.needed"

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> bool | None:
        return True if typed in TICKED else None

    def write(self, field: Field, value: Any) -> dict[str, str]:
        return {field.id: "yes" if value is True else ""}

    def show(self, field: Field, value: Any, language: str, _around: Surroundings) -> str:
        """The sentence itself, for that is what was stated."""
        return (field.statement or field.label)[language] if value is True else ""

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"const": True}

    def sample(self, _field: Field) -> list[Any]:
        return [None, True]
