"""Whoever may write to the database, but holds neither the keys nor a head saved elsewhere, is found out by `portal audit`."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from portal.actions import transparency
from portal.actions.audit import audit
from portal.actions.audit_log import NotAHead, read_heads
from portal.actions.deps import Deps
from portal.actions.revocations import revocation_list
from portal.adapters.sealing import cose
from portal.adapters.sealing.keys import ensure_key
from portal.adapters.sealing.sealer import FolderSealer
from portal.domain import merkle
from portal.domain.issued import RevokedFor
from portal.store import documents, journal, log_audit
from portal.store.journal import ORIGIN
from portal.store.log import Head
from portal.store.log_entries import DOCUMENT
from portal.store.numbers import code_bytes
from portal.store.tables import CASES, DOCUMENTS, EFFECTS, FILES, JOURNAL, NUMBERS
from portal.store.tables_of_proofs import ISSUED_FILES, LOG_HEADS, LOG_LEAVES, LOG_NODES, LOG_PENDING
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal
from tests.support.revoking import revoke_alone
from tests.support.stamping import LocalStamps

Row = dict[str, Any]


@dataclass
class World:
    """Two cases in the log, and what an attacker has: the database, and a copy of it from before."""

    portal: TestPortal
    deps: Deps
    references: tuple[str, str]
    before: tuple[Row, list[Row]]
    """The first case as it was before its receipt was issued: its row, with the proof of then, and its lines."""
    saved: Head

    @property
    def ids(self) -> tuple[str, str]:
        with self.deps.reading() as work:
            found = {
                row.reference: row.id for row in work.connection.execute(select(CASES.c.id, CASES.c.reference)).all()
            }
        return found[self.references[0]], found[self.references[1]]

    def problems(self, *saved: Head) -> list[str]:
        return [one.problem for one in audit(self.deps, saved)]


@pytest.fixture
def world(portal: TestPortal, browser: Browser, tmp_path: Path) -> World:
    deps = replace(portal.deps, stamps=LocalStamps(tmp_path / "authority"))
    browser.sign_in()
    first = file_residence(browser)
    with portal.deps.store.engine.begin() as connection:
        case = dict(connection.execute(select(CASES).where(CASES.c.reference == first)).one()._mapping)
        before = case, lines_of(connection, case["id"])
    second = file_residence(browser)
    portal.run_effects()
    done = transparency.publish(deps)
    assert done.head is not None
    made = World(portal, deps, (first, second), before, done.head)
    assert made.problems(done.head) == []
    return made


def lines_of(connection: Connection, case: str) -> list[Row]:
    query = select(JOURNAL).where(JOURNAL.c.case_id == case).order_by(JOURNAL.c.position)
    return [dict(row._mapping) for row in connection.execute(query)]


def disarm(connection: Connection) -> None:
    """Takes the triggers off that keep rows as they are."""
    if connection.dialect.name == "sqlite":
        named = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
        for name in list(named):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for table in (ISSUED_FILES, LOG_LEAVES, LOG_NODES):
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")


def rewrite(connection: Connection, case: str, lines: Sequence[Row]) -> None:
    """Puts lines in the place of a journal's, numbered and chained as they should be, and the case's head with them."""
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == case))
    head = ORIGIN
    for position, line in enumerate(lines, 1):
        said = (line["kind"], line["at"], line["actor_role"], line["actor"], line["data_sealed"])
        head = journal.line_hash(head, case, position, *said)
        connection.execute(insert(JOURNAL).values({**line, "position": position, "hash": head}))
    connection.execute(update(CASES).where(CASES.c.id == case).values(journal_length=len(lines), journal_head=head))


def put_back(connection: Connection, world: World) -> None:
    """Puts the first case back as it was before its receipt: a journal cut off at the end, with a proof that fits it."""
    case, lines = world.before
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == case["id"], JOURNAL.c.position > len(lines)))
    connection.execute(update(CASES).where(CASES.c.id == case["id"]).values({**case, "logged_length": 0}))


def remove(connection: Connection, case: str) -> None:
    """Removes a case, the latest, with all that belongs to it, so that no number is missing."""
    issued = list(connection.execute(select(DOCUMENTS.c.id, DOCUMENTS.c.number).where(DOCUMENTS.c.case_id == case)))
    connection.execute(delete(ISSUED_FILES).where(ISSUED_FILES.c.owner_id.in_([one.id for one in issued])))
    for one in issued:
        series = one.number.rpartition("-")[0]
        connection.execute(update(NUMBERS).where(NUMBERS.c.series == series).values(last=NUMBERS.c.last - 1))
    for table in (DOCUMENTS, FILES, EFFECTS, JOURNAL):
        connection.execute(delete(table).where(table.c.case_id == case))
    connection.execute(delete(CASES).where(CASES.c.id == case))


def rebuild(connection: Connection, keep: Callable[[Row], bool]) -> None:
    """Makes the log anew of those leaves that are to stay, its nodes too; the heads, which nobody can sign, are gone."""
    leaves = [dict(row._mapping) for row in connection.execute(select(LOG_LEAVES).order_by(LOG_LEAVES.c.position))]
    for table in (LOG_LEAVES, LOG_NODES, LOG_HEADS):
        connection.execute(delete(table))
    edge = merkle.Edge()
    for leaf in filter(keep, leaves):
        connection.execute(insert(LOG_LEAVES).values({**leaf, "position": edge.size}))
        for subtree, found in edge.add(leaf["hash"]):
            values = {"level": subtree.level, "position": subtree.position, "hash": found}
            connection.execute(insert(LOG_NODES).values(values))


def edited(connection: Connection, world: World) -> None:
    lines = lines_of(connection, world.ids[0])
    lines[1]["actor"] = "somebody else"
    rewrite(connection, world.ids[0], lines)


def removed_from_the_middle(connection: Connection, world: World) -> None:
    lines = lines_of(connection, world.ids[0])
    rewrite(connection, world.ids[0], [lines[0], *lines[2:]])


def reordered(connection: Connection, world: World) -> None:
    lines = lines_of(connection, world.ids[0])
    rewrite(connection, world.ids[0], [lines[1], lines[0], *lines[2:]])


def a_case_removed(connection: Connection, world: World) -> None:
    remove(connection, world.ids[1])


def a_line_missing(connection: Connection, world: World) -> None:
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == world.ids[0], JOURNAL.c.position == last_of(world)))


def last_of(world: World) -> int:
    with world.deps.reading() as work:
        query = select(CASES.c.journal_length).where(CASES.c.reference == world.references[0])
        return int(work.connection.execute(query).scalar_one())


def change(table: Table, **values: Any) -> Callable[[Connection, World], None]:
    """Changes the first row of a table."""

    def changed(connection: Connection, _world: World) -> None:
        key = next(iter(table.primary_key.columns))
        least = connection.execute(select(key).order_by(key)).scalars().first()
        connection.execute(update(table).where(key == least).values(**values))

    return changed


def an_entry_missing(connection: Connection, _world: World) -> None:
    connection.execute(delete(LOG_LEAVES).where(LOG_LEAVES.c.position == 1))


def entries_swapped(connection: Connection, _world: World) -> None:
    """With their nodes left as they are."""
    kept = [
        dict(row._mapping) for row in connection.execute(select(LOG_LEAVES).order_by(LOG_LEAVES.c.position).limit(2))
    ]
    connection.execute(delete(LOG_LEAVES).where(LOG_LEAVES.c.position < 2))
    for position, one in enumerate(reversed(kept)):
        connection.execute(insert(LOG_LEAVES).values({**one, "position": position}))


def the_last_entry_cut_off(connection: Connection, world: World) -> None:
    connection.execute(delete(LOG_LEAVES).where(LOG_LEAVES.c.position == world.saved.size - 1))


def a_file_unregistered(connection: Connection, _world: World) -> None:
    connection.execute(delete(ISSUED_FILES))


def a_file_of_another(connection: Connection, _world: World) -> None:
    first = connection.execute(select(ISSUED_FILES.c.sha256)).scalars().first()
    connection.execute(update(ISSUED_FILES).where(ISSUED_FILES.c.sha256 == first).values(owner_id="0" * 32))


def a_file_smuggled_in(connection: Connection, _world: World) -> None:
    """A file that was never issued, entered in the register of a document behind the log's back."""
    one = dict(connection.execute(select(ISSUED_FILES)).first()._mapping)  # type: ignore[union-attr]
    connection.execute(insert(ISSUED_FILES).values({**one, "sha256": "ab" * 32}))


