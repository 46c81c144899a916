"""What numbers of so many digits share, which registers and offices give out."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong

SEPARATORS = re.compile(r"[\s.\-‐‑–—/_]+")


class Digits(SingleControl):
    """``count`` digits, kept without the spaces and dashes they are written with.

    ``groups`` is how they are parted where they are shown, ``example`` one that could be given out.
    """

    latin = True
    count = 0
    invalid = ""
    groups: tuple[int, ...] = ()
    example = ""

    def clean(self, typed: str) -> str:
        return SEPARATORS.sub("", cleaning.code(typed))

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> str:
        if not (typed.isascii() and typed.isdigit() and len(typed) == self.count):
            raise Wrong(self.invalid)
        self.check(typed)
        return typed

    def check(self, _digits: str) -> None:
        """Raises Wrong where the check digits tell that some other digit is mistyped."""

    def write(self, field: Field, value: Any) -> dict[str, str]:
        return {field.id: self._parted(value) if value else ""}

    def show(self, _field: Field, value: Any, _language: str, _around: Surroundings) -> str:
        return self._parted(value) if value else ""

    def _parted(self, value: Any) -> str:
        digits, start = str(value), 0
        parts = []
        for length in self.groups:
            parts.append(digits[start : start + length])
            start += length
        return " ".join([*parts, digits[start:]]).strip()

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^[0-9]{{{self.count}}}$"}

    def sample(self, _field: Field) -> list[Any]:
        return [None, self.example]
