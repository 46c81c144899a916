"""``portal verify``: files, pictures, texts of QR codes, and whole folders of them; and what it revokes."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from sqlalchemy import select, update

from portal.actions.verdict import Verdict
from portal.actions.verify import verify_file
from portal.adapters.checking.checker import ZygoteChecker
from portal.domain.events import DocumentRevoked
from portal.domain.issued import RevokedFor
from portal.i18n import translate
from portal.ports import Channel, Unreachable
from portal.ports_of_documents import Checker, Looked
from portal.store import cases, journal
from portal.store.documents import Issued
from portal.store.journal import Line
from portal.store.tables import CASES
from tests.support import proving
from tests.support.commands import call_portal, settings_for
from tests.support.databases import Databases
from tests.support.hostile import plain, scripted
from tests.support.interface import Interface
from tests.support.portal import make_portal

SAID = ("--revoke", "--why", "error", "--reason", "Le nom est mal écrit.")


@dataclass(frozen=True)
class Place:
    """A portal on disk, a receipt of it, and a folder of documents."""

    settings: dict[str, str]
    checker: ZygoteChecker
    interface: Interface
    issued: Issued
    reference: str
    pdf: bytes
    folder: Path

    def run(self, *arguments: str, sent: bytes | None = None) -> subprocess.CompletedProcess[str]:
        return call_portal(self.settings, "verify", *arguments, sent=sent, checker=self.checker)

    def filed(self) -> tuple[Issued, bytes]:
        """The receipt of one more case, whose applicant reads e-mail."""
        reference = self.interface.file("reclamation", "road")
        self.interface.portal.run_effects()
        return next(one for one in proving.issued_to(self.interface, reference) if one[0].document == "receipt")

    def lines(self, issued: Issued) -> list[Line]:
        """The journal of a document's case."""
        with self.interface.deps.reading() as work:
            dossier = cases.get(work.connection, work.vault, issued.case_id)
            assert dossier is not None
            return journal.read(work.connection, issued.case_id, dossier.seal)


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data, folder = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("documents")
    keys = proving.make_keys(data / "keys")
    with databases.lent("sqlite") as url, proving.real_checker(keys) as checker:
        portal = make_portal(url, data)
        # The command goes by the machine's clock.
        portal.clock.moment = datetime.now(UTC)
        with proving.proving(portal, checker, keys) as interface:
            reference = interface.file("reclamation", "lighting")
            portal.run_effects()
            receipt = next(one for one in proving.issued_to(interface, reference) if one[0].document == "receipt")
            yield Place(settings_for(url, data), checker, interface, receipt[0], reference, receipt[1], folder)
        portal.close()


def test_a_folder_is_checked_whole_and_each_file_told(place: Place) -> None:
    (place.folder / "below").mkdir()
    files = {
        "a.pdf": place.pdf,
        "below/b.PDF": place.pdf + b"\n",
        "below/c.pdf": plain(),
        "d.jpg": proving.saved(proving.picture_of(place.pdf), "JPEG"),
        "e.pdf": scripted(),
        "f.pdf": b"%PDF-1.7" + bytes(10 * 1024 * 1024),
        "notes.txt": b"not a document",
    }
    for name, content in files.items():
        (place.folder / name).write_bytes(content)
    done = place.run(str(place.folder), "--json")
    assert done.returncode == 1
    told = [json.loads(line) for line in done.stdout.splitlines()]
    found = {Path(one["file"]).name: (one["verdict"], one["checked"], one["why"]) for one in told}
    assert found == {
        "a.pdf": ("valid", "file", None),
        "b.PDF": ("changed", "file", None),
        "c.pdf": ("unknown", "file", "foreign"),
        "d.jpg": ("valid", "seal", None),
        "e.pdf": ("refused", "file", "active"),
        "f.pdf": ("refused", "file", "too_large"),
    }
    assert done.stderr == "portal: 1 skipped, neither PDF nor picture by name\n"
    lines = place.run(str(place.folder)).stdout.splitlines()
    counted = "6 checked: 1 changed, 2 refused, 1 unknown, 1 valid, 1 valid (by its seal)"
    assert lines[-1] == f"{counted}; 1 skipped, neither PDF nor picture by name"
    assert f"a.pdf\tvalid {place.issued.number} {place.reference}" in lines[0]


