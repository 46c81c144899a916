"""A person's number in the national population register (RNP)."""

from portal.fields.digits import Digits


class Rnp(Digits):
    """The civil and social identifier (IDCS): ten digits. How its check digit is made is not published."""

    count = 10
    needed = "field.rnp.needed"
    invalid = "field.rnp.invalid"
    example = "1234567890"
