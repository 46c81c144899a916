"""A commune of the province."""

from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong


class Commune(SingleControl):
    """One of the territory's communes, never one of its districts, kept as its code of the HCP."""

    needed = "field.commune.needed"

    def clean(self, typed: str) -> str:
        return cleaning.code(typed)

    def parse(self, _field: Field, typed: str, around: Surroundings) -> str:
        if all(commune.code != typed for commune in around.territory.communes):
            raise Wrong("field.commune.unknown")
        return typed

    def show(self, _field: Field, value: Any, language: str, around: Surroundings) -> str:
        # An old case may name a commune that the territory has lost since.
        names = (commune.name[language] for commune in around.territory.communes if commune.code == value)
        return next(names, "" if value is None else str(value))

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest(field)}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "02.113.01.01", "02.113.01.09"]
