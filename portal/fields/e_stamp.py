"""The number of an electronic stamp (e-timbre), bought of the tax administration."""

from portal.fields.digits import Digits


class EStamp(Digits):
    """Sixteen digits; whether the stamp was used already, only the agent can look up."""

    count = 16
    needed = "field.e_stamp.needed"
    invalid = "field.e_stamp.invalid"
    groups = (4, 4, 4, 4)
    example = "2026031200004567"
