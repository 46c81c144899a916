"""The journal cannot be altered unseen: whatever is changed, removed, added or moved is found."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from portal.actions.perform import release, take
from portal.domain.case import SYSTEM, Actor
from portal.domain.events import KeyErased
from portal.domain.service import Role
from portal.store import cases, journal
from portal.store.journal import KEY_GONE, Break
from portal.store.tables import CASES, JOURNAL
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import PASSWORD, add_staff, file_residence
from tests.support.portal import TestPortal

Change = Callable[[Connection, str, str], Any]


@pytest.fixture
def journeys(portal: TestPortal, browser: Browser, another_browser: Callable[[], Browser]) -> tuple[str, str]:
    """The references of two cases with some history, the first of them decided."""
    browser.sign_in()
    first, second = file_residence(browser), file_residence(browser)
    add_staff(portal, "agent", "annexe-ahfir", "agent")
    agent = another_browser()
    agent.staff_sign_in("agent", PASSWORD)
    for reference, action in ((first, "approve"), (second, "ask_more_info")):
        url = f"/fr/counter/cases/{reference}/actions/{action}"
        agent.get(url)
        agent.post(url, {"question": "Quel est le numéro de votre appartement ?"})
        assert agent.last.status_code == 200
    portal.run_effects()
    return first, second


def audit(portal: TestPortal) -> list[Break]:
    with portal.deps.reading() as work:
        return list(journal.audit(work.connection, work.vault))


def case_id(connection: Connection, reference: str) -> str:
    return str(connection.execute(select(CASES.c.id).where(CASES.c.reference == reference)).scalar_one())


def line(connection: Connection, case: str, position: int) -> dict[str, Any]:
    query = select(JOURNAL).where(JOURNAL.c.case_id == case, JOURNAL.c.position == position)
    return dict(connection.execute(query).one()._mapping)


def at(case: str, position: int) -> Any:
    return (JOURNAL.c.case_id == case) & (JOURNAL.c.position == position)


def alter_a_byte(connection: Connection, first: str, _second: str) -> None:
    sealed = bytearray(line(connection, first, 2)["data_sealed"])
    sealed[20] ^= 1
    connection.execute(update(JOURNAL).where(at(first, 2)).values(data_sealed=bytes(sealed)))


def rename_the_actor(connection: Connection, first: str, _second: str) -> None:
    connection.execute(update(JOURNAL).where(at(first, 3)).values(actor="somebody else"))


def delete_from_the_middle(connection: Connection, first: str, _second: str) -> None:
    connection.execute(delete(JOURNAL).where(at(first, 2)))


def delete_and_close_the_gap(connection: Connection, first: str, _second: str) -> None:
    delete_from_the_middle(connection, first, "")
    last = len(connection.execute(select(JOURNAL.c.position).where(JOURNAL.c.case_id == first)).all()) + 1
    for position in range(3, last + 1):
        connection.execute(update(JOURNAL).where(at(first, position)).values(position=position - 1))


def cut_the_tail(connection: Connection, first: str, _second: str) -> None:
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == first, JOURNAL.c.position > 2))


def remove_everything(connection: Connection, first: str, _second: str) -> None:
    connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == first))


def swap_two_cases_lines(connection: Connection, first: str, second: str) -> None:
    lines = [line(connection, case, 2) for case in (first, second)]
    for case, other in zip((first, second), reversed(lines), strict=True):
        connection.execute(update(JOURNAL).where(at(case, 2)).values({**other, "case_id": case}))


def invent_a_line(connection: Connection, first: str, _second: str) -> None:
    length = connection.execute(select(CASES.c.journal_length).where(CASES.c.id == first)).scalar_one()
    copy = {**line(connection, first, length), "position": length + 1}
    head = line(connection, first, length)["hash"]
    values = (copy["kind"], copy["at"], copy["actor_role"], copy["actor"], copy["data_sealed"])
    copy["hash"] = journal.line_hash(head, first, length + 1, *values)
    connection.execute(insert(JOURNAL).values(copy))


def rewrite_with_right_hashes(connection: Connection, first: str, _second: str) -> None:
    """Whoever can write the table can compute hashes; the case's own head still tells."""
    head = journal.ORIGIN
    query = select(JOURNAL).where(JOURNAL.c.case_id == first).order_by(JOURNAL.c.position)
    for row in connection.execute(query).all():
        actor = "somebody else" if row.position == 3 else row.actor
        values = (row.kind, row.at, row.actor_role, actor, row.data_sealed)
        head = journal.line_hash(head, first, row.position, *values)
        connection.execute(update(JOURNAL).where(at(first, row.position)).values(actor=actor, hash=head))


