"""The public log: what enters it and when, its heads, and the proofs that anybody gets of what is in it."""

import hashlib
import json
import threading
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import cbor2
import pytest
from alembic.config import Config
from sqlalchemy import func, insert, select, update

from alembic import command
from portal.actions import transparency
from portal.actions.audit import audit
from portal.actions.deps import Deps
from portal.adapters.signing.tokens import read_token
from portal.domain import merkle
from portal.domain.issued import RevokedFor
from portal.ports import Unreachable
from portal.ports_of_documents import Statement
from portal.store import documents, issued_files, log, log_format
from portal.store.issued_files import Owner
from portal.store.numbers import code_bytes
from portal.store.tables import CASES, DOCUMENTS, JOURNAL
from portal.store.tables_of_proofs import ISSUED_FILES, LOG_HEADS, LOG_LEAVES, LOG_NODES, LOG_PENDING
from tests.support.browser import Browser
from tests.support.commands import ROOT, call_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal
from tests.support.revoking import revoke_alone
from tests.support.stamping import LocalStamps


@pytest.fixture
def stamps(tmp_path: Path) -> LocalStamps:
    return LocalStamps(tmp_path / "authority")


@pytest.fixture
def deps(portal: TestPortal, stamps: LocalStamps) -> Deps:
    return replace(portal.deps, stamps=stamps)


def rows(portal: TestPortal, table: Any, *order: Any) -> list[Any]:
    with portal.deps.reading() as work:
        return list(work.connection.execute(select(table).order_by(*(order or table.primary_key.columns))).all())


def count(portal: TestPortal, table: Any) -> int:
    with portal.deps.reading() as work:
        return int(work.connection.execute(select(func.count()).select_from(table)).scalar_one())


def file_cases(portal: TestPortal, browser: Browser, many: int) -> list[str]:
    """Cases whose receipts are issued."""
    if browser.get("/fr/me").url.path != "/fr/me":
        browser.sign_in()
    found = [file_residence(browser) for _ in range(many)]
    portal.run_effects()
    return found


def digest_of(portal: TestPortal, reference: str) -> str:
    """The digest of a case's receipt."""
    query = select(DOCUMENTS.c.sha256).join(CASES).where(CASES.c.reference == reference)
    with portal.deps.reading() as work:
        return str(work.connection.execute(query).scalars().first())


def test_documents_and_journals_enter_in_order_and_a_signed_and_stamped_head_tells_of_them(
    portal: TestPortal, browser: Browser, deps: Deps
) -> None:
    references = file_cases(portal, browser, 3)
    done = transparency.publish(deps)
    leaves = rows(portal, LOG_LEAVES)
    issued = count(portal, ISSUED_FILES)
    assert [leaf.position for leaf in leaves] == list(range(issued + len(references)))
    assert [leaf.kind for leaf in leaves] == ["document"] * issued + ["journal"] * len(references)
    assert done.appended == len(leaves)
    assert count(portal, LOG_PENDING) == 0
    head = done.head
    assert head is not None
    # The root is that of the entries, worked out here from nothing but them.
    edge = merkle.Edge()
    for leaf in leaves:
        assert leaf.hash == hashlib.sha256(b"\x00" + leaf.entry).digest()
        edge.add(leaf.hash)
    assert (head.size, head.root) == (len(leaves), edge.root)
    said = cbor2.loads(deps.sealer.stated(Statement.TREE_HEAD, head.statement))
    assert said == [1, head.size, head.root, int(portal.clock.now().timestamp())]
    assert done.stamped == 1
    assert head.timestamp is not None
    stamped = read_token(head.timestamp, hashlib.sha256(head.statement).digest(), None)
    assert stamped.at.tzinfo is not None
    assert list(audit(deps)) == []


