"""Our signatures as others judge them: pyHanko's AdES validation, Poppler's pdfsig, and OpenSSL alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.sign.ades.report import AdESPassed

from portal.adapters.signing.authority import Algorithm
from portal.ports_of_documents import Level
from tests.support.signing_keys import Office, office, unsigned
from tests.support.validating import Contained, contained, judged, openssl, pdfsig

YEARS = timedelta(days=7 * 365)


@pytest.fixture(scope="module", params=list(Algorithm))
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office") / "keys", request.param) as made:
        yield made


@pytest.fixture(scope="module")
def levels(here: Office) -> dict[Level, bytes]:
    signer = here.signer()
    stamped = signer.sign(unsigned()).pdf
    bare = here.signer_without_authority().sign(unsigned()).pdf
    raised = {to: signer.raised(stamped, to).pdf for to in (Level.LT, Level.LTA)}
    return {Level.B: bare, Level.T: stamped, **raised}


@pytest.mark.parametrize(
    ("to", "how", "asks"),
    [(Level.B, "basic", True), (Level.T, "time", True), (Level.LT, "time", False), (Level.LTA, "lta", False)],
)
def test_pyhanko_finds_each_level_what_it_is_said_to_be(
    to: Level, how: str, asks: bool, levels: dict[Level, bytes], here: Office
) -> None:
    """From B-LT on without asking anybody: everything that proves the signature is in the file."""
    assert judged(levels[to], here.root, how, asks=asks).finding is AdESPassed.OK


def test_without_revocation_data_nothing_is_proved_to_whoever_cannot_ask(
    levels: dict[Level, bytes], here: Office
) -> None:
    assert judged(levels[Level.T], here.root, "time", asks=False).finding is not AdESPassed.OK


def test_pyhanko_believes_nothing_under_another_root(levels: dict[Level, bytes], here: Office, tmp_path: Path) -> None:
    with office(tmp_path / "keys", name="Somebody else") as stranger:
        assert judged(levels[Level.LTA], stranger.root, "lta").finding is not AdESPassed.OK


def test_poppler_confirms_every_digest(levels: dict[Level, bytes], tmp_path: Path) -> None:
    """Poppler and pyHanko agree on digests. They disagree on the rest, and why:

    - It does not verify document time stamps (ETSI.RFC3161) at all; pyHanko and OpenSSL do.
    - pdfsig knows no chain but those in its own list of authorities: `-nocert` leaves certificates out of it.
    - It calls a signature valid whatever was added behind it, and says no more than that not the total document is signed:
      that is so of B-LT, where revocation data were added, as it is of an attack. pyHanko looks at what was added.
    """
    for to, pdf in levels.items():
        path = tmp_path / f"{to.value}.pdf"
        path.write_bytes(pdf)
        said = pdfsig(path)
        assert said.count("Signature is Valid") == 1, to
        assert said.count("has not yet been verified") == (1 if to is Level.LTA else 0), to
        assert said.count("Total document signed") == (0 if to is Level.LT else 1), to
        assert said.count("Not total document signed") == (1 if to in (Level.LT, Level.LTA) else 0), to
        assert "ETSI.CAdES.detached" in said


@pytest.mark.parametrize("to", list(Level))
def test_openssl_alone_confirms_the_signature_and_its_chain(
    to: Level, levels: dict[Level, bytes], here: Office, tmp_path: Path
) -> None:
    signature, *_ = contained(levels[to])
    content, der = laid_out(signature, tmp_path)
    # RFC 9336 made a purpose for signing documents; OpenSSL knows only those before it.
    check = ("cms", "-verify", "-binary", "-inform", "DER", "-in", der, "-content", content, "-purpose", "any")
    verified = openssl(*check, "-CAfile", here.root, "-cades", "-out", tmp_path / "out")
    assert verified.returncode == 0, verified.stderr
    content.write_bytes(content.read_bytes().replace(b"/Root", b"/Ruth", 1))
    assert openssl(*check, "-CAfile", here.root, "-out", tmp_path / "out").returncode != 0


@pytest.mark.parametrize("to", [Level.T, Level.LTA])
def test_openssl_alone_confirms_the_time_stamps(
    to: Level, levels: dict[Level, bytes], here: Office, tmp_path: Path
) -> None:
    signature, *stamps = contained(levels[to])
    signer_info = cms.ContentInfo.load(signature.cms)["content"]["signer_infos"][0]
    on_signature = Contained(signer_info["signature"].native, signer_info["unsigned_attrs"][0]["values"][0].dump())
    assert len(stamps) == (1 if to is Level.LTA else 0)
    for each in (on_signature, *stamps):
        content, der = laid_out(each, tmp_path)
        check = ("ts", "-verify", "-token_in", "-in", der, "-data", content, "-CAfile", here.root)
        verified = openssl(*check)
        assert "Verification: OK" in verified.stdout, verified.stderr
        content.write_bytes(content.read_bytes() + b"\n")
        assert "Verification: FAILED" in openssl(*check).stdout


def laid_out(signature: Contained, folder: Path) -> tuple[Path, Path]:
    content, der = folder / "content", folder / "signature.der"
    content.write_bytes(signature.covered)
    der.write_bytes(signature.cms)
    return content, der


def test_the_last_stamp_covers_the_whole_file(levels: dict[Level, bytes]) -> None:
    last = contained(levels[Level.LTA])[-1]
    assert len(last.covered) > len(levels[Level.LT])


@pytest.fixture(scope="module", params=list(Algorithm))
def years_ago(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office as it was seven years ago, with certificates for signing that ended a year ago."""
    with office(tmp_path_factory.mktemp("then") / "keys", request.param, -YEARS) as made:
        yield made


def test_a_document_outlives_the_certificate_it_was_signed_with(years_ago: Office) -> None:
    signer = years_ago.signer()
    stamped = signer.sign(unsigned()).pdf
    years_ago.server.instead = lambda path, _body: (503, "text/plain", b"") if path == "/tsa" else None
    late = years_ago.signer().sign(unsigned()).pdf
    years_ago.server.instead = lambda _path, _body: None
    years_ago.server.ahead = -YEARS + timedelta(minutes=1)
    proved, archived, late_archived = (
        years_ago.signer().raised(each, to).pdf
        for each, to in ((stamped, Level.LT), (stamped, Level.LTA), (late, Level.LTA))
    )
    years_ago.server.ahead = timedelta(days=-400)
    renewed = years_ago.signer().raised(archived, Level.LTA).pdf
    # Today: the authorities still answer, but no longer about what has run out.
    years_ago.server.ahead = timedelta(0)
    for lasting in (archived, late_archived, renewed):
        assert judged(lasting, years_ago.root, "lta").finding is AdESPassed.OK
    for ended in (stamped, proved):
        assert judged(ended, years_ago.root, "lta").finding is not AdESPassed.OK
    years_ago.server.ahead = -YEARS