def test_every_journal_holds_after_journeys(portal: TestPortal, journeys: tuple[str, str]) -> None:
    assert audit(portal) == []


@pytest.mark.parametrize(
    "change",
    [
        alter_a_byte,
        rename_the_actor,
        delete_from_the_middle,
        delete_and_close_the_gap,
        cut_the_tail,
        remove_everything,
        swap_two_cases_lines,
        invent_a_line,
        rewrite_with_right_hashes,
    ],
)
@one_database
def test_whatever_is_done_to_the_lines_is_found(portal: TestPortal, journeys: tuple[str, str], change: Change) -> None:
    with portal.deps.store.engine.begin() as connection:
        change(connection, *(case_id(connection, reference) for reference in journeys))
    touched = {one.reference for one in audit(portal)}
    assert touched == (set(journeys) if change is swap_two_cases_lines else {journeys[0]})


@one_database
def test_the_command_tells_by_its_exit_status(
    portal: TestPortal, journeys: tuple[str, str], database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    sound = call_portal(settings, "audit")
    with portal.deps.store.engine.begin() as connection:
        alter_a_byte(connection, case_id(connection, journeys[0]), "")
    broken = call_portal(settings, "audit", "--json")
    assert (sound.returncode, sound.stdout) == (0, "every journal holds, and the register of documents\n")
    assert broken.returncode == 1
    assert json.loads(broken.stdout) == [
        {"reference": journeys[0], "line": 2, "problem": "the line was altered"},
    ]


def test_destroying_a_cases_key_destroys_the_person_and_leaves_the_chain(
    portal: TestPortal, journeys: tuple[str, str]
) -> None:
    with portal.deps.unit_of_work() as work:
        dossier = cases.find(work.connection, work.vault, journeys[0], lock=True)
        assert dossier is not None
        cases.erase_key(work.connection, work.vault, dossier, work.now)
    assert audit(portal) == []
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(CASES).where(CASES.c.id == dossier.case.id).values(unit="commune-berkane"))
    assert [one.problem for one in audit(portal)] == [KEY_GONE]


def test_a_line_that_says_that_the_key_was_destroyed_proves_nothing_by_itself(
    portal: TestPortal, journeys: tuple[str, str]
) -> None:
    with portal.deps.unit_of_work() as work:
        dossier = cases.find(work.connection, work.vault, journeys[0], lock=True)
        assert dossier is not None
        cases.record(work.connection, dossier, [KeyErased()], SYSTEM, work.now, {"key_wrapped": None})
    assert [(one.reference, one.problem) for one in audit(portal)] == [(journeys[0], KEY_GONE)]


@pytest.mark.parametrize("left", [None, b"\0\0\0\0 wrapped by no secret that the portal knows"])
def test_a_key_that_was_destroyed_behind_the_journals_back_is_missed(
    portal: TestPortal, journeys: tuple[str, str], left: bytes | None
) -> None:
    with portal.deps.store.engine.begin() as connection:
        destroyed = case_id(connection, journeys[0])
        connection.execute(update(CASES).where(CASES.c.id == destroyed).values(key_wrapped=left))
    assert [(one.reference, one.problem) for one in audit(portal)] == [(journeys[0], KEY_GONE)]


def test_an_audit_of_a_portal_at_work_finds_nothing_wrong(portal: TestPortal, journeys: tuple[str, str]) -> None:
    agent, stop = Actor("a", frozenset({Role.CHIEF}), "annexe-ahfir"), threading.Event()

    def keep_busy() -> None:
        while not stop.is_set():
            for act in (take, release):
                with portal.deps.unit_of_work() as work:
                    act(work, portal.deps, agent, journeys[1])

    busy = threading.Thread(target=keep_busy)
    busy.start()
    try:
        assert [found for _ in range(30) for found in audit(portal)] == []
    finally:
        stop.set()
        busy.join()
