"""The bar of a period, as a picture: its first half darker than the second, a stroke for the half, a flag for the last day."""

import base64

from portal.ports import PrintedPeriod

_WIDTH, _HEIGHT = 600, 20


def period_data_url(period: PrintedPeriod, *, mirrored: bool) -> str:
    """The picture as the address of an ``img`` element; time runs from right to left where it is ``mirrored``."""
    return "data:image/svg+xml;base64," + base64.b64encode(_svg(period, mirrored).encode("ascii")).decode("ascii")


def _svg(period: PrintedPeriod, mirrored: bool) -> str:
    half = round(_WIDTH * (period.half or 0) / max(period.days, 1))
    flag = _WIDTH - 10
    shapes = [
        f'<rect y="4" width="{_WIDTH}" height="12" fill="#cfe3da"/>',
        f'<rect y="4" width="{half}" height="12" fill="#7fb8a2"/>',
        f'<rect width="4" height="{_HEIGHT}" fill="#063d30"/>',
        f'<rect x="{half - 2}" width="4" height="{_HEIGHT}" fill="#063d30"/>' if period.half is not None else "",
        f'<rect x="{flag}" width="{_WIDTH - flag}" height="{_HEIGHT}" fill="#b8480b"/>',
    ]
    turned = f' transform="translate({_WIDTH} 0) scale(-1 1)"' if mirrored else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'preserveAspectRatio="none">'
        f"<g{turned}>{''.join(shapes)}</g></svg>"
    )
