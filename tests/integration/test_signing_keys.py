"""Where the signing key may be, and how it is changed while documents are being signed."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from portal.adapters.signing.authority import Algorithm, make_authority
from portal.adapters.signing.hardware import TokenKeys
from portal.adapters.signing.keys import FolderKeys, KeySource, Pkcs12Keys
from portal.adapters.signing.set_up import Signing, Source
from portal.adapters.signing.signer import PadesSigner
from portal.ports import Unreachable
from portal.ports_of_documents import Integrity, Level
from tests.support.devices import PIN, imported
from tests.support.signing_keys import new_keys, unsigned
from tests.support.validating import contained, openssl

NOW = datetime.now(UTC)


@pytest.fixture(params=list(Algorithm))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make_authority(tmp_path / "keys", "Province de Berkane", NOW, new_key=new_keys(request.param))
    return tmp_path / "keys"


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    return made(tmp_path / "keys")


def made(folder: Path, at: datetime = NOW) -> Path:
    make_authority(folder, "Province de Berkane", at)
    return folder


def signed_by(pdf: bytes, folder: Path) -> bool:
    """Whether OpenSSL finds the certificate of a folder to have signed."""
    (signature,) = contained(pdf)
    der = folder / "signature.der"
    der.write_bytes(signature.cms)
    (folder / "content").write_bytes(signature.covered)
    check = ("cms", "-verify", "-binary", "-inform", "DER", "-in", der, "-content", folder / "content")
    done = openssl(*check, "-certfile", folder / "signer.pem", "-nointern", "-noverify", "-out", os.devnull)
    return done.returncode == 0


def packed(folder: Path, passphrase: bytes) -> None:
    """Puts the signer's key and certificate into one file, and takes the others away."""
    key = load_pem_private_key((folder / "signer.key.pem").read_bytes(), None)
    certificate = x509.load_pem_x509_certificate((folder / "signer.pem").read_bytes())
    encryption = serialization.BestAvailableEncryption(passphrase)
    content = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)  # type: ignore[arg-type]
    (folder / "signer.p12").write_bytes(content)
    (folder / "signer.key.pem").unlink()


def test_a_key_in_a_pkcs12_file_signs(folder: Path) -> None:
    packed(folder, b"un secret")
    signer = Signing(folder, Source.PKCS12, "un secret").signer()
    signed = signer.sign(unsigned())
    assert signed.level is Level.B
    assert signer.check(signed.pdf) is Integrity.VALID
    assert signed_by(signed.pdf, folder)


@pytest.mark.parametrize("damage", ["wrong passphrase", "no file", "half a file"])
def test_a_pkcs12_file_that_cannot_be_read_is_worth_another_try(damage: str, quick: Path) -> None:
    packed(quick, b"un secret")
    file = quick / "signer.p12"
    whole = file.read_bytes()
    signer = PadesSigner(quick, Pkcs12Keys(quick, "another" if damage == "wrong passphrase" else "un secret"))
    match damage:
        case "no file":
            file.unlink()
        case "half a file":
            file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unreachable):
        signer.sign(unsigned())
    if damage != "wrong passphrase":
        file.write_bytes(whole)
        assert signer.sign(unsigned()).level is Level.B


def test_a_pem_key_may_have_a_passphrase(quick: Path) -> None:
    path = quick / "signer.key.pem"
    key = load_pem_private_key(path.read_bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"un secret")
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    assert PadesSigner(quick, FolderKeys(quick, "un secret")).sign(unsigned()).level is Level.B
    with pytest.raises(Unreachable):
        PadesSigner(quick, FolderKeys(quick, "another")).sign(unsigned())
    with pytest.raises(Unreachable):
        PadesSigner(quick, FolderKeys(quick)).sign(unsigned())


def renewed(folder: Path) -> Path:
    """Another signer under another authority of the same office, in a folder of its own."""
    other = made(folder.parent / "renewed")
    with (other / "issuing.pem").open("ab") as issuing:
        issuing.write((folder / "issuing.pem").read_bytes())
    return other


