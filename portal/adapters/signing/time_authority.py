"""Who stamps the time, apart from how it is asked: naming it loads nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Authority:
    """A time-stamping authority, and the name and password it knows us by, if it asks for them."""

    url: str
    user: str = ""
    password: str = ""