ALTERED = "the entry was altered"
NOT_LED = "the log's entries do not lead to the head that was published"
ATTACKS: dict[str, tuple[Callable[[Connection, World], None], str]] = {
    "edited": (edited, "the line, or one before it, is not what entered the log"),
    "removed": (removed_from_the_middle, "the journal was cut off at the end"),
    "reordered": (reordered, "the line, or one before it, is not what entered the log"),
    "cut off": (put_back, "the journal was cut off at the end: the log knows"),
    "line missing": (a_line_missing, "the line that entered the log is missing"),
    "case removed": (a_case_removed, "that it tells of was removed"),
    "entry altered": (change(LOG_LEAVES, entry=b"\x82"), ALTERED),
    "entry of another subject": (change(LOG_LEAVES, subject="0" * 32), "no longer in the register"),
    "hash altered": (change(LOG_LEAVES, hash=bytes(32)), ALTERED),
    "kind altered": (change(LOG_LEAVES, kind="journal"), ALTERED),
    "node altered": (change(LOG_NODES, hash=bytes(32)), "the tree above the entry is not that of its entries"),
    "entry missing": (an_entry_missing, "the entry is missing"),
    "entries swapped": (entries_swapped, NOT_LED),
    "log cut off": (the_last_entry_cut_off, "it was cut off"),
    "root altered": (change(LOG_HEADS, root=bytes(32)), NOT_LED),
    "statement altered": (change(LOG_HEADS, statement=b"\xd2\x84"), "the head was not signed by a key"),
    "stamp altered": (change(LOG_HEADS, timestamp=b"\x30\x00"), "time stamp is not one on its statement"),
    "file unregistered": (a_file_unregistered, "no longer in the register"),
    "file of another": (a_file_of_another, "no longer in the register"),
    "file smuggled in": (a_file_smuggled_in, "is not in the log"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_whatever_is_done_to_what_the_log_tells_of_is_found(world: World, name: str) -> None:
    attack, expected = ATTACKS[name]
    with world.deps.store.engine.begin() as connection:
        disarm(connection)
        attack(connection, world)
    found = world.problems()
    assert [one for one in found if expected in one], found


def test_a_journal_put_back_as_it_was_is_found_by_the_log_alone(world: World) -> None:
    with world.deps.store.engine.begin() as connection:
        put_back(connection, world)
        # The document that it had by then goes too, and its number.
        case = world.ids[0]
        numbers = connection.execute(select(DOCUMENTS.c.number).where(DOCUMENTS.c.case_id == case)).scalars().all()
        connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.case_id == case))
        for number in numbers:
            series = number.rpartition("-")[0]
            connection.execute(update(NUMBERS).where(NUMBERS.c.series == series).values(last=NUMBERS.c.last - 1))
    with world.deps.reading() as work:
        alone = journal.audit_case(work.connection, work.vault, case, world.references[0])
        assert list(alone) == [], "its chain and proof are those of then"
    found = {(one.reference, one.position) for one in audit(world.deps) if "cut off at the end" in one.problem}
    assert found == {(world.references[0], len(world.before[1]))}