def test_an_entry_of_a_journal_tells_nobody_which_case_it_is_of(
    portal: TestPortal, browser: Browser, deps: Deps
) -> None:
    file_cases(portal, browser, 1)
    transparency.publish(deps)
    with portal.deps.unit_of_work() as work:
        # As if its journal had to enter once more, as it is.
        work.connection.execute(update(CASES).values(logged_length=0))
    transparency.publish(deps)
    first, second = [one for one in rows(portal, LOG_LEAVES) if one.kind == "journal"]
    entries = [cbor2.loads(one.entry) for one in (first, second)]
    case = rows(portal, CASES)[0]
    last = rows(portal, JOURNAL)[-1]
    for kind, salt, subject, length, head in entries:
        assert (kind, length, head) == ("journal", last.position, last.hash)
        assert len(salt) == 16
        assert subject == hashlib.sha256(salt + case.id.encode()).digest()
    assert entries[0][1] != entries[1][1]
    assert first.hash != second.hash


def test_a_revocation_enters_without_the_documents_code(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    (reference,) = file_cases(portal, browser, 1)
    transparency.publish(deps)
    with portal.deps.unit_of_work() as work:
        issued = documents.by_digest(work.connection, work.vault, digest_of(portal, reference))
        assert issued is not None
        revoke_alone(work, issued, RevokedFor.FRAUD)
    assert transparency.publish(deps).appended == 2, "the revocation, and the journal that says so"
    (last,) = [one for one in rows(portal, LOG_LEAVES) if one.kind == "revocation"]
    code = code_bytes(issued.code)
    told = ["revocation", hashlib.sha256(code).digest(), "fraud", int(portal.clock.now().timestamp())]
    assert cbor2.loads(last.entry) == told
    assert list(audit(deps)) == []


def test_a_journal_enters_again_only_when_it_has_grown(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    file_cases(portal, browser, 2)
    first = transparency.publish(deps).head
    assert transparency.publish(deps) == transparency.Round(0, first, 0)
    assert count(portal, LOG_HEADS) == 1
    portal.clock.forward(hours=1)
    # Nothing new: the head of that size stays as it was published.
    assert transparency.publish(deps).head == first
    file_cases(portal, browser, 1)
    more = count(portal, LOG_PENDING) + 1
    second = transparency.publish(deps).head
    assert first is not None
    assert second is not None
    assert second.size == first.size + more
    assert second.at > first.at


def test_an_empty_log_has_no_head(portal: TestPortal, deps: Deps) -> None:
    assert transparency.publish(deps) == transparency.Round(0, None, 0)


def test_a_head_is_published_without_a_stamp_and_gets_it_when_the_authority_is_back(
    portal: TestPortal, browser: Browser, deps: Deps, stamps: LocalStamps
) -> None:
    file_cases(portal, browser, 1)
    stamps.failing = Unreachable("away")
    done = transparency.publish(deps)
    assert done.head is not None
    assert done.head.timestamp is None
    assert list(audit(deps)) == []
    stamps.failing = None
    later = transparency.publish(deps)
    assert later.stamped == 1
    assert later.head == replace(done.head, timestamp=later.head.timestamp if later.head else None)
    assert list(audit(deps)) == []
    assert transparency.publish(deps).stamped == 0


def test_without_a_key_entries_wait_for_their_head(
    portal: TestPortal, browser: Browser, deps: Deps, tmp_path: Path
) -> None:
    file_cases(portal, browser, 1)
    keys = [path for path in (tmp_path / "keys").iterdir() if path.suffix == ".pem"]
    kept = {path: path.read_bytes() for path in keys}
    for path in keys:
        path.unlink()
    done = transparency.publish(deps)
    assert done.appended > 0
    assert done.head is None
    for path, content in kept.items():
        path.write_bytes(content)
        path.chmod(0o600)
    head = transparency.publish(deps).head
    assert head is not None
    assert head.size == done.appended


def test_of_two_workers_at_once_each_entry_is_appended_by_one(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    file_cases(portal, browser, 6)
    waiting = count(portal, LOG_PENDING) + 6
    done: list[transparency.Round] = []
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        done.append(transparency.publish(deps))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    transparency.publish(deps)
    assert sum(one.appended for one in done) == waiting == count(portal, LOG_LEAVES)
    assert list(audit(deps)) == []


def test_a_first_round_goes_in_pages_and_leaves_one_head(
    portal: TestPortal, browser: Browser, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_cases(portal, browser, 5)
    waiting = count(portal, LOG_PENDING) + 5
    monkeypatch.setattr(transparency, "PAGE", 3)
    done = transparency.publish(deps)
    assert done.appended == waiting
    assert [head.size for head in rows(portal, LOG_HEADS)] == [waiting]
    assert count(portal, LOG_NODES) == sum(waiting >> level for level in range(1, 10))
    assert list(audit(deps)) == []


def test_what_was_issued_before_there_was_a_log_enters_it_with_the_first_head(
    portal: TestPortal, browser: Browser, deps: Deps
) -> None:
    kept, withdrawn = (digest_of(portal, one) for one in file_cases(portal, browser, 2))
    with portal.deps.unit_of_work() as work:
        issued = documents.by_digest(work.connection, work.vault, withdrawn)
        assert issued is not None
        revoke_alone(work, issued, RevokedFor.ERROR)
    made = Config(str(ROOT / "alembic.ini"))
    for step, target in ((command.downgrade, "0012"), (command.upgrade, "head")):
        with portal.deps.store.engine.begin() as connection:
            made.attributes.update(connection=connection, vault=portal.deps.store.vault)
            step(made, target)
    transparency.publish(deps)
    assert [one.kind for one in rows(portal, LOG_LEAVES)].count("revocation") == 1
    with portal.deps.reading() as work:
        places = [transparency.place_of(work, one) for one in (kept, withdrawn)]
    assert all(place is not None and place.holds for place in places)
    # What the register said of them besides went with the columns on the way down.
    assert {one.problem for one in audit(deps)} == {"its line of the register is not as it was entered"}


def test_a_case_that_somebody_is_writing_to_waits_for_the_next_head(
    portal: TestPortal, browser: Browser, deps: Deps, engine_kind: str
) -> None:
    if engine_kind == "sqlite":
        pytest.skip("one writer at a time: nobody else can be writing")
    first, second = sorted(file_cases(portal, browser, 2))
    with portal.deps.store.engine.begin() as busy:
        busy.execute(update(CASES).where(CASES.c.reference == first).values(alert=""))
        transparency.publish(deps)
    logged = {one.reference: one.logged_length > 0 for one in rows(portal, CASES)}
    assert logged == {first: False, second: True}
    transparency.publish(deps)
    assert all(one.logged_length == one.journal_length for one in rows(portal, CASES))


def test_whoever_holds_a_document_gets_its_place_and_a_proof(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    reference, *_ = file_cases(portal, browser, 4)
    sha256 = digest_of(portal, reference)
    with portal.deps.reading() as work:
        assert transparency.place_of(work, sha256) is None, "no head tells of it yet"
    entered = transparency.publish(deps).head
    portal.clock.forward(hours=1)
    file_cases(portal, browser, 3)
    latest = transparency.publish(deps).head
    assert entered is not None
    assert latest is not None
    with portal.deps.reading() as work:
        place = transparency.place_of(work, sha256)
        assert transparency.place_of(work, "0" * 64) is None
    assert place is not None
    assert (place.entered_at, place.head.size, place.holds) == (entered.at, latest.size, True)
    found = browser.client.get("/transparency/proof.json", params={"sha256": sha256.upper()}).json()
    assert found["number"] == place.number == found["position"] + 1
    assert bytes.fromhex(found["entry"]) == cbor2.dumps(["document", bytes.fromhex(sha256)])
    leaf = hashlib.sha256(b"\x00" + bytes.fromhex(found["entry"])).digest()
    assert found["leaf"] == leaf.hex()
    proof, root = [bytes.fromhex(one) for one in found["proof"]], bytes.fromhex(found["head"]["root"])
    assert merkle.is_included(leaf, found["position"], found["head"]["size"], proof, root)
    assert found["head"]["root"] == latest.root.hex()


def test_a_file_whose_signature_was_raised_has_a_place_of_its_own(
    portal: TestPortal, browser: Browser, deps: Deps
) -> None:
    (reference,) = file_cases(portal, browser, 1)
    first = digest_of(portal, reference)
    with portal.deps.unit_of_work() as work:
        owner = issued_files.owner_of(work.connection, work.vault, first)
        assert owner is not None
        newer = hashlib.sha256(b"raised").hexdigest()
        issued_files.add(work.connection, work.vault, Owner.DOCUMENT, owner.owner_id, newer, owner.level, work.now)
    transparency.publish(deps)
    with portal.deps.reading() as work:
        places = [transparency.place_of(work, one) for one in (first, newer)]
    assert all(place is not None and place.holds for place in places)
    assert len({place.position for place in places if place}) == 2


@one_database
def test_programs_get_heads_consistency_and_hashes(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    get = browser.client.get
    assert get("/transparency/head.json").status_code == 404
    heads = []
    for _ in range(3):
        file_cases(portal, browser, 2)
        portal.clock.forward(hours=1)
        heads.append(transparency.publish(deps).head)
    first, _, last = heads
    assert first is not None
    assert last is not None
    latest = get("/transparency/head.json")
    assert latest.json() == transparency.head_data(last)
    assert latest.json()["at"] == "2026-03-02T12:15:00Z"
    assert get("/transparency/head.json", params={"size": first.size}).json() == transparency.head_data(first)
    assert get("/transparency/head.json", params={"size": first.size + 1}).status_code == 404
    kept = get("/transparency/head.json", headers={"if-none-match": latest.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    listed = get("/transparency/heads.json").json()
    assert [one["size"] for one in listed["heads"]] == [one.size for one in reversed(heads) if one]
    assert listed["next"] is None
    assert get("/transparency/heads.json", params={"before": last.size}).json()["heads"] == listed["heads"][1:]
    sizes = {"from": first.size, "to": last.size}
    found = get("/transparency/consistency.json", params=sizes).json()
    proof = [bytes.fromhex(one) for one in found["proof"]]
    assert merkle.is_consistent(first.size, last.size, first.root, last.root, proof)
    assert get("/transparency/consistency.json", params={"from": first.size}).json() == found
    assert found["to"] == {"size": last.size, "root": last.root.hex()}
    mirrored = merkle.Edge()
    while mirrored.size < last.size:
        part = get("/transparency/leaves", params={"start": mirrored.size, "count": 5}).json()
        assert part["size"] == last.size
        for one in part["leaves"]:
            mirrored.add(bytes.fromhex(one))
    assert mirrored.root == last.root


@pytest.mark.parametrize(
    "address",
    [
        "consistency.json",
        "consistency.json?from=0",
        "consistency.json?from=3&to=2",
        "consistency.json?from=1&to=99999",
        "consistency.json?from=-1&to=2",
        "consistency.json?from=1&to=x",
        "proof.json",
        "proof.json?sha256=12",
        "proof.json?sha256=" + "g" * 64,
        "leaves",
        "leaves?start=0&count=0",
        "leaves?start=0&count=5000",
        "leaves?start=٣&count=1",
        "leaves?start=0&count=9999999999999999999",
    ],
)
@one_database
def test_what_names_nothing_is_told_so(portal: TestPortal, browser: Browser, deps: Deps, address: str) -> None:
    file_cases(portal, browser, 1)
    transparency.publish(deps)
    answer = browser.client.get(f"/transparency/{address}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]


@one_database
def test_entries_that_no_head_tells_of_are_not_given_out(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    file_cases(portal, browser, 1)
    head = transparency.publish(deps).head
    file_cases(portal, browser, 1)
    with portal.deps.unit_of_work() as work:
        log.append(work.connection, work.vault, work.now, 100)
    assert head is not None
    found = browser.client.get("/transparency/leaves?start=0&count=100").json()
    assert len(found["leaves"]) == found["size"] == head.size
    assert browser.client.get(f"/transparency/consistency.json?from=1&to={head.size + 1}").status_code == 422


@one_database
def test_who_asks_too_often_is_told_to_come_back(portal: TestPortal, browser: Browser, deps: Deps) -> None:
    statuses = [browser.client.get("/transparency/leaves?start=0&count=1").status_code for _ in range(122)]
    assert statuses == [200] * 120 + [429] * 2
    # The head itself is never refused: to keep it is what everybody is asked to do.
    assert browser.client.get("/transparency/head.json").status_code == 404


@one_database
def test_the_page_explains_shows_the_heads_and_how_to_keep_one(
    portal: TestPortal, browser: Browser, deps: Deps
) -> None:
    assert browser.get("/fr/transparency").status_code == 200
    assert "head.json?size" not in browser.text
    file_cases(portal, browser, 1)
    head = transparency.publish(deps).head
    assert head is not None
    for language in ("ar", "fr"):
        browser.get(f"/{language}/transparency")
        assert f'href="/transparency/head.json?size={head.size}" download="head-{head.size}.json"' in browser.text
        assert head.root.hex()[:16] in browser.text
    answer = browser.client.get("/transparency", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"][3:]) == (303, "/transparency")


@one_database
def test_the_commands_publish_and_give_heads_and_proofs(
    portal: TestPortal, browser: Browser, database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    assert call_portal(settings, "log", "head").returncode == 1
    (reference,) = file_cases(portal, browser, 1)
    published = call_portal(settings, "log", "publish")
    assert published.returncode == 0, published.stderr
    size = count(portal, LOG_LEAVES)
    assert size > 1
    assert published.stdout.startswith(f"{size} entries appended\nthe head of {size} entries: ")
    assert "not time-stamped yet" in published.stdout
    head = call_portal(settings, "log", "head")
    assert json.loads(head.stdout) == browser.client.get("/transparency/head.json").json()
    with portal.deps.reading() as work:
        issued = documents.by_digest(work.connection, work.vault, digest_of(portal, reference))
    assert issued is not None
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(browser.client.get(f"/fr/cases/{reference}/documents/{issued.number}.pdf").content)
    proof = call_portal(settings, "log", "proof", str(receipt))
    assert json.loads(proof.stdout)["sha256"] == issued.sha256
    none = call_portal(settings, "log", "proof", "--revoked", str(receipt))
    assert (none.returncode, none.stdout) == (1, "")
    with portal.deps.unit_of_work() as work:
        revoke_alone(work, issued, RevokedFor.ERROR)
    assert call_portal(settings, "log", "publish").returncode == 0
    ended = json.loads(call_portal(settings, "log", "proof", "--revoked", str(receipt)).stdout)
    assert (ended["kind"], ended["sha256"]) == ("revocation", issued.sha256)
    assert ended == browser.client.get("/transparency/proof.json", params={"revoked": issued.sha256 or ""}).json()
    receipt.write_bytes(b"something else")
    assert call_portal(settings, "log", "proof", str(receipt)).returncode == 1


@pytest.mark.parametrize(
    "data", [b"", b"\x80", b"\x82\x68document\x41a", b"\xff", cbor2.dumps(["document", bytes(32), 1])]
)
def test_what_is_no_entry_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(log_format.NotAnEntry):
        log_format.read_entry(data)


def test_every_entry_is_read_as_it_was_written() -> None:
    written = (
        log_format.DocumentEntry(bytes(range(32))),
        log_format.RevocationEntry(bytes(32), "error", 1772442900),
        log_format.journal_entry("a" * 32, 7, bytes(32)),
    )
    for one in written:
        assert log_format.read_entry(one.encoded()) == one
    # The same words written at greater length are another entry.
    longer = b"\x98\x02" + written[0].encoded()[1:]
    with pytest.raises(log_format.NotAnEntry):
        log_format.read_entry(longer)


def test_nothing_that_entered_can_be_changed_or_removed_by_an_ordinary_statement(
    portal: TestPortal, browser: Browser, deps: Deps
) -> None:
    file_cases(portal, browser, 1)
    transparency.publish(deps)
    for table in (LOG_LEAVES, LOG_NODES):
        for change in (
            update(table).values(hash=bytes(32)),
            table.delete(),
            insert(table).values(**first_of(portal, table)),
        ):
            with pytest.raises(Exception, match=r"stays written|duplicate key"), portal.deps.unit_of_work() as work:
                work.connection.execute(change)
    assert list(audit(deps)) == []


def first_of(portal: TestPortal, table: Any) -> dict[str, Any]:
    found = dict(rows(portal, table)[0]._mapping)
    return {name: value.astimezone(UTC) if name == "at" else value for name, value in found.items()}
