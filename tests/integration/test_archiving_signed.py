"""The night with real signatures: the sandbox stamps and answers for certificates, and our signer raises what it made."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from weasyprint import HTML

from portal.actions.archive_turns import archive_now, take_turn
from portal.adapters.press import HandPress
from portal.adapters.signing.authority import Algorithm, make_authority
from portal.adapters.signing.signer import FileSigner
from portal.adapters.signing.time_authority import Authority
from portal.ports_of_documents import Integrity, Level, PrintedDocument, Renderer
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox
from tests.integration.test_archiving import content, held, issue_many, left, levels
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.portal import TestPortal
from tests.support.signing_keys import new_keys
from tests.support.validating import judged

pytestmark = one_database


class Drawn(Renderer):
    """One page, whatever the document says: here only its signature matters."""

    def __init__(self) -> None:
        pdf = HTML(string="<html lang=fr><title>Essai</title><p>Essai").write_pdf(pdf_variant="pdf/a-3a")
        assert isinstance(pdf, bytes)
        self._pdf = pdf

    def render(self, document: PrintedDocument) -> bytes:
        return self._pdf


class Office:
    """A sandbox at work, and a portal that signs with the keys it vouches for."""

    def __init__(self, portal: TestPortal, sandbox: RunningSandbox, keys: Path, algorithm: Algorithm) -> None:
        self.portal, self.sandbox, self.keys, self.algorithm = portal, sandbox, keys, algorithm
        self.vouch()
        self.signers: list[FileSigner] = []
        self.signer = self.new_signer()

    def vouch(self) -> None:
        """Has the authority make what is missing among its keys."""
        now = datetime.now(UTC)
        make_authority(
            self.keys, "Province de Berkane", now, addresses=self.sandbox.url, new_key=new_keys(self.algorithm)
        )

    def new_signer(self) -> FileSigner:
        signer = FileSigner(self.keys, Authority(f"{self.sandbox.url}/tsa"))
        self.signers.append(signer)
        self.portal.deps = replace(self.portal.deps, signer=signer, press=HandPress(Drawn(), signer))
        return signer


@dataclass(frozen=True)
class Vouched:
    """A sandbox, and the folder of keys that it vouches for."""

    sandbox: RunningSandbox
    keys: Path
    algorithm: Algorithm


@pytest.fixture(scope="module")
def vouched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouched]:
    algorithm = getattr(request, "param", Algorithm.P256)
    folder = tmp_path_factory.mktemp("vouched")
    with running_sandbox(folder / "sandbox", "--keys-dir", str(folder / "signing"), port=free_port()) as sandbox:
        yield Vouched(sandbox, folder / "signing", algorithm)


@pytest.fixture
def office(portal: TestPortal, vouched: Vouched) -> Iterator[Office]:
    # Certificates and time stamps are of this day, so that the portal's clock must be too.
    portal.clock.moment = datetime.now(UTC)
    vouched.sandbox.control("tsa", off=False, mute=False)
    made = Office(portal, vouched.sandbox, vouched.keys, vouched.algorithm)
    yield made
    for signer in made.signers:
        signer.close()


def stays_valid(pdf: bytes, keys: Path, *, asks: bool = False) -> bool:
    """Whether pyHanko, knowing the root alone and asking nobody, finds the signature good for the long term."""
    return judged(pdf, keys / "root.pem", "lta", asks=asks).finding is AdESPassed.OK


@pytest.mark.parametrize("vouched", list(Algorithm), indirect=True)
def test_documents_signed_by_day_are_good_for_the_long_term_in_the_morning(office: Office, browser: Browser) -> None:
    portal = office.portal
    issue_many(portal, browser, 2)
    assert levels(portal) == [Level.T, Level.T]
    done = archive_now(portal.deps)
    assert (done.raised, done.left, done.stopped_by) == (2, 0, "")
    for issued in held(portal):
        pdf = content(portal, issued)
        assert hashlib.sha256(pdf).hexdigest() == issued.sha256
        assert office.signer.check(pdf) is Integrity.VALID
        assert stays_valid(pdf, office.keys)


def test_an_hour_without_time_stamps_loses_nothing(office: Office, browser: Browser) -> None:
    portal = office.portal
    office.sandbox.control("tsa", off=True)
    (issued,) = issue_many(portal, browser, 1)
    assert issued.level is Level.B
    assert take_turn(portal.deps).stopped_by.startswith("Unreachable: ")
    office.sandbox.control("tsa", off=False, mute=True)
    # The signer leaves an authority alone for a moment when it has failed; a new one has not seen it fail.
    office.new_signer()
    assert take_turn(portal.deps).stopped_by.startswith("Unreachable: ")
    assert left(portal) == set()
    office.sandbox.control("tsa", mute=False)
    office.new_signer()
    assert take_turn(portal.deps).raised == 1
    assert stays_valid(content(portal, held(portal)[0]), office.keys)


def test_a_renewed_document_keeps_every_stamp_it_had(office: Office, browser: Browser) -> None:
    portal = office.portal
    issue_many(portal, browser, 1)
    archive_now(portal.deps)
    before = content(portal, held(portal)[0])
    portal.clock.forward(days=366)
    assert archive_now(portal.deps).renewed == 1
    after = content(portal, held(portal)[0])
    assert after.startswith(before)
    stamps = [len(PdfFileReader(BytesIO(pdf)).embedded_timestamp_signatures) for pdf in (before, after)]
    assert stamps[1] == stamps[0] + 1
    assert stays_valid(after, office.keys)


def test_documents_of_certificates_that_were_renewed_are_raised_all_the_same(office: Office, browser: Browser) -> None:
    portal = office.portal
    issue_many(portal, browser, 1)
    # The key is gone, and the authority makes new ones under the same root.
    (office.keys / "signer.key.pem").unlink()
    office.vouch()
    signer = office.new_signer()
    issue_many(portal, browser, 1)
    assert archive_now(portal.deps).raised == 2
    for issued in held(portal):
        # Whose stamp is the last one is asked about until the next; here it is another's than the signature's.
        assert signer.check(content(portal, issued)) is Integrity.VALID
        assert stays_valid(content(portal, issued), office.keys, asks=True)