def without_the_second_case(connection: Connection, world: World) -> None:
    case = world.ids[1]
    issued = set(connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.case_id == case)).scalars())
    remove(connection, case)
    rebuild(connection, lambda leaf: leaf["subject"] not in {case, *issued})


def without_the_end_of_a_journal(connection: Connection, world: World) -> None:
    put_back(connection, world)
    rebuild(connection, lambda leaf: leaf["subject"] != world.ids[0])


def without_anything(connection: Connection, _world: World) -> None:
    rebuild(connection, lambda _leaf: False)
    connection.execute(update(CASES).values(logged_length=0))
    for one in connection.execute(select(ISSUED_FILES)).all():
        waiting = {"kind": DOCUMENT, "subject": one.owner_id, "detail": {"sha256": one.sha256}, "at": one.at}
        connection.execute(insert(LOG_PENDING).values(waiting))


@pytest.mark.parametrize(
    ("attack", "left"),
    [
        (without_the_second_case, ""),
        (without_the_end_of_a_journal, "does not say that it was issued"),
        (without_anything, ""),
    ],
)
def test_a_log_made_anew_is_found_by_a_head_that_somebody_saved(
    world: World, attack: Callable[[Connection, World], None], left: str
) -> None:
    with world.deps.store.engine.begin() as connection:
        disarm(connection)
        attack(connection, world)
    # The portal itself then signs a head of it, without knowing.
    world.portal.clock.forward(hours=1)
    assert transparency.publish(world.deps).head is not None
    told = world.problems()
    assert len(told) == (1 if left else 0), told
    assert all(left in one for one in told), "nothing else that the attacker left here tells"
    found = world.problems(world.saved)
    assert [one for one in found if "head saved of 2026-03-02 09:15 UTC" in one], found


