"""An e-mail address."""

import re
from typing import Any

from portal.domain.service import Field
from portal.fields import cleaning
from portal.fields.base import SingleControl, Surroundings, Wrong

LONGEST = 254
LOCAL = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")


class Email(SingleControl):
    """An e-mail address; its domain is kept in small letters, what stands before the @ as it was typed."""

    latin = True
    needed = "field.email.needed"

    def longest(self, _field: Field) -> int:
        return LONGEST

    def clean(self, typed: str) -> str:
        return cleaning.code(typed)

    def parse(self, _field: Field, typed: str, _around: Surroundings) -> str:
        local, _, domain = typed.rpartition("@")
        domain = domain.lower()
        if len(typed) > LONGEST or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain):
            raise Wrong("field.email.invalid")
        return f"{local}@{domain}"

    def schema(self, _field: Field) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": LONGEST}

    def sample(self, _field: Field) -> list[Any]:
        return [None, "fatima.benali@example.ma"]
