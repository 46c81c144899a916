"""One answer out of a list."""

from typing import Any

from portal.domain.service import Field
from portal.fields.base import SingleControl, Surroundings, Wrong


class Choice(SingleControl):
    """One of the question's options, kept as the option's value."""

    needed = "field.choice.needed"

    def parse(self, field: Field, typed: str, _around: Surroundings) -> str:
        if all(option.value != typed for option in field.options):
            raise Wrong("field.choice.unknown")
        return typed

    def show(self, field: Field, value: Any, language: str, _around: Surroundings) -> str:
        label = next((option.label[language] for option in field.options if option.value == value), None)
        return label or ("" if value is None else str(value))

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [option.value for option in field.options]}

    def sample(self, field: Field) -> list[Any]:
        return [None, *(option.value for option in field.options)]