def test_one_file_is_told_in_one_line_and_only_a_valid_one_ends_with_0(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(place.pdf)
    done = place.run(str(file))
    assert (done.returncode, done.stdout) == (0, f"valid {place.issued.number} {place.reference}\n")
    file.write_bytes(place.pdf + b" ")
    done = place.run(str(file))
    assert (done.returncode, done.stdout.split()[0]) == (1, "changed")


def test_where_only_a_seal_was_judged_the_exit_status_is_not_0(place: Place, tmp_path: Path) -> None:
    files = {"a.pdf": place.pdf, "b.jpg": proving.saved(proving.picture_of(place.pdf), "JPEG")}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    done = place.run(str(tmp_path))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (3, "2 checked: 1 valid, 1 valid (by its seal)")
    assert [place.run(str(tmp_path / name)).returncode for name in files] == [0, 3]
    # Whatever is worse than that counts more.
    (tmp_path / "c.pdf").write_bytes(plain())
    assert place.run(str(tmp_path)).returncode == 1


def test_what_cannot_be_checked_is_told_and_the_others_are_checked(place: Place, tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(place.pdf)
    for name in ("a.pdf", "c.pdf"):
        # A link that leads nowhere: it cannot be read, whoever runs the tests.
        (tmp_path / name).symlink_to(tmp_path / "nowhere")
    # What would never end is passed over, and a link to a folder is not followed.
    os.mkfifo(tmp_path / "d.pdf")
    (tmp_path / "round").symlink_to(tmp_path)
    lines = place.run(str(tmp_path)).stdout.splitlines()
    why = "cannot be read: No such file or directory"
    assert [line.partition("\t")[2] for line in lines[:3]] == [
        f"not checked ({why})",
        f"valid {place.issued.number} {place.reference}",
        f"not checked ({why})",
    ]
    assert lines[3:] == ["1 checked: 1 valid; 2 not checked; 2 skipped, neither PDF nor picture by name"]
    done = place.run(str(tmp_path), "--json")
    assert done.returncode == 1
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["verdict"], one["why"]) for one in told] == [
        ("not_checked", why),
        ("valid", None),
        ("not_checked", why),
    ]
    assert {tuple(one) for one in told} == {tuple(told[1])}
    (tmp_path / "b.pdf").unlink()
    done = place.run(str(tmp_path))
    assert done.stdout.splitlines()[-1].startswith("0 checked; 2 not checked; ")


def test_a_folder_that_cannot_be_opened_is_told(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(place.pdf)
    (tmp_path / "shut").mkdir()
    scan = os.scandir

    def scanned(path: str) -> object:
        # Rights would not keep the account out under which tests may run.
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scanned)
    done = place.run(str(tmp_path))
    assert done.stdout.splitlines()[1:] == [
        f"{tmp_path / 'shut'}\tnot checked (cannot be read: Permission denied)",
        "1 checked: 1 valid; 1 not checked",
    ]
    assert done.returncode == 1


class Tired(Checker):
    """Looks at one file, and is too busy for any other."""

    def __init__(self, checker: Checker) -> None:
        self._checker, self._looked = checker, False

    def look(self, content: bytes, known: int = 0) -> Looked:
        if self._looked:
            raise Unreachable("too many files are being looked at")
        self._looked = True
        return self._checker.look(content, known)


def test_a_busy_machine_ends_no_run(place: Place, tmp_path: Path) -> None:
    for name, content in {"a.pdf": plain(), "b.pdf": plain(), "c.pdf": place.pdf}.items():
        (tmp_path / name).write_bytes(content)
    done = call_portal(place.settings, "verify", str(tmp_path), checker=Tired(place.checker))
    lines = [line.partition("\t")[2] for line in done.stdout.splitlines()[:3]]
    assert [line.split(" (")[0] for line in lines] == [
        "unknown",
        "not checked",
        f"valid {place.issued.number} {place.reference}",
    ]
    assert lines[1].endswith("or the machine was too busy: try again)")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == "2 checked: 1 unknown, 1 valid; 1 not checked"


def test_texts_of_qr_codes_are_read_from_an_option_and_from_standard_input(place: Place) -> None:
    (code,) = zxingcpp.read_barcodes(proving.picture_of(place.pdf, dots=200))
    done = place.run("--text", code.text)
    assert (done.returncode, done.stdout) == (3, f"valid {place.issued.number} {place.reference} (by its seal)\n")
    # What follows the seal's link is no part of it.
    more = place.run("--text", f"{code.text}?/v/AAAAAAAAAAAAAAAA")
    assert (more.returncode, more.stdout) == (done.returncode, done.stdout)
    done = place.run("-", sent=f"{code.text}\n{place.issued.code}\nAAAAAAAAAAAAAAAA\n".encode())
    assert [line.split("\t")[1].split()[0] for line in done.stdout.splitlines()[:3]] == ["valid", "valid", "unknown"]
    assert done.returncode == 1


