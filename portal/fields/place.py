"""A place of the province: a commune, or a district of a divided one."""

from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong


class Place(SingleControl):
    """One of the territory's places, kept as its value."""

    needed = "field.place.needed"

    def clean(self, typed: str) -> str:
        return cleaning.code(typed)

    def parse(self, _field: Field, typed: str, around: Surroundings) -> str:
        if not around.territory.is_place(typed):
            raise Wrong("field.place.unknown")
        return typed

    def show(self, _field: Field, value: Any, language: str, around: Surroundings) -> str:
        if value is None:
            return ""
        # An old case may name a place that the territory has lost since.
        return around.territory.place_name(value)[language] if around.territory.is_place(value) else str(value)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest(field)}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "02.113.01.01", "02.113.01.09/hay-salam"]
