"""The newer of the two tables of time zones that a machine may have: the system's own, or the one installed with the portal.

Morocco sets its clocks by decree, at a few weeks' notice. Python asks the system first, and one that nobody brought up to date
would put a wrong hour, and around midnight a wrong day, on a signed paper.
"""

import zoneinfo
from pathlib import Path

import tzdata  # type: ignore[import-untyped]

_NAMED_IN = (("tzdata.zi", "# version "), ("+VERSION", ""))
"""Files of a system's table whose first line says which it is, and what stands before it there."""


def system_version(folders: tuple[str, ...] = zoneinfo.TZPATH) -> str:
    """Which table of time zones the system has, such as ``2026f``; empty where there is none, or it does not say."""
    for folder in map(Path, folders):
        if not (folder / "Africa" / "Casablanca").is_file():
            continue
        for name, before in _NAMED_IN:
            try:
                with (folder / name).open(encoding="ascii") as file:
                    return file.readline().strip().removeprefix(before)
            except (OSError, UnicodeDecodeError):
                continue
        return ""
    return ""


def use_newest(system: str, installed: str) -> None:
    """Has every zone that is asked for from now on read from the installed table, unless the system's is newer.

    Both are the names that the IANA gives its releases: the year, and a letter that counts on within it.
    """
    if system <= installed:
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()


def use_newest_zones() -> None:
    """Does so with those of this machine."""
    use_newest(system_version(), tzdata.IANA_VERSION)
