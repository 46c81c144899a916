"""Hours are told by the newest table of time zones at hand, however old the system's is."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.domain.opening import ZONE
from portal.i18n import OFFICE_ZONE
from portal.zones import system_version


def test_since_the_autumn_of_2026_the_office_keeps_utc() -> None:
    for zone in (ZONE, OFFICE_ZONE, ZoneInfo("Africa/Casablanca")):
        before, after = (datetime(2026, 9, day, 12, tzinfo=UTC).astimezone(zone).utcoffset() for day in (19, 21))
        assert (before, after) == (timedelta(hours=1), timedelta(0))


def folder(tmp_path: Path, **files: str) -> str:
    (tmp_path / "Africa").mkdir()
    (tmp_path / "Africa" / "Casablanca").write_bytes(b"TZif")
    for name, text in files.items():
        (tmp_path / {"zi": "tzdata.zi", "plus": "+VERSION"}[name]).write_text(text)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"zi": "# version 2025b\n# This zic input file\n"}, "2025b"),
        ({"plus": "2026f\n"}, "2026f"),
        ({}, ""),
    ],
)
def test_the_systems_table_says_which_it_is(tmp_path: Path, files: dict[str, str], version: str) -> None:
    assert system_version(("/nowhere", folder(tmp_path, **files))) == version


SAY = """
import zoneinfo
from portal.zones import use_newest


zoneinfo.reset_tzpath(to=["/of/the/system"])
use_newest({system!r}, "2026f")
print(zoneinfo.TZPATH)
"""


@pytest.mark.parametrize(
    ("system", "path"), [("2025b", "()"), ("2026f", "()"), ("", "()"), ("2027a", "('/of/the/system',)")]
)
def test_the_newer_one_is_read(system: str, path: str) -> None:
    done = subprocess.run([sys.executable, "-c", SAY.format(system=system)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == path
