"""Keeps what a process holds in memory from other processes of the same user."""

import ctypes

_DUMPABLE = 4  # prctl.h


def keep_memory_private() -> None:
    """No other process of this user may read this one's memory or environment, follow its steps, or have its core written.

    Keys and passwords stand there. Whoever breaks into a process beside it (one that reads hostile files, one that draws)
    would otherwise only have to ask. It holds until another program is started in its place: each says so for itself.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_DUMPABLE, 0, 0, 0, 0)