def test_a_log_that_was_emptied_is_found_by_a_saved_head(world: World) -> None:
    with world.deps.store.engine.begin() as connection:
        disarm(connection)
        without_anything(connection, world)
    assert [one for one in world.problems(world.saved) if "the log has 0 entries" in one]


def test_the_log_goes_on_from_every_head_that_was_saved(world: World, browser: Browser) -> None:
    saved = [world.saved]
    for _ in range(3):
        world.portal.clock.forward(hours=1)
        browser.sign_in()
        file_residence(browser)
        world.portal.run_effects()
        head = transparency.publish(world.deps).head
        assert head is not None
        saved.append(head)
    assert world.problems(*saved) == []
    other = replace(saved[1], root=saved[2].root)
    assert [one for one in world.problems(*saved, other) if "does not go on from the head saved" in one]


def test_many_pages_are_held_together(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    file_residence(browser)
    world.portal.run_effects()
    head = transparency.publish(world.deps).head
    monkeypatch.setattr(log_audit, "PAGE", 3)
    monkeypatch.setattr(journal, "PAGE", 2)
    assert head is not None
    assert world.problems(world.saved, head) == []
    with world.deps.store.engine.begin() as connection:
        disarm(connection)
        connection.execute(update(LOG_NODES).where(LOG_NODES.c.level == 2).values(hash=bytes(32)))
    assert world.problems() == ["the tree above the entry is not that of its entries"]


def test_a_place_in_the_log_that_was_taken_away_is_missed(world: World) -> None:
    with world.deps.store.engine.begin() as connection:
        disarm(connection)
        rebuild(connection, lambda leaf: leaf["kind"] == DOCUMENT)
    found = {one.reference: one.problem for one in audit(world.deps)}
    assert found == dict.fromkeys(world.references, "the line entered the log, and is not in it")


def test_a_revocation_that_was_taken_back_or_turned_is_found(world: World) -> None:
    with world.deps.unit_of_work() as work:
        (issued, *_) = documents.of_case(work.connection, work.vault, world.ids[0])
        revoke_alone(work, issued, RevokedFor.FRAUD)
    world.portal.clock.forward(hours=1)
    transparency.publish(world.deps)
    assert world.problems() == []
    for values, expected in (
        ({"revoked_for": "replaced"}, "is not the one that entered the log"),
        ({"code_sealed": b"x" * 60}, "is not the one that entered the log"),
        ({"revoked_at": None}, "was taken back"),
    ):
        with world.deps.store.engine.begin() as connection:
            connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == issued.id).values(**values))
        if "code_sealed" in values:
            continue
        assert [(one.reference, one.problem) for one in audit(world.deps) if expected in one.problem] == [
            (issued.number, next(one for one in world.problems() if expected in one))
        ]


