"""What a process that reads a hostile file may not do: last long, hold much, open, write, start or reach anything."""

import ctypes
import os
import resource
import signal
import struct
from pathlib import Path

from portal.adapters.checking.calls import forbid_calls
from portal.adapters.own_memory import keep_memory_private

SECONDS = 2
"""How much of the processor's time a file may take."""

ON_THE_WALL = 1.5
"""After how many seconds, whoever took them, it is stopped: so that it is answered within two, however it was sent."""

MEGABYTES = 200
"""How much memory looking at it may take, beyond what was loaded before."""

YIELDING = 5
"""By how much it is nicer than whoever serves pages or draws documents, so that these have the processor before it."""

_NEW_USER, _NEW_NETWORK, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000  # sched.h
_PARENT_DEATH, _NO_NEW_PRIVILEGES = 1, 38  # prctl.h
_CAPABILITIES = 0x20080522  # capability.h, version 3

_NOBODY = 65534

_libc = ctypes.CDLL(None, use_errno=True)


def leave_root() -> None:
    """Where the portal runs as root, which it should not, files are looked at by nobody: limits bind only them."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def leave_networks() -> bool:
    """Moves this process and its children to where there is no network; False where the system does not let it.

    Only for a process with one thread. Where it fails, what is left is that a confined process may open no socket.
    """
    return bool(_libc.unshare(_NEW_USER | _NEW_NETWORK | _NEW_IPC) == 0)


def drop_capabilities() -> None:
    """Gives up what this process may do where it was moved to: whoever makes a namespace is its root."""
    header = struct.pack("=Ii", _CAPABILITIES, 0)
    if _libc.capset(header, bytes(24)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def memory_held() -> tuple[int, int]:
    """The bytes of this process's addresses, and of those it may write to: what its limits are counted from."""
    pages = Path("/proc/self/statm").read_text("ascii").split()
    size = resource.getpagesize()
    return int(pages[0]) * size, int(pages[5]) * size


def confine(parent: int, held: tuple[int, int]) -> None:
    """Takes from this process whatever reading one file does not need; it dies with ``parent``, which it was forked by.

    Raises OSError where the system cannot do so: nothing may be read then.
    """
    _libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    keep_memory_private()
    os.nice(YIELDING)
    room = MEGABYTES * 1024 * 1024
    for what, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, held[0] + room),
        (resource.RLIMIT_DATA, held[1] + room),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        # No thread or process is begun, and nothing is opened any more: no file, and no socket either.
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))
    forbid_calls()
