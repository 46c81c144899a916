"""Our signatures, as we and two independent validators see them."""

import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from weasyprint import HTML

from portal.adapters.signing.authority import make_authority
from portal.adapters.signing.signer import FileSigner
from portal.ports import Unreachable
from portal.ports_of_documents import Integrity

NOW = datetime.now(UTC)
CHANCE = random.Random(55_19)  # noqa: S311 - which bytes are damaged is no secret


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_authority(folder, "Province de Berkane", NOW)
    return folder


@pytest.fixture(scope="module")
def signer(keys: Path) -> FileSigner:
    return FileSigner(keys)


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    pdf = HTML(string="<html lang=fr><title>Essai</title><p>Essai").write_pdf(pdf_variant="pdf/a-3a")
    assert isinstance(pdf, bytes)
    return pdf


@pytest.fixture(scope="module")
def signed(signer: FileSigner, unsigned: bytes) -> bytes:
    return signer.sign(unsigned).pdf


@pytest.fixture
def signed_file(signed: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    return path


def validate(path: Path, root: Path) -> subprocess.CompletedProcess[str]:
    options = ["--pretty-print", "--no-revocation-check", "--trust", str(root), "--trust-replace"]
    command = [sys.executable, "-m", "pyhanko", "sign", "validate", *options, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_signed_file_is_valid(signer: FileSigner, signed: bytes) -> None:
    assert signer.check(signed) is Integrity.VALID


def test_the_command_line_of_pyhanko_accepts_it_against_our_root_alone(
    signed_file: Path, keys: Path, tmp_path: Path
) -> None:
    make_authority(tmp_path / "other", "Another province", NOW)
    ours, other = validate(signed_file, keys / "root.pem"), validate(signed_file, tmp_path / "other" / "root.pem")
    assert ours.returncode == 0
    assert "judged VALID" in ours.stdout
    assert "covers the entire file" in ours.stdout
    assert other.returncode != 0


def test_poppler_confirms_the_digest_and_the_profile(signed_file: Path) -> None:
    said = subprocess.run(
        ["pdfsig", "-nocert", str(signed_file)], capture_output=True, text=True, timeout=30, check=True
    ).stdout
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said


def test_the_signature_is_invisible_and_leaves_the_content_as_it_was(signed: bytes, unsigned: bytes) -> None:
    assert signed.startswith(unsigned)


def test_one_byte_changed_anywhere_is_told(signer: FileSigner, signed: bytes) -> None:
    signature = signed.rindex(b"/Contents <")
    in_signature = CHANCE.sample(range(signature, len(signed)), 300)
    for position in (*CHANCE.sample(range(16, signature), 200), *in_signature):
        changed = bytearray(signed)
        changed[position] ^= 0x01
        assert signer.check(bytes(changed)) is Integrity.CHANGED, position


@pytest.mark.parametrize("addition", [b"\n", b" ", b"%%EOF\n", b"\x00" * 5000])
def test_appended_bytes_are_told(signer: FileSigner, signed: bytes, addition: bytes) -> None:
    assert signer.check(signed + addition) is Integrity.CHANGED


def test_an_incremental_update_is_told(signer: FileSigner, signed: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Changed"] = writer.root["/Type"]
    writer.update_root()  # type: ignore[no-untyped-call]
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert signer.check(out.getvalue()) is Integrity.CHANGED


def test_signing_again_by_somebody_else_is_told(
    signer: FileSigner, signed: bytes, unsigned: bytes, tmp_path: Path
) -> None:
    make_authority(tmp_path / "other", "Province de Berkane", NOW)
    stranger = FileSigner(tmp_path / "other")
    foreign = stranger.sign(unsigned).pdf
    assert stranger.check(foreign) is Integrity.VALID
    assert signer.check(foreign) is Integrity.FOREIGN
    # The stranger's signature around our file, or ours pasted over another content, makes neither valid.
    assert signer.check(signed + foreign) is Integrity.CHANGED
    assert signer.check(foreign + signed[len(unsigned) :]) is Integrity.CHANGED


def test_bytes_that_no_reader_looks_at_are_a_change_too(signer: FileSigner, signed: bytes) -> None:
    # They end as a file does, and lead readers back to what we signed.
    end = signed[signed.rindex(b"startxref") :]
    assert signer.check(signed + b"% anything at all\n" + end) is Integrity.CHANGED
    assert signer.check(signed + signed) is Integrity.CHANGED


def test_a_file_cut_after_the_signature_is_changed_and_before_it_foreign(
    signer: FileSigner, signed: bytes, unsigned: bytes
) -> None:
    assert signer.check(signed[:-1]) is Integrity.CHANGED
    assert signer.check(signed[:-200]) is Integrity.CHANGED
    assert signer.check(signed[: len(unsigned) // 2]) is Integrity.FOREIGN


def test_zeros_that_fill_the_signature_cannot_carry_a_message(signer: FileSigner, signed: bytes) -> None:
    end = signed.rindex(b"0>")
    assert signer.check(signed[: end - 8] + b"deadbeef" + signed[end:]) is Integrity.CHANGED


def test_an_unsigned_file_is_foreign(signer: FileSigner, unsigned: bytes) -> None:
    assert signer.check(unsigned) is Integrity.FOREIGN


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<html>", b"\x00" * 4096 + b"%PDF-1.7"], ids=["empty", "gif", "html", "late header"]
)
def test_anything_else_is_not_a_pdf(signer: FileSigner, content: bytes) -> None:
    assert signer.check(content) is Integrity.NOT_A_PDF


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3] " * 500_000,
        b"%PDF-1.7\n" + b"/ByteRange [" + b"0 " * 5_000_000,
        b"%PDF-1.7\n" + b"/ByteRange" + b" " * 10_000_000,
        b"%PDF-1.7\n" + b"<" * 10_000_000,
        b"%PDF-1.7\nxref\n0 9999999999\n" + b"9999999999 65535 n \n" * 500_000 + b"startxref\n9999999999\n%%EOF",
        b"%PDF-1.7\n/ByteRange [0 9999999999 9999999999 9999999999]",
        b"%PDF-1.7\n" + CHANCE.randbytes(10_000_000),
    ],
    ids=["ranges", "numbers", "spaces", "brackets", "xref", "far away", "junk"],
)
def test_hostile_files_are_foreign_at_once(signer: FileSigner, content: bytes) -> None:
    began = datetime.now(UTC)
    assert signer.check(content) is Integrity.FOREIGN
    assert (datetime.now(UTC) - began).total_seconds() < 5


@pytest.mark.parametrize(
    "inside", [b"", b"00", b"30", b"3084ffffffff", b"3080" * 20_000, b"30820004" + b"30" * 4, b"zz"]
)
def test_a_broken_signature_that_covers_the_file_is_foreign(signer: FileSigner, inside: bytes) -> None:
    head, tail = b"%PDF-1.7\n/Contents ", b"\n%%EOF"
    gap = b"<" + inside + b">"
    for _ in range(3):
        ending = b"/ByteRange [0 %d %d %d]" % (len(head), len(head) + len(gap), len(tail)) + b"\n%%EOF"
        tail = ending
    assert signer.check(head + gap + tail) is Integrity.FOREIGN


def test_the_authority_is_made_once_and_readable_by_its_owner_only(keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    make_authority(keys, "Somebody else", NOW)
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}


def test_documents_stay_valid_after_a_change_of_authority(
    keys: Path, signed: bytes, unsigned: bytes, tmp_path: Path
) -> None:
    renewed = tmp_path / "renewed"
    make_authority(renewed, "Province de Berkane", NOW)
    with (renewed / "issuing.pem").open("ab") as issuing:
        issuing.write((keys / "issuing.pem").read_bytes())
    shutil.copy(keys / "signers.pem", renewed / "signers.pem")
    signer = FileSigner(renewed)
    assert signer.check(signed) is Integrity.VALID
    assert signer.check(signer.sign(unsigned).pdf) is Integrity.VALID


@pytest.mark.parametrize("damage", ["no key", "broken key", "another key", "no certificate"])
def test_a_key_that_cannot_be_used_is_worth_another_try_later(
    damage: str, keys: Path, unsigned: bytes, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    shutil.copytree(keys, folder)
    signer = FileSigner(folder)
    key, certificate = folder / "signer.key.pem", folder / "signer.pem"
    match damage:
        case "no key":
            key.unlink()
        case "broken key":
            key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
        case "another key":
            shutil.copy(folder / "root.key.pem", key)
        case "no certificate":
            certificate.unlink()
    with pytest.raises(Unreachable):
        signer.sign(unsigned)
    shutil.copytree(keys, folder, dirs_exist_ok=True)
    assert signer.check(signer.sign(unsigned).pdf) is Integrity.VALID
