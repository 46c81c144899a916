"""The switch for maintenance: a file, the hour it may hold, and the command that puts it there."""

from datetime import datetime, timedelta
from pathlib import Path

from portal.http.maintenance import FILE, PATIENCE, Closed, Switch, read_hour
from portal.i18n import OFFICE_ZONE
from tests.support.commands import call_portal, settings_for


def test_an_hour_is_the_next_one_after_the_file_was_written() -> None:
    written = datetime(2026, 11, 20, 13, 0, tzinfo=OFFICE_ZONE)
    assert read_hour("14:30\n", written.timestamp()) == written.replace(hour=14, minute=30)
    assert read_hour("6:05", written.timestamp()) == datetime(2026, 11, 21, 6, 5, tzinfo=OFFICE_ZONE)
    for nonsense in ("", "soon", "25:00", "14:30 and more", "14h30"):
        assert read_hour(nonsense, written.timestamp()) is None


def test_an_hour_that_has_passed_promises_nothing() -> None:
    until = datetime(2026, 11, 20, 14, 30, tzinfo=OFFICE_ZONE)
    assert Closed(until).seconds(until - timedelta(hours=1)) == 3600
    assert Closed(until).seconds(until - timedelta(seconds=5)) == 60
    assert Closed(until).seconds(until + timedelta(hours=1)) == PATIENCE


def test_the_file_is_looked_at_once_a_second_at_most(tmp_path: Path) -> None:
    now = 100.0
    switch = Switch(tmp_path, lambda: now)
    assert switch.closed() is None
    (tmp_path / FILE).touch()
    now = 100.9
    assert switch.closed() is None
    now = 101.0
    assert switch.closed() is not None
    (tmp_path / FILE).write_bytes(b"\xff\xfe not an hour")
    now = 103.0
    assert switch.closed() == Closed(None)


def test_an_operator_closes_the_portal_and_opens_it(tmp_path: Path) -> None:
    settings = settings_for("sqlite://", tmp_path)
    file = tmp_path / FILE
    refused = call_portal(settings, "maintenance", "on", "--until", "half past two")
    assert refused.returncode == 1
    assert "is not an hour such as 14:30" in refused.stderr
    assert not file.exists()
    assert call_portal(settings, "maintenance", "on", "--until", "14:30").returncode == 0
    assert file.read_text("utf-8") == "14:30\n"
    assert call_portal(settings, "maintenance", "on").returncode == 0
    assert file.read_text("utf-8") == ""
    for _ in range(2):
        assert call_portal(settings, "maintenance", "off").returncode == 0
        assert not file.exists()


def test_a_switch_that_cannot_be_read_closes(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert Switch(tmp_path).closed() == Closed(None)
