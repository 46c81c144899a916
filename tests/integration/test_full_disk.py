"""A disk that fills while documents are issued: no number is burnt, nothing half written is left, and the job waits."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from portal.actions.effects import abandon, give_up, retry, run_effect, wait_on
from portal.adapters.files.store import FolderStore
from portal.adapters.jobs import WAIT_FOR_ROOM, Retries
from portal.domain.events import NumberAbandoned
from portal.ports import Area, NoRoom, Rejected
from portal.ports_of_documents import Level, Press, PrintedDocument, Signed
from portal.store import cases, documents, effects, journal
from portal.store.effects import Effect
from portal.store.tables import DOCUMENTS, NUMBERS
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal

ROOM = 64 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with next to no room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(filler: Path) -> None:
    """Takes all the room there is."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 512)


def waiting(portal: TestPortal, name: str) -> Effect:
    with portal.deps.reading() as work:
        return next(one for one, _ in effects.unfinished(work.connection) if one.name == name)


def test_a_full_disk_is_told_and_leaves_nothing_behind(small_disk: Path) -> None:
    store = FolderStore(small_disk)
    with pytest.raises(NoRoom):
        store.put(Area.ISSUED, "ab/cd", b"x" * (2 * ROOM))
    with pytest.raises(FileNotFoundError):
        store.get(Area.ISSUED, "ab/cd")
    assert [one for one in small_disk.rglob("*") if one.is_file()] == []


def test_the_same_number_is_issued_once_there_is_room_again(
    portal: TestPortal, browser: Browser, small_disk: Path
) -> None:
    browser.sign_in()
    reference = file_residence(browser)
    effect = waiting(portal, "issue.receipt")
    filler = small_disk / "filler"
    full = replace(portal.deps, files=FolderStore(small_disk))
    fill(filler)
    for _ in range(3):
        with pytest.raises(NoRoom):
            run_effect(full, effect.id, effect.name)
    with portal.deps.reading() as work:
        held = work.connection.execute(DOCUMENTS.select()).all()
        given = work.connection.execute(NUMBERS.select()).all()
    assert [row.sha256 for row in held] == [None]
    assert [row.last for row in given] == [1]
    assert browser.get(f"/fr/cases/{reference}/receipt.pdf").status_code == 503
    filler.unlink()
    run_effect(full, effect.id, effect.name)
    with portal.deps.reading() as work:
        (row,) = work.connection.execute(DOCUMENTS.select()).all()
        assert list(journal.audit_numbers(work.connection)) == []
    assert row.number == held[0].number
    assert row.sha256 is not None


def test_the_list_of_jobs_says_what_one_waits_for_until_it_is_done(
    portal: TestPortal, browser: Browser, database_url: str, tmp_path: Path
) -> None:
    browser.sign_in()
    file_residence(browser)
    effect = waiting(portal, "issue.receipt")

    def listed() -> str:
        done = call_portal(settings_for(database_url, tmp_path), "jobs", "list", "--json")
        return next((one["error"] or "" for one in json.loads(done.stdout) if one["id"] == effect.id), "done")

    assert listed() == ""
    wait_on(portal.deps, effect.id, "NoRoom: there is no room on the disk for issued/ab/cd")
    assert listed() == "NoRoom: there is no room on the disk for issued/ab/cd"
    # The words of a library may quote somebody.
    wait_on(portal.deps, effect.id, "ValueError: Amina El Alaoui")
    assert listed() == "ValueError"
    run_effect(portal.deps, effect.id, effect.name)
    wait_on(portal.deps, effect.id, "Unreachable: too late")
    assert listed() == "done"
    with portal.deps.reading() as work:
        assert effects.get(work.connection, effect.id).error is None  # type: ignore[union-attr]


def test_a_job_waits_for_room_however_long_and_gives_up_for_other_reasons_only() -> None:
    retries = Retries(unreachable=(1, 5))
    assert [retries.pause(NoRoom("full"), failures) for failures in (0, 2, 1000)] == [WAIT_FOR_ROOM] * 3
    assert retries.pause(Rejected("never"), 0) is None


def test_a_number_whose_document_will_never_be_made_is_recorded_as_abandoned(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    file_residence(browser)
    effect = waiting(portal, "issue.receipt")
    full = replace(portal.deps, press=Broken())
    with pytest.raises(Rejected):
        run_effect(full, effect.id, effect.name)
    assert not abandon(portal.deps, effect.id, "too early: it is still being tried")
    give_up(portal.deps, effect.id, effect.name, "Rejected: no font draws it")
    assert abandon(portal.deps, effect.id, "issued by hand")
    with portal.deps.reading() as work:
        (row,) = work.connection.execute(DOCUMENTS.select()).all()
        dossier = cases.get(work.connection, work.vault, row.case_id)
        assert dossier is not None
        lines = journal.read(work.connection, row.case_id, dossier.seal)
        assert list(journal.audit_numbers(work.connection)) == []
        assert documents.of_case(work.connection, work.vault, row.case_id) == []
    assert (row.abandoned_for, row.sha256) == ("issued by hand", None)
    assert lines[-1].event == NumberAbandoned("receipt", row.number, "issued by hand")
    assert not retry(portal.deps, effect.id), "what was abandoned is over"
    # The next document takes the next number.
    file_residence(browser)
    portal.run_effects()
    with portal.deps.reading() as work:
        numbers = [one.number for one in work.connection.execute(DOCUMENTS.select().order_by(DOCUMENTS.c.number))]
    assert numbers[0] == row.number
    assert numbers[1].endswith("-000002")


class Broken(Press):
    """A press that can never draw what it is given."""

    def issue(self, document: PrintedDocument) -> Signed:
        raise Rejected("no font draws it")

    def raised(self, pdf: bytes, to: Level) -> Signed:
        raise Rejected("no font draws it")
