"""Whose signatures are ours: those of our own signers, whatever else their authority certifies, also of former keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from portal.adapters.checking.asked import read_certificates
from portal.adapters.signing.authority import certificates_in, key_in, make_authority
from portal.adapters.signing.certificates import Algorithm, Holder, seal_under, stamp_under
from portal.adapters.signing.integrity import integrity_of
from portal.adapters.signing.set_up import Signing, Source
from portal.adapters.signing.signer import FileSigner
from portal.adapters.signing.trusted import enter_signer
from portal.ports import Rejected, Unreachable
from portal.ports_of_documents import Integrity, Level
from tests.support.devices import PIN, TOKEN, imported, lent_device, softhsm
from tests.support.proving import real_checker
from tests.support.signing_keys import unsigned

NOW = datetime.now(UTC)
PUBLIC = ("issuing.pem", "root.pem")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    make_authority(tmp_path / "keys", "Province de Berkane", NOW)
    return tmp_path / "keys"


def certified(ours: Path, who: str, folder: Path, maker: str = "seal") -> Path:
    """The keys of somebody whom the same authority certifies, in a folder of his own."""
    (issuing,), key = certificates_in(ours / "issuing.pem"), key_in(ours / "issuing.key.pem")
    assert key is not None
    under = seal_under if maker == "seal" else stamp_under
    made = under(Holder(issuing, key), who, NOW, Algorithm.P256.new_key(), "")
    folder.mkdir()
    for name in PUBLIC:
        (folder / name).write_bytes((ours / name).read_bytes())
    (folder / "signer.pem").write_bytes(made.certificate.public_bytes(Encoding.PEM))
    (folder / "signer.key.pem").write_bytes(made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder


def found(pdf: bytes, folder: Path) -> Integrity:
    """What a file is to whoever has the public files of a folder alone, as the process that looks at uploads."""
    return integrity_of(pdf, read_certificates(folder).trusted)


def test_another_customer_of_our_authority_is_a_stranger(ours: Path, tmp_path: Path) -> None:
    mine = FileSigner(ours).sign(unsigned()).pdf
    theirs = FileSigner(certified(ours, "Boulangerie El Amal", tmp_path / "theirs")).sign(unsigned()).pdf
    signer = FileSigner(ours)
    assert [found(each, ours) for each in (mine, theirs)] == [Integrity.VALID, Integrity.FOREIGN]
    assert [signer.check(each) for each in (mine, theirs)] == [Integrity.VALID, Integrity.FOREIGN]
    with pytest.raises(Rejected):
        signer.raised(theirs, Level.LTA)
    with real_checker(ours) as checker:
        looked = checker.look(theirs)
    assert (looked.integrity, looked.signer) == (Integrity.FOREIGN, "")
    # His file with our name is a stranger's too, and damaged it does not become ours.
    named_as_we = FileSigner(certified(ours, "Province de Berkane", tmp_path / "namesake")).sign(unsigned()).pdf
    for pdf in (named_as_we, theirs + b"\n", theirs.replace(b"/Root", b"/Ruth", 1)):
        assert found(pdf, ours) is Integrity.FOREIGN


@pytest.mark.parametrize("place", [0.1, 0.9])
def test_a_file_of_ours_is_told_by_either_half_of_its_certificate(place: float, ours: Path) -> None:
    pdf = FileSigner(ours).sign(unsigned()).pdf
    written = certificates_in(ours / "signer.pem")[0].public_bytes(Encoding.DER).hex().encode()
    start = pdf.lower().index(written)
    at = start + int(place * len(written))
    changed = pdf[:at] + (b"0" if pdf[at : at + 1] != b"0" else b"1") + pdf[at + 1 :]
    assert found(changed, ours) is Integrity.CHANGED


@pytest.mark.parametrize("source", list(Source))
def test_what_a_former_key_signed_stays_ours_wherever_the_key_is(source: Source, ours: Path, tmp_path: Path) -> None:
    """Before the first signature, nothing but the public files; after the change of keys, no file of the former ones."""
    later = certified(ours, "Province de Berkane", tmp_path / "later")
    match source:
        case Source.PKCS11:
            module = softhsm()
            with lent_device(module, tmp_path):
                signing = Signing(ours, source, PIN, module, TOKEN)
                imported(ours, "former", "a1")
                former = signing.signer().sign(unsigned()).pdf
                imported(later, "next", "a2")
                (later / "signer.pem").replace(ours / "signer.pem")
                current = signing.signer().sign(unsigned()).pdf
        case Source.PKCS12:
            packed(ours, ours)
            (ours / "signer.pem").unlink()
            former = Signing(ours, source, "un secret").signer().sign(unsigned()).pdf
            packed(later, ours)
            current = Signing(ours, source, "un secret").signer().sign(unsigned()).pdf
        case Source.FOLDER:
            former = FileSigner(ours).sign(unsigned()).pdf
            for name in ("signer.pem", "signer.key.pem"):
                (later / name).replace(ours / name)
            current = FileSigner(ours).sign(unsigned()).pdf
    assert [found(each, ours) for each in (former, current)] == [Integrity.VALID, Integrity.VALID]
    assert [FileSigner(ours).check(each) for each in (former, current)] == [Integrity.VALID, Integrity.VALID]
    assert len(certificates_in(ours / "signers.pem")) == 2


def packed(source: Path, folder: Path) -> None:
    """Puts a signer's key and certificate into the one file of a folder."""
    key, (certificate, *_) = key_in(source / "signer.key.pem"), certificates_in(source / "signer.pem")
    encryption = serialization.BestAvailableEncryption(b"un secret")
    content = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)
    (folder / "signer.p12").write_bytes(content)