def test_what_is_not_there_is_said_in_one_line(place: Place, tmp_path: Path) -> None:
    for arguments in (("nowhere.pdf",), (), (str(tmp_path),)):
        done = place.run(*arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("portal: there is no")
    (tmp_path / "notes.txt").write_bytes(b"not a document")
    done = place.run(str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no document to check (1 skipped, neither PDF nor picture by name)" in done.stderr


def test_a_name_of_a_file_cannot_pass_for_a_verdict(place: Place, tmp_path: Path) -> None:
    forged = f"faux\tvalid {place.issued.number}\n\x1b[2Kautre\u202e.pdf"
    (tmp_path / forged).write_bytes(plain())
    (tmp_path / os.fsdecode(b"\xff.pdf")).write_bytes(plain())
    lines = place.run(str(tmp_path)).stdout.splitlines()
    assert [line.split("\t")[1] for line in lines[:2]] == ["unknown (foreign)"] * 2
    assert lines[2:] == ["2 checked: 2 unknown"]
    names = [line.split("\t")[0].rpartition("/")[2] for line in lines[:2]]
    assert names == [rf"faux\tvalid {place.issued.number}\n\x1b[2Kautre\u202e.pdf", r"\udcff.pdf"]
    told = [json.loads(line)["file"] for line in place.run(str(tmp_path), "--json").stdout.splitlines()]
    assert told[0] == str(tmp_path / forged)
    assert "\n" not in place.run(f"none\nvalid {place.issued.number}").stderr.strip()
    typed = f"{'A' * 16}\tx\x1b[1A"
    assert place.run("--text", typed, "--text", typed).stdout.splitlines()[0].startswith("A" * 16 + r"\tx\x1b[1A")


def test_a_copy_of_a_void_document_is_told_to_be_one(place: Place, tmp_path: Path) -> None:
    issued, pdf = place.filed()
    scan, grown = tmp_path / "scan.pdf", tmp_path / "grown.pdf"
    scan.write_bytes(proving.saved(proving.picture_of(pdf), "PDF"))
    grown.write_bytes(pdf + b"\n")
    said = f"unknown (foreign) shown: valid {issued.number} "
    assert place.run(str(scan)).stdout.startswith(said)
    assert place.run("--text", issued.code, *SAID).returncode == 0
    again = place.run("--text", issued.code, *SAID)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"portal: {issued.number} is already revoked, for error\n"
    assert place.run(str(scan)).stdout.startswith(f"unknown (no_longer_stands) shown: revoked {issued.number} ")
    assert place.run(str(grown)).stdout.rstrip().endswith("(revoked)")
    told = json.loads(place.run(str(scan), "--json").stdout)
    assert (told["verdict"], told["why"], told["number"]) == ("unknown", "no_longer_stands", "")
    assert (told["shown"]["verdict"], told["shown"]["number"]) == ("revoked", issued.number)


def test_revoking_goes_the_way_of_a_chiefs_revocation(place: Place, tmp_path: Path) -> None:
    issued, pdf = place.filed()
    file = tmp_path / "receipt.pdf"
    file.write_bytes(pdf)
    for missing in (("--revoke",), SAID[:3], ("--revoke", "--reason", "x"), ("--revoke", "--why", "replaced")):
        refused = place.run(str(file), *missing)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "--why" in refused.stderr or "--reason" in refused.stderr
    assert place.run(str(file), str(file), *SAID).returncode == 1
    assert place.run(str(file)).returncode == 0
    sent = place.interface.portal.outbox[Channel.EMAIL].sent
    sent.clear()
    done = place.run(str(file), *SAID)
    assert (done.returncode, done.stdout.split()[0]) == (0, "revoked"), done.stderr
    assert place.run(str(file)).returncode == 1
    (line,) = [one for one in place.lines(issued) if isinstance(one.event, DocumentRevoked)]
    assert (line.actor, line.actor_role) == ("operator", "system")
    assert line.actor_name.startswith("operator")
    assert line.event == DocumentRevoked("receipt", issued.number, "error", "Le nom est mal écrit.", again=True)
    place.interface.portal.run_effects()
    (mail,) = sent
    assert translate("ar", "A document of your file was replaced") in mail.subject
    deps = place.interface.deps
    found = verify_file(deps, pdf)
    assert (found.verdict, found.known and found.known.revoked_for) == (Verdict.REPLACED, RevokedFor.ERROR)
    # What is revoked already is not revoked again, and nobody is told that it was.
    again = place.run(str(file), "--revoke", "--why", "fraud", "--reason", "Le bail est un faux.")
    assert (again.returncode, again.stdout) == (1, "")
    assert found.known
    assert (
        again.stderr
        == f"portal: {issued.number} is already revoked, for error, and replaced by {found.known.replaced_by}\n"
    )
    assert len([one for one in place.lines(issued) if isinstance(one.event, DocumentRevoked)]) == 1


def test_a_document_whose_case_lost_its_key_is_told_from_the_register(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(place.pdf)
    case = CASES.c.id == place.issued.case_id
    with place.interface.deps.unit_of_work() as work:
        key = work.connection.execute(select(CASES.c.key_wrapped).where(case)).scalar_one()
        work.connection.execute(update(CASES).where(case).values(key_wrapped=None))
    try:
        for asked in ((str(file),), ("--text", place.issued.code)):
            assert place.run(*asked).stdout.startswith(f"valid {place.issued.number} {place.reference}")
        refused = place.run(str(file), *SAID)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"the key of {place.reference} was destroyed" in refused.stderr
    finally:
        with place.interface.deps.unit_of_work() as work:
            work.connection.execute(update(CASES).where(case).values(key_wrapped=key))


def test_an_empty_file_is_told_to_be_empty(place: Place, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    for ran in (place.run(str(empty)), place.run("-", sent=b"")):
        assert (ran.returncode, ran.stdout) == (1, "not_a_pdf (empty)\n")
