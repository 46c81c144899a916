"""A number that may have a fraction."""

from typing import Any

from portal.domain.service import Field
from portal.fields.figures import Figure, json_number


class Decimal(Figure):
    """A number: ``12,5``."""

    def sample(self, field: Field) -> list[Any]:
        bounds = [json_number(bound) for bound in (field.limits.minimum, field.limits.maximum) if bound is not None]
        return [None, 0, 1, -1, 12.5, 1_000_000, *bounds]
