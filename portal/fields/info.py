"""A text that informs, between the questions."""

from collections.abc import Mapping
from typing import Any

from portal.domain.service import Field
from portal.fields.base import FieldType, Surroundings


class Info(FieldType):
    """Nothing is asked, so nothing is read, kept or shown again."""

    def controls(self, _field: Field) -> tuple[str, ...]:
        return ()

    def read(self, _field: Field, _raw: Mapping[str, str], _around: Surroundings) -> None:
        """Nothing."""

    def write(self, _field: Field, _value: Any) -> dict[str, str]:
        return {}

    def show(self, _field: Field, _value: Any, _language: str, _around: Surroundings) -> str:
        return ""

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "null"}

    def sample(self, _field: Field) -> list[Any]:
        return [None]