def test_what_waited_to_enter_and_was_taken_away_is_missed(world: World, browser: Browser) -> None:
    with world.deps.unit_of_work() as work:
        (issued, *_) = documents.of_case(work.connection, work.vault, world.ids[0])
        revoke_alone(work, issued, RevokedFor.ERROR)
    file_residence(browser)
    world.portal.run_effects()
    assert world.problems() == []
    with world.deps.store.engine.begin() as connection:
        connection.execute(delete(LOG_PENDING))
    found = world.problems()
    assert "its revocation is not in the log" in found
    assert [one for one in found if one.startswith("its file ")]


def test_what_cannot_enter_the_log_does_not_hold_up_the_rest_and_is_told(world: World, browser: Browser) -> None:
    with world.deps.store.engine.begin() as connection:
        gone = {"kind": "revocation", "subject": "f" * 32, "detail": {"for": "error"}, "at": world.portal.clock.now()}
        connection.execute(insert(LOG_PENDING).values(gone))
    file_residence(browser)
    assert transparency.publish(world.deps).appended > 0
    assert world.problems() == [f"a revocation waits to enter it, but the register has no document {'f' * 32}"]


@pytest.mark.parametrize("revoked", [False, True])
def test_the_log_tells_of_no_revocation_that_the_register_does_not(world: World, *, revoked: bool) -> None:
    """Whoever may write to the database could have a document that stands said to be void in a log that only grows."""
    with world.deps.unit_of_work() as work:
        (issued, *_) = documents.of_case(work.connection, work.vault, world.ids[0])
        if revoked:
            revoke_alone(work, issued, RevokedFor.ERROR)
    transparency.publish(world.deps)
    with world.deps.store.engine.begin() as connection:
        known = connection.execute(select(func.count()).select_from(LOG_LEAVES)).scalar_one()
        said = {"kind": "revocation", "subject": issued.id, "detail": {"for": "fraud"}, "at": world.portal.clock.now()}
        connection.execute(insert(LOG_PENDING).values(said))
    assert transparency.publish(world.deps).appended == 0
    with world.deps.store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(LOG_LEAVES)).scalar_one() == known
    assert any(issued.number in one for one in world.problems())