def put(source: Path, folder: Path, *names: str) -> None:
    """Replaces files as one does that are in use: each at once."""
    for name in names:
        partial = folder / f"{name}.new"
        partial.write_bytes((source / name).read_bytes())
        partial.replace(folder / name)


def test_another_key_is_taken_over_without_a_restart(quick: Path) -> None:
    signer, other = PadesSigner(quick, FolderKeys(quick)), renewed(quick)
    first = signer.sign(unsigned()).pdf
    put(other, quick, "issuing.pem", "signer.pem", "signer.key.pem")
    second = signer.sign(unsigned()).pdf
    assert not signed_by(first, other)
    assert signed_by(second, other)
    assert {signer.check(each) for each in (first, second)} == {Integrity.VALID}


@pytest.mark.parametrize(
    "order",
    [
        ("issuing.pem", "signer.pem", "signer.key.pem"),
        ("signer.key.pem", "signer.pem", "issuing.pem"),
        ("signer.pem", "issuing.pem", "signer.key.pem"),
    ],
)
def test_half_of_a_new_pair_is_never_signed_with(order: tuple[str, ...], quick: Path) -> None:
    signer, other = PadesSigner(quick, FolderKeys(quick)), renewed(quick)
    signer.sign(unsigned())
    for name in order:
        put(other, quick, name)
        signed = signer.sign(unsigned()).pdf
        assert signer.check(signed) is Integrity.VALID
        assert signed_by(signed, other) is (name == order[-1])


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_the_old_pair_signs_on_while_the_new_one_is_being_written(damage: bytes, quick: Path) -> None:
    signer = PadesSigner(quick, FolderKeys(quick))
    signer.sign(unsigned())
    (quick / "signer.key.pem").write_bytes(damage)
    assert signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID
    (quick / "signer.pem").unlink()
    assert signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID
    with pytest.raises(Unreachable):
        PadesSigner(quick, FolderKeys(quick)).sign(unsigned())


@pytest.mark.parametrize("part", ["signer.key.pem", "signer.pem"])
def test_the_old_pair_signs_on_beside_a_key_on_a_curve_that_the_library_lacks(part: str, quick: Path) -> None:
    signer = PadesSigner(quick, FolderKeys(quick))
    signer.sign(unsigned())
    openssl("ecparam", "-name", "secp160k1", "-genkey", "-noout", "-out", quick / "odd.key")
    if part == "signer.pem":
        openssl("req", "-x509", "-key", quick / "odd.key", "-out", quick / part, "-subj", "/CN=odd", "-days", "3")
    else:
        (quick / part).write_bytes((quick / "odd.key").read_bytes())
    assert signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID
    with pytest.raises(Unreachable):
        PadesSigner(quick, FolderKeys(quick)).sign(unsigned())


def test_empty_lists_of_earlier_signers_hold_nobody_up(quick: Path) -> None:
    for name in ("signers.pem", "retired.pem"):
        (quick / name).write_bytes(b"\n")
    (quick / "signers.pem").chmod(0o644)
    signer = PadesSigner(quick, FolderKeys(quick))
    assert signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID
    assert (quick / "signers.pem").stat().st_mode & 0o777 == 0o644


def test_keys_are_changed_under_the_hands_of_many(quick: Path) -> None:
    signer, other = PadesSigner(quick, FolderKeys(quick)), renewed(quick)
    original = made(quick.parent / "original")
    put(quick, original, "signer.pem", "signer.key.pem")
    put(other, quick, "issuing.pem")
    found: list[Integrity] = []

    def sign() -> None:
        found.extend(signer.check(signer.sign(unsigned()).pdf) for _ in range(15))

    threads = [threading.Thread(target=sign) for _ in range(3)]
    for thread in threads:
        thread.start()
    turn = 0
    while any(thread.is_alive() for thread in threads):
        turn += 1
        put((other, original)[turn % 2], quick, "signer.pem", "signer.key.pem")
    assert found == [Integrity.VALID] * 45


