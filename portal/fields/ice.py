"""The common identifier of a company (ICE)."""

from stdnum.ma import ice

from portal.fields.base import Wrong
from portal.fields.digits import Digits


class Ice(Digits):
    """Fifteen digits: nine of the company, four of its branch, and two that check the others."""

    count = 15
    needed = "field.ice.needed"
    invalid = "field.ice.invalid"
    groups = (9, 4, 2)
    example = "001561191000066"

    def check(self, digits: str) -> None:
        if not ice.is_valid(digits):
            raise Wrong("field.ice.mistyped")
