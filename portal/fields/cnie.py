"""The number of the electronic national identity card (CNIE)."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong

SEPARATORS = re.compile(r"[\s.\-‐–—/_]+")
NUMBER = re.compile(r"^[A-Z]{1,2}[0-9]{1,6}$")


class Cnie(SingleControl):
    """One or two letters, then up to six digits, kept in capitals. The letters tell nothing that could be checked."""

    latin = True
    needed = "field.cnie.needed"

    def clean(self, typed: str) -> str:
        return SEPARATORS.sub("", cleaning.code(typed)).upper()

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> str:
        if not NUMBER.fullmatch(typed):
            raise Wrong("field.cnie.invalid")
        return typed

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": NUMBER.pattern}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "FA123456"]