def test_a_damaged_code_holds_up_neither_the_log_nor_the_list_of_revocations(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.deps.unit_of_work() as work:
        held = [documents.of_case(work.connection, work.vault, one)[0] for one in world.ids]
        for issued in held:
            revoke_alone(work, issued, RevokedFor.FRAUD)
        damaged = update(DOCUMENTS).where(DOCUMENTS.c.id == held[0].id)
        work.connection.execute(damaged.values(code_sealed=b"x" * 60))
    file_residence(browser)
    world.portal.clock.forward(hours=1)
    # Even where a page holds no more than what cannot enter.
    monkeypatch.setattr(transparency, "PAGE", 1)
    with structlog.testing.capture_logs() as logged:
        assert transparency.publish(world.deps).appended > 1
    assert [one["id"] for one in logged if one["log_level"] == "error"] == [held[0].id]
    with world.deps.reading() as work:
        waiting = work.connection.execute(select(LOG_PENDING.c.subject)).scalars().all()
        listed = [code for code, *_ in documents.revoked(work.connection, work.vault)]
    assert waiting == [held[0].id]
    assert listed == [code_bytes(held[1].code)]
    assert revocation_list(world.deps)
    number = held[0].number
    assert world.problems() == [
        "its code cannot be read",
        f"what waits to enter it of the document {number} is damaged, or its code is, or the portal did not make it",
    ]
    world.portal.clock.forward(hours=1)
    with world.deps.unit_of_work() as work:
        sealed = work.vault.seal(held[0].code.encode(), f"code:{held[0].id}")
        work.connection.execute(damaged.values(code_sealed=sealed))
    assert transparency.publish(world.deps).appended == 1
    assert world.problems() == []


def test_a_key_that_is_withdrawn_takes_no_head_along_that_a_later_one_vouches_for(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    ensure_key(tmp_path / "other", world.portal.clock.now())
    renewed = replace(world.deps, sealer=FolderSealer(tmp_path / "other", world.portal.clock))
    unsigned = "the head was not signed by a key that this portal publishes"
    assert [one.problem for one in audit(renewed)] == [unsigned]
    # The saved head is what its file says: it fits the tree.
    assert [one.problem for one in audit(renewed, [world.saved])] == [unsigned]
    world.portal.clock.forward(hours=1)
    browser.sign_in()
    file_residence(browser)
    transparency.publish(renewed)
    assert list(audit(renewed, [world.saved])) == []
    forged = replace(world.saved, root=bytes(32))
    assert unsigned in [one.problem for one in audit(renewed, [forged])]


def test_an_audit_of_a_portal_at_work_finds_nothing_wrong_with_its_log(world: World, browser: Browser) -> None:
    stop = threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            file_residence(browser)
            world.portal.run_effects()
            transparency.publish(world.deps)

    busy = threading.Thread(target=keep_busy)
    busy.start()
    try:
        assert [found for _ in range(12) for found in audit(world.deps, [world.saved])] == []
    finally:
        stop.set()
        busy.join()


@pytest.mark.parametrize(
    "saved",
    [
        b"",
        b"x",
        b"[1]",
        b"{}",
        b'{"size": 1}',
        b'{"heads": [{}]}',
        b'{"heads": []}',
        b"[]",
        b'{"size": 0, "root": "", "at": "2026", "statement": ""}',
    ],
)
def test_what_is_no_saved_head_is_not_taken_for_one(saved: bytes) -> None:
    with pytest.raises(NotAHead):
        read_heads(saved)


def test_a_head_is_read_as_it_was_saved(world: World) -> None:
    data = transparency.head_data(world.saved)
    for saved in (data, {"heads": [data], "next": None}, [data]):
        assert read_heads(orjson.dumps(saved)) == [world.saved]
    assert cose.parse(world.saved.statement).payload


@one_database
def test_the_command_holds_the_log_against_a_head_in_a_file(world: World, database_url: str, tmp_path: Path) -> None:
    settings = settings_for(database_url, tmp_path)
    saved = tmp_path / "head.json"
    saved.write_bytes(orjson.dumps(transparency.head_data(world.saved)))
    sound = call_portal(settings, "audit", "--head", str(saved))
    size = world.saved.size
    assert sound.stdout.splitlines() == [
        "every journal holds, and the register of documents",
        f"the log holds, with {size} entries",
        f"it goes on from the head of {size} entries of 2026-03-02 09:15 UTC",
    ], sound.stderr
    with world.deps.store.engine.begin() as connection:
        disarm(connection)
        without_anything(connection, world)
    found = call_portal(settings, "audit", "--head", str(saved), "--json")
    assert found.returncode == 1, found.stderr
    problem = f"the log has 0 entries, and the head saved of 2026-03-02 09:15 UTC tells of {size}: it was cut off"
    assert json.loads(found.stdout) == [{"reference": "log", "head": size, "problem": problem}]
    plain = call_portal(settings, "audit", "--head", str(saved))
    assert plain.stdout == f"log: head {size}: {problem}\n"
    saved.write_text("not a head")
    refused = call_portal(settings, "audit", "--head", str(saved))
    assert (refused.returncode, refused.stderr) == (1, f"portal: {saved} is no saved head of the log\n")
    assert call_portal(settings, "audit", "--head", str(tmp_path / "none")).returncode == 1
