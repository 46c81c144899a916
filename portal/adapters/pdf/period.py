"""The bar of a period, as a picture: its first half darker than the second, a stroke for the half, a flag for the last day.

Many offices print in grey: the halves lie far apart in lightness, and an outline keeps the light one off the paper.
"""

import base64

from portal.ports_of_documents import PrintedPeriod

_WIDTH, _HEIGHT = 600, 20
FIRST_HALF, SECOND_HALF = "#3f8a70", "#e4efe9"


def period_data_url(period: PrintedPeriod, *, mirrored: bool) -> str:
    """The picture as the address of an ``img`` element; time runs from right to left where it is ``mirrored``."""
    return "data:image/svg+xml;base64," + base64.b64encode(_svg(period, mirrored).encode("ascii")).decode("ascii")


def _svg(period: PrintedPeriod, mirrored: bool) -> str:
    half = round(_WIDTH * (period.half or 0) / max(period.days, 1))
    flag = _WIDTH - 10
    shapes = [
        f'<rect y="4" width="{_WIDTH}" height="12" fill="{SECOND_HALF}"/>',
        f'<rect y="4" width="{half}" height="12" fill="{FIRST_HALF}"/>',
        f'<rect width="4" height="{_HEIGHT}" fill="#063d30"/>',
        f'<rect x="{half - 2}" width="4" height="{_HEIGHT}" fill="#063d30"/>' if period.half is not None else "",
        f'<rect x="{flag}" width="{_WIDTH - flag}" height="{_HEIGHT}" fill="#8a3408"/>',
        f'<rect x="1" y="5" width="{_WIDTH - 2}" height="10" fill="none" stroke="#063d30" stroke-width="2"/>',
    ]
    turned = f' transform="translate({_WIDTH} 0) scale(-1 1)"' if mirrored else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'preserveAspectRatio="none">'
        f"<g{turned}>{''.join(shapes)}</g></svg>"
    )
