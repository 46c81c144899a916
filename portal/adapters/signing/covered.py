"""What a signature covers, by the bytes alone: no PDF is read, and nothing heavy loaded."""

import re

_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


def stays_signed(older: bytes, newer: bytes) -> bool:
    """Whether all that the last signature of ``older`` covers stands in ``newer`` where it stood.

    The place of the signature itself may be filled anew, with the time stamp that could not be had when it was made. Of a
    file without a signature everything has to stand.
    """
    ranges = _RANGE.findall(older)
    if not ranges:
        return newer.startswith(older)
    length, resume, rest = (int(number) for number in ranges[-1])
    whole = length <= resume and resume + rest == len(older)
    return whole and newer[:length] == older[:length] and newer[resume : resume + rest] == older[resume:]
