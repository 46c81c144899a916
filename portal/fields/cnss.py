"""The number of somebody insured with the social security fund (CNSS)."""

from portal.fields.digits import Digits


class Cnss(Digits):
    """Nine digits, without a check digit."""

    count = 9
    needed = "field.cnss.needed"
    invalid = "field.cnss.invalid"
    example = "123456789"
