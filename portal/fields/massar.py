"""A pupil's code in the schools' information system (Massar)."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong
from portal.fields.digits import SEPARATORS

CODE = re.compile(r"^[A-Z][0-9]{9}$")


class Massar(SingleControl):
    """A letter and nine digits, kept in capitals."""

    latin = True
    needed = "field.massar.needed"

    def clean(self, typed: str) -> str:
        return SEPARATORS.sub("", cleaning.code(typed)).upper()

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> str:
        if not CODE.fullmatch(typed):
            raise Wrong("field.massar.invalid")
        return typed

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": CODE.pattern}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "G123456789"]
