"""The number of a bank account."""

import re

from stdnum.iso7064 import mod_97_10

from portal.domain.service import Field
from portal.fields.base import Surroundings, Wrong
from portal.fields.digits import Digits

IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]+")
HOME = "MA"
BEFORE_RIB = 4
"""The country and the two check digits that an IBAN puts before the number of the account."""


class Rib(Digits):
    """A Moroccan account: 24 digits, whose last two check the others. An IBAN is taken too, and kept as the RIB in it."""

    count = 24
    needed = "field.rib.needed"
    invalid = "field.rib.invalid"
    groups = (3, 3, 16, 2)
    example = "007780000123456789012396"

    def parse(self, field: Field, typed: str, around: Surroundings) -> str:
        typed = typed.upper().removeprefix("IBAN").removeprefix(":").removeprefix("RIB").removeprefix(":")
        if not IBAN.fullmatch(typed):
            return super().parse(field, typed, around)
        if not typed.startswith(HOME):
            raise Wrong("field.rib.foreign")
        rib = super().parse(field, typed[BEFORE_RIB:], around)
        # Morocco's account numbers are not in the list that the library knows IBANs by, so only the check digits are looked at.
        if not mod_97_10.is_valid(typed[BEFORE_RIB:] + typed[:BEFORE_RIB]):
            raise Wrong("field.rib.mistyped")
        return rib

    def check(self, digits: str) -> None:
        if int(digits) % 97 != 0:
            raise Wrong("field.rib.mistyped")