def test_a_signer_that_runs_recognises_what_others_enter_meanwhile(ours: Path, tmp_path: Path) -> None:
    running = FileSigner(ours)
    assert running.check(unsigned()) is Integrity.FOREIGN
    later = certified(ours, "Province de Berkane", tmp_path / "later")
    pdf = FileSigner(later).sign(unsigned()).pdf
    assert running.check(pdf) is Integrity.FOREIGN
    enter_signer(ours, certificates_in(later / "signer.pem")[0])
    assert running.check(pdf) is Integrity.VALID


def test_what_was_signed_before_signers_were_entered_stays_ours_when_the_demonstration_renews_its_keys(
    ours: Path,
) -> None:
    pdf = FileSigner(ours).sign(unsigned()).pdf
    (ours / "signers.pem").unlink()
    (ours / "signer.key.pem").unlink()
    make_authority(ours, "Province de Berkane", NOW)
    assert found(pdf, ours) is Integrity.VALID


@pytest.mark.parametrize("state", ["half of it", "a folder"])
def test_nothing_is_signed_that_might_not_be_recognised_later(state: str, ours: Path) -> None:
    path = ours / "signers.pem"
    if state == "a folder":
        path.mkdir()
    else:
        FileSigner(ours).sign(unsigned())
        path.write_bytes(path.read_bytes()[:200])
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(Unreachable, match=r"signers\.pem"):
        FileSigner(ours).sign(unsigned())
    assert before is None or path.read_bytes() == before


def test_many_enter_their_certificates_at_once_and_none_is_lost(ours: Path, tmp_path: Path) -> None:
    by_hand = (ours / "signer.pem").read_bytes()
    (ours / "signers.pem").write_bytes(b"# Kept by hand, without an end of line\n" + by_hand.rstrip())
    many = [certificates_in(certified(ours, f"{n}", tmp_path / f"{n}") / "signer.pem")[0] for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda one: enter_signer(ours, one), [*many, *many]))
    kept, *entered = certificates_in(ours / "signers.pem")
    assert kept == certificates_in(ours / "signer.pem")[0]
    assert sorted(entered, key=many.index) == many
    assert (ours / "signers.pem").read_text().startswith("# Kept by hand")


def test_a_certificate_that_signs_no_contents_is_told_at_once(ours: Path, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="nonRepudiation"):
        FileSigner(certified(ours, "Province de Berkane", tmp_path / "stamp", "stamp")).sign(unsigned())
    assert not (tmp_path / "stamp" / "signers.pem").exists()
