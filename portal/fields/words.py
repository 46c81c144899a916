"""What the types made of words share: a length to keep to, and the letters they may be written in."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields.base import SingleControl, Surroundings, Wrong


class Words(SingleControl):
    """A text. ``pattern`` says which letters it may hold, ``misspelt`` is the key of the message where it does not."""

    default_longest = 200
    pattern: re.Pattern[str] | None = None
    misspelt = ""

    def longest(self, field: Field) -> int:
        return field.limits.max_length or self.default_longest

    def parse(self, field: Field, typed: str, _around: Surroundings) -> str:
        if len(typed) > self.longest(field):
            raise Wrong("field.too_long", max=str(self.longest(field)))
        if self.pattern and not self.pattern.search(typed):
            raise Wrong(self.misspelt)
        if field.limits.min_length and len(typed) < field.limits.min_length:
            raise Wrong("field.too_short", min=str(field.limits.min_length))
        return typed

    def schema(self, field: Field) -> dict[str, Any]:
        schema = {"type": "string", "minLength": field.limits.min_length or 1, "maxLength": self.longest(field)}
        return schema | ({"pattern": self.pattern.pattern} if self.pattern else {})

    def sample(self, _field: Field) -> list[Any]:
        return [None, "شارع محمد الخامس", "Hay Salam, n° 12"]