def test_a_certificate_is_used_from_its_day_on_and_not_after_its_last(quick: Path) -> None:
    at = [NOW]
    signer, other = (
        PadesSigner(quick, FolderKeys(quick), now=lambda: at[0]),
        made(quick.parent / "next", NOW + timedelta(days=30)),
    )
    signer.sign(unsigned())
    with (other / "issuing.pem").open("ab") as issuing:
        issuing.write((quick / "issuing.pem").read_bytes())
    put(other, quick, "issuing.pem", "signer.pem", "signer.key.pem")
    assert not signed_by(signer.sign(unsigned()).pdf, other)
    at[0] = NOW + timedelta(days=31)
    assert signed_by(signer.sign(unsigned()).pdf, other)
    at[0] = NOW + timedelta(days=20 * 365)
    with pytest.raises(Unreachable, match="not in force"):
        signer.sign(unsigned())


def test_a_weak_key_is_refused(quick: Path) -> None:
    made_of = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Weak", "-days", "30")
    assert openssl(*made_of, "-keyout", quick / "signer.key.pem", "-out", quick / "signer.pem").returncode == 0
    with pytest.raises(Unreachable, match="neither on P-256 nor RSA"):
        PadesSigner(quick, FolderKeys(quick)).sign(unsigned())


def test_a_key_on_a_device_signs(folder: Path, device: str, module: str) -> None:
    imported(folder, "seal", os.urandom(4).hex())
    signer = Signing(folder, Source.PKCS11, PIN, module, device).signer()
    for _ in range(3):
        signed = signer.sign(unsigned())
        assert signer.check(signed.pdf) is Integrity.VALID
        assert signed_by(signed.pdf, folder)


def test_a_key_that_is_renewed_on_its_device_is_found_by_its_certificate(quick: Path, device: str, module: str) -> None:
    other = renewed(quick)
    imported(quick, "yearly", "a1")
    signer = PadesSigner(quick, TokenKeys(quick, module, device, PIN, "yearly"))
    signer.sign(unsigned())
    imported(other, "yearly", "a2")
    put(other, quick, "issuing.pem", "signer.pem")
    signed = signer.sign(unsigned()).pdf
    assert signed_by(signed, other)
    assert signer.check(signed) is Integrity.VALID


def test_a_device_that_was_restarted_is_opened_anew(quick: Path, device: str, module: str) -> None:
    imported(quick, "restarted", os.urandom(4).hex())
    signer = PadesSigner(quick, TokenKeys(quick, module, device, PIN))
    signer.sign(unsigned())
    pkcs11.lib(module).reinitialize()
    assert signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID


@pytest.mark.parametrize("fault", ["pin", "token", "label", "module", "key"])
def test_a_device_that_cannot_be_used_is_worth_another_try(fault: str, quick: Path, device: str, module: str) -> None:
    if fault != "key":
        imported(quick, f"for {fault}", os.urandom(4).hex())
    # A process is signed in to a token once, for all its sessions: the PIN counts again from here on.
    pkcs11.lib(module).reinitialize()
    source: KeySource = TokenKeys(
        quick,
        "/nowhere/libdevice.so" if fault == "module" else module,
        "another" if fault == "token" else device,
        "0000" if fault == "pin" else PIN,
        "another" if fault == "label" else "",
    )
    with pytest.raises(Unreachable):
        PadesSigner(quick, source).sign(unsigned())


def test_processes_forked_from_one_that_has_signed_open_sessions_of_their_own(
    quick: Path, device: str, module: str
) -> None:
    imported(quick, "forked", os.urandom(4).hex())
    signer = PadesSigner(quick, TokenKeys(quick, module, device, PIN))
    signer.sign(unsigned())
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            good = False
            try:
                good = all(signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID for _ in range(3))
            finally:
                os._exit(0 if good else 1)
        children.append(child)
    assert signer.check(signer.sign(unsigned()).pdf) is Integrity.VALID
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
