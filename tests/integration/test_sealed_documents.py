"""Documents as they are issued carry a seal that reads back, and anybody gets what reading seals without a network takes."""

import base64
import hashlib
import io
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from sqlalchemy import update
from typer.testing import CliRunner, Result

from portal.actions import figures
from portal.actions.reports import ask
from portal.actions.revocations import MARK, REASONS, payload, revocation_list
from portal.adapters.pdf.qr import qr_png
from portal.adapters.sealing import cbor, cose, keys
from portal.adapters.sealing.sealer import FolderSealer
from portal.cli.commands import app
from portal.domain.issued import RevokedFor
from portal.ports import Unreachable
from portal.ports_of_documents import PrintedDocument, Sealed, Statement
from portal.store import cases, documents
from portal.store.documents import Issued
from portal.store.numbers import code_bytes
from portal.store.tables import DOCUMENTS
from tests.support.browser import Browser
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.kiosk import OFFICE, SLUG, act, at_work, file_kiosk, kiosk_portal
from tests.support.portal import AMINA, BASE_URL, TestPortal
from tests.support.seals import START

KEYS, REVOCATIONS = "/.well-known/shubbak-keys.json", "/v/revocations.cose"


def scanned(portal: TestPortal, document: PrintedDocument) -> Sealed:
    """What the QR of a document says, drawn and read again."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_png(document.seal_link))), is_pure=True)
    assert found.text.startswith(f"{BASE_URL.upper()}/V/")
    assert found.text == found.text.upper()
    return portal.deps.sealer.read(found.text.rpartition("/")[2])


def issued(portal: TestPortal, reference: str) -> Issued:
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, reference)
        assert dossier is not None
        return documents.of_case(work.connection, work.vault, dossier.case.id)[0]


def receipt_of(portal: TestPortal, browser: Browser) -> tuple[Issued, PrintedDocument]:
    browser.sign_in()
    reference = file_residence(browser)
    portal.run_effects()
    return issued(portal, reference), portal.renderer.seen[-1]


def revoke(portal: TestPortal, document: Issued, why: RevokedFor = RevokedFor.ERROR) -> None:
    with portal.deps.unit_of_work() as work:
        documents.revoke(work.connection, document, "chief", work.now, why)


def listed(portal: TestPortal, statement: bytes) -> dict[bytes, int]:
    """The entries of a list, by what stands for a document."""
    _, _, _, entries = cbor.read(portal.deps.sealer.stated(Statement.REVOCATIONS, statement))
    return {entries[at : at + MARK]: entries[at + MARK] for at in range(0, len(entries), MARK + 1)}


def mark_of(document: Issued) -> bytes:
    return hashlib.sha256(code_bytes(document.code)).digest()[:MARK]


def test_the_qr_of_an_issued_receipt_reads_back_to_what_was_issued(portal: TestPortal, browser: Browser) -> None:
    receipt, printed = receipt_of(portal, browser)
    found = scanned(portal, printed)
    assert (found.id, found.number, found.kind) == (code_bytes(receipt.code), receipt.number, "receipt")
    assert found.digest == hashlib.sha256(printed.data).digest()
    assert found.digest.hex() == receipt.case_digest
    assert (found.issued_at, found.expires_on) == (receipt.issued_at.replace(microsecond=0), None)
    assert (found.name["fr"], found.identifier) == ("Amina E… A…", f"•••{AMINA.cnie[-3:]}")
    assert orjson.loads(printed.data)["number"] == found.number


@one_database
def test_a_refusal_says_so_and_until_when_nothing(database_url: str, tmp_path: Path) -> None:
    portal = kiosk_portal(database_url, tmp_path)
    browser = Browser(portal)
    browser.sign_in()
    reference = file_kiosk(browser)
    chief = at_work(portal, "chief", OFFICE, "chief", "agent")
    portal.run_effects()
    act(chief, reference, "refuse_at_once", ground="place", reasons="La place est trop petite.")
    portal.run_effects()
    found = scanned(portal, portal.renderer.seen[-1])
    assert (found.kind, found.outcome, found.number[:2]) == ("decision", "refused", "D-")
    portal.close()


@one_database
def test_the_report_on_a_year_is_sealed_too_and_names_nobody(database_url: str, tmp_path: Path) -> None:
    portal = kiosk_portal(database_url, tmp_path)
    browser = Browser(portal)
    browser.sign_in()
    for _ in range(5):
        file_kiosk(browser)
    figures.count_years(portal.deps)
    with portal.deps.unit_of_work() as work:
        report = ask(work, 2026, OFFICE, SLUG)
    portal.run_effects()
    found = scanned(portal, portal.renderer.seen[-1])
    assert (found.id, found.number, found.kind) == (code_bytes(report.code), report.number, "report")
    assert (found.name["ar"], found.identifier, found.outcome) == ("", "", "")
    portal.close()


@one_database
def test_a_receipt_sealed_before_a_change_of_keys_is_read_after_it(portal: TestPortal, browser: Browser) -> None:
    before, printed = receipt_of(portal, browser)
    keys.add_key(_folder(portal), portal.clock.now())
    after, printed_after = receipt_of(portal, browser)
    assert printed.seal_link != printed_after.seal_link
    assert scanned(portal, printed).number == before.number
    assert scanned(portal, printed_after).number == after.number


@one_database
def test_without_a_key_the_job_waits_and_no_number_is_lost(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_residence(browser)
    kept = {path: path.read_bytes() for path in _folder(portal).iterdir()}
    for path in kept:
        path.unlink()
    with pytest.raises(Unreachable, match="portal seal-key new"):
        portal.run_effects()
    assert portal.renderer.seen == []
    for path, content in kept.items():
        path.write_bytes(content)
    portal.run_effects()
    assert scanned(portal, portal.renderer.seen[-1]).number.endswith("-000001")


@one_database
def test_anybody_gets_the_keys_the_one_in_use_first(portal: TestPortal, browser: Browser) -> None:
    portal.clock.forward(days=1)
    newer = keys.add_key(_folder(portal), portal.clock.now())
    answer = browser.client.get(KEYS)
    found = answer.json()
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert (found["issuer"], found["revocations"]) == (BASE_URL, BASE_URL + REVOCATIONS)
    assert [one["since"] for one in found["keys"]] == ["2026-03-03T09:15:00Z", "2026-03-02T09:15:00Z"]
    first = found["keys"][0]
    x, y = (int.from_bytes(base64.urlsafe_b64decode(first[name] + "=")) for name in "xy")
    spki = (
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    assert spki == newer.spki
    assert first["kid"] == hashlib.sha256(spki).digest()[:4].hex() == newer.kid.hex()
    assert not {"d"} & set(first)


@pytest.mark.parametrize("address", [KEYS, REVOCATIONS])
@one_database
def test_caches_keep_it_and_pages_of_any_origin_read_it(browser: Browser, address: str) -> None:
    answer = browser.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers
    again = browser.client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.client.head(address).headers["etag"] == answer.headers["etag"]


def test_the_list_names_what_was_revoked_and_has_not_expired(portal: TestPortal, browser: Browser) -> None:
    first, _ = receipt_of(portal, browser)
    second, _ = receipt_of(portal, browser)
    assert listed(portal, browser.client.get(REVOCATIONS).content) == {}
    revoke(portal, first)
    revoke(portal, second, RevokedFor.FRAUD)
    portal.clock.forward(minutes=5)
    answer = browser.client.get(REVOCATIONS)
    assert answer.headers["content-type"] == 'application/cose; cose-type="cose-sign1"'
    assert listed(portal, answer.content) == {mark_of(first): 2, mark_of(second): 4}
    # Who has the list learns no code from it, with which he could open a document's page.
    assert code_bytes(first.code) not in answer.content
    with portal.deps.store.engine.begin() as connection:
        last_day = update(DOCUMENTS).where(DOCUMENTS.c.id == first.id).values(expires_on=date(2026, 3, 2))
        connection.execute(last_day)
    portal.clock.forward(minutes=5)
    assert mark_of(first) in listed(portal, browser.client.get(REVOCATIONS).content)
    portal.clock.forward(days=1)
    assert listed(portal, browser.client.get(REVOCATIONS).content) == {mark_of(second): 4}


@one_database
def test_within_five_minutes_the_list_is_the_same_to_the_last_bit_whoever_makes_it(portal: TestPortal) -> None:
    made = revocation_list(portal.deps)
    another = replace(portal.deps, store=copy(portal.deps.store))
    portal.clock.forward(minutes=4, seconds=59)
    assert revocation_list(another) == revocation_list(portal.deps) == made
    portal.clock.forward(seconds=1)
    assert revocation_list(portal.deps) != made


@one_database
def test_of_two_lists_a_reader_knows_which_is_the_later(portal: TestPortal, browser: Browser) -> None:
    first, _ = receipt_of(portal, browser)
    second, _ = receipt_of(portal, browser)

    def made() -> int:
        return int(cbor.read(portal.deps.sealer.stated(Statement.REVOCATIONS, revocation_list(portal.deps)))[1])

    floor = made()
    for document in (first, second):
        portal.clock.forward(seconds=1)
        revoke(portal, document)
        assert made() == int(portal.clock.now().timestamp()) > floor
    portal.clock.forward(minutes=5)
    assert made() % 300 == 0
    assert made() > portal.clock.now().timestamp() - 300
    # The clock is set back to before what was revoked: the list is not of the future.
    portal.clock.forward(minutes=-10)
    assert made() <= portal.clock.now().timestamp()


@one_database
def test_a_revocation_that_is_committed_after_a_later_one_is_in_the_list_at_once(
    portal: TestPortal, browser: Browser
) -> None:
    slower, faster = receipt_of(portal, browser)[0], receipt_of(portal, browser)[0]

    portal.clock.forward(seconds=20)
    revoke(portal, faster)
    assert list(listed(portal, revocation_list(portal.deps))) == [mark_of(faster)]
    portal.clock.forward(seconds=-1)
    revoke(portal, slower)
    portal.clock.forward(seconds=1)
    assert set(listed(portal, revocation_list(portal.deps))) == {mark_of(faster), mark_of(slower)}


@one_database
def test_the_list_does_not_go_on_under_a_key_that_was_withdrawn(portal: TestPortal) -> None:
    made = revocation_list(portal.deps)
    (earlier,) = portal.deps.sealer.keys()
    folder = _folder(portal)
    newer = keys.add_key(folder, portal.clock.now())
    keys.withdraw_key(folder, earlier.kid, portal.clock.now())
    signed_by = [cose.kid_in(cose.parse(one).protected) for one in (made, revocation_list(portal.deps))]
    assert signed_by == [earlier.kid, newer.kid]


def test_a_list_of_a_thousand_takes_nine_kilobytes_and_is_in_order() -> None:
    ids = [(hashlib.sha256(bytes([one & 255, one >> 8])).digest()[:10], "error") for one in range(1000)]
    made = payload(ids, START)
    version, made_at, next_at, entries = cbor.read(made)
    assert (version, next_at - made_at, len(entries)) == (1, 86400, 9000)
    marks = [entries[at : at + MARK] for at in range(0, len(entries), MARK + 1)]
    assert marks == sorted(set(marks))
    assert len(made) < 9100


def test_every_reason_has_a_number_and_an_unknown_one_is_none() -> None:
    assert set(REASONS) == set(RevokedFor)
    assert sorted(REASONS.values()) == list(range(1, len(RevokedFor) + 1))
    assert cbor.read(payload([(bytes(10), "")], START))[3][-1] == 0


@one_database
def test_without_a_key_the_list_is_unavailable_for_a_while(portal: TestPortal, browser: Browser) -> None:
    for path in _folder(portal).iterdir():
        path.unlink()
    assert browser.client.get(REVOCATIONS).status_code == 503
    assert browser.client.get(KEYS).json()["keys"] == []


def test_operators_change_and_withdraw_keys_at_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["seal-key", *arguments])

    first = run("new").stdout.split()[0]
    coming = run("new", "--in-days", "7").stdout.split()[0]
    told = orjson.loads(run("list", "--json").stdout)
    assert [(one["key"], one["in_use"]) for one in told] == [(first, True), (coming, False)]
    in_use = run("withdraw", first)
    assert (in_use.exit_code, "in use" in in_use.stderr) == (1, True)
    newer = run("new").stdout.split()[0]
    assert run("withdraw", first).exit_code == 0
    unknown = run("withdraw", first)
    assert (unknown.exit_code, unknown.stderr.count("\n")) == (1, 1)
    assert run("withdraw", "no key").stderr.startswith("portal: 'no key' is not the name of a key")
    lines = [line.split("\t") for line in run("list").stdout.splitlines()]
    assert [(line[0], line[-1][:9]) for line in lines] == [
        (first, "withdrawn"),
        (coming, lines[1][-1][:9]),
        (newer, "in use"),
    ]
    held = {path.name for path in (tmp_path / "keys").glob("*.key.pem")}
    assert held == {f"seal-{coming}.key.pem", f"seal-{newer}.key.pem"}


def _folder(portal: TestPortal) -> Path:
    sealer = portal.deps.sealer
    assert isinstance(sealer, FolderSealer)
    return sealer.folder
