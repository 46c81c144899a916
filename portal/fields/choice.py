"""One answer out of a list."""

from typing import Any

from portal.domain.service import Field
from portal.fields.base import SingleControl, Surroundings, ValueKind, Wrong


class Choice(SingleControl):
    """One of the question's options, kept as the option's value."""

    kind = ValueKind.CHOICE
    needed = "field.choice.needed"

    def parse(self, field: Field, typed: str, _around: Surroundings) -> str:
        if typed not in field.labels:
            raise Wrong("field.choice.unknown")
        return typed

    def show(self, field: Field, value: Any, language: str, _around: Surroundings) -> str:
        label = field.labels.get(value)
        return label[language] if label else ("" if value is None else str(value))

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [option.value for option in field.options]}

    def sample(self, field: Field) -> list[Any]:
        return [None, *(option.value for option in field.options)]
