"""Several answers out of a list."""

from collections.abc import Mapping
from typing import Any

from portal import i18n
from portal.domain.service import Field
from portal.fields.base import FieldType, Surroundings, ValueKind, Wrong
from portal.fields.cleaning import line

SEPARATOR = "\n"
"""What stands between the values of boxes of one name, as ``http.forms`` joins them."""


class Choices(FieldType):
    """Any of the question's options, kept as their values in the order in which the options are shown."""

    kind = ValueKind.LIST
    needed = "field.choices.needed"

    def longest(self, field: Field) -> int:
        return sum(len(option.value) + 1 for option in field.options)

    def read(self, field: Field, raw: Mapping[str, str], _around: Surroundings) -> list[str] | None:
        ticked = {value for typed in raw.get(field.id, "").split(SEPARATOR) if (value := line(typed))}
        if not ticked <= field.labels.keys():
            raise Wrong("field.choice.unknown")
        if not ticked:
            return None
        if field.limits.least is not None and len(ticked) < field.limits.least:
            raise Wrong("field.choices.too_few", min=str(field.limits.least))
        if field.limits.most is not None and len(ticked) > field.limits.most:
            raise Wrong("field.choices.too_many", max=str(field.limits.most))
        return [option.value for option in field.options if option.value in ticked]

    def write(self, field: Field, value: Any) -> dict[str, str]:
        return {field.id: SEPARATOR.join(value or ())}

    def show(self, field: Field, value: Any, language: str, _around: Surroundings) -> str:
        labels = (field.labels.get(one) for one in value or ())
        return i18n.comma(language).join(
            label[language] if label else one for label, one in zip(labels, value or (), strict=True)
        )

    def schema(self, field: Field) -> dict[str, Any]:
        counts = {"minItems": max(field.limits.least or 1, 1), "maxItems": field.limits.most or len(field.options)}
        one = {"type": "string", "enum": [option.value for option in field.options]}
        return {"type": "array", "items": one, "uniqueItems": True, **counts}

    def sample(self, field: Field) -> list[Any]:
        values = [option.value for option in field.options]
        least, most = max(field.limits.least or 1, 1), field.limits.most or len(values)
        return [None, values[:least], values[:most]]
