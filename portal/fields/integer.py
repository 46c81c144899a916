"""A whole number."""

from decimal import Decimal
from typing import Any

from portal.domain.service import Field
from portal.fields.base import Wrong
from portal.fields.figures import Figure


class Integer(Figure):
    """A whole number: of people, of rooms, of copies."""

    def check(self, value: Decimal) -> None:
        if value != value.to_integral_value():
            raise Wrong("field.integer.whole")

    def schema(self, field: Field) -> dict[str, Any]:
        return super().schema(field) | {"type": "integer"}

    def sample(self, field: Field) -> list[Any]:
        bounds = [int(bound) for bound in (field.limits.minimum, field.limits.maximum) if bound is not None]
        return [None, 0, 1, -1, 1_000_000, *bounds]
