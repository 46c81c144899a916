"""Whoever may write to the database, but holds no key, cannot alter the register of documents unseen by `portal audit`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from portal.actions import effects
from portal.actions.audit import audit
from portal.actions.effects import abandon, give_up
from portal.actions.revoking import revoke
from portal.domain.case import Actor
from portal.domain.events import DocumentIssued
from portal.domain.issued import RevokedFor
from portal.domain.service import Role
from portal.ports import NoRoom
from portal.ports_of_documents import Level, PrintedDocument, Signed
from portal.store import cases, documents, numbers, register_audit
from portal.store import effects as effect_rows
from portal.store.documents import Issued
from portal.store.journal import KEY_GONE
from portal.store.tables import CASES, DOCUMENTS, NUMBERS
from tests.support.browser import Browser
from tests.support.journeys import file_residence
from tests.support.portal import TestPortal

CHIEF = Actor("chief", frozenset({Role.CHIEF}), "annexe-ahfir")
Attack = Callable[[Connection, Issued, Issued], Any]

LINE = "its line of the register is not as it was entered"
INSTEAD = "in its place stands another document than the journal of"


@pytest.fixture
def issued(portal: TestPortal, browser: Browser) -> tuple[Issued, Issued]:
    """Two receipts, of which the first stands in the place of a revoked one."""
    browser.sign_in()
    first, second = file_residence(browser), file_residence(browser)
    portal.run_effects()
    with portal.deps.reading() as work:
        dossier = cases.find(work.connection, work.vault, first)
        assert dossier is not None
        (old,) = documents.of_case(work.connection, work.vault, dossier.case.id)
    with portal.deps.unit_of_work() as work:
        revoke(work, portal.deps, CHIEF, first, old.number, RevokedFor.ERROR, "Une erreur")
    portal.run_effects()
    with portal.deps.reading() as work:
        found = [cases.find(work.connection, work.vault, one) for one in (first, second)]
        made = [documents.of_case(work.connection, work.vault, one.case.id)[-1] for one in found if one is not None]
    assert problems(portal) == []
    return made[0], made[1]


def problems(portal: TestPortal) -> list[str]:
    return [one.problem for one in audit(portal.deps)]


def found_after(portal: TestPortal, attack: Attack, issued: tuple[Issued, Issued]) -> list[str]:
    """What the audit finds after an attack, which is then undone."""
    with portal.deps.store.engine.begin() as connection:
        kept = {
            table: [dict(row._mapping) for row in connection.execute(select(table))] for table in (DOCUMENTS, NUMBERS)
        }
        keys = connection.execute(select(CASES.c.id, CASES.c.key_wrapped)).all()
        attack(connection, *issued)
    found = problems(portal)
    with portal.deps.store.engine.begin() as connection:
        for table, rows in kept.items():
            connection.execute(delete(table))
            connection.execute(insert(table), rows)
        for row in keys:
            connection.execute(update(CASES).where(CASES.c.id == row.id).values(key_wrapped=row.key_wrapped))
    return found


def line(**values: Any) -> Attack:
    """Changes the first document's line."""
    return lambda connection, one, _other: connection.execute(
        update(DOCUMENTS).where(DOCUMENTS.c.id == one.id).values(**values)
    )


def of_the_other(name: str) -> Attack:
    """Gives the first document what the second has."""

    def attack(connection: Connection, one: Issued, other: Issued) -> None:
        value = connection.execute(select(DOCUMENTS.c[name]).where(DOCUMENTS.c.id == other.id)).scalar_one()
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == one.id).values({name: value}))

    return attack


def numbers_swapped(connection: Connection, one: Issued, other: Issued) -> None:
    for document, number in ((one, "-"), (other, one.number), (one, other.number)):
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == document.id).values(number=number))


def numbers_swapped_within_a_case(connection: Connection, one: Issued, _other: Issued) -> None:
    old = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.replaced_by == one.id)).one()
    for document, number in ((one.id, "-"), (old.id, one.number), (one.id, old.number)):
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == document).values(number=number))


def a_gap(connection: Connection, one: Issued, _other: Issued) -> None:
    far = f"{one.number.rpartition('-')[0]}-999999"
    connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == one.id).values(number=far))


def counter(last: int) -> Attack:
    return lambda connection, _one, _other: connection.execute(update(NUMBERS).values(last=last))


def the_last_removed(connection: Connection, one: Issued, _other: Issued) -> None:
    """With the counter lowered, so that no number is missing."""
    connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.replaced_by == one.id).values(replaced_by=None))
    connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id == one.id))
    connection.execute(update(NUMBERS).values(last=NUMBERS.c.last - 1))


ATTACKS: dict[str, tuple[Attack, str]] = {
    "numbers swapped": (numbers_swapped, "of this case"),
    "numbers swapped within a case": (numbers_swapped_within_a_case, LINE),
    "a gap": (a_gap, "1 of 3 numbered documents are missing"),
    "a number beyond": (a_gap, "a document is no. 999999, and the last number that was given is 3"),
    "a number of no form": (line(number="R"), "it is not written as the portal writes numbers"),
    "counter emptied": (lambda c, _one, _other: c.execute(delete(NUMBERS)), "the last number that was given is 0"),
    "counter lowered": (counter(2), "the last number that was given is 2"),
    "counter raised": (counter(4), "1 of 4 numbered documents are missing"),
    "the last removed": (the_last_removed, "of this case"),
    "given to another case": (of_the_other("case_id"), "does not say that it was issued"),
    "no file": (line(sha256=None), "a file of it was handed out, and its line of the register has none"),
    "no file, abandoned": (line(sha256=None, abandoned_at=datetime(2026, 3, 2).astimezone()), "has no file of"),
    "the other's file": (of_the_other("sha256"), "is none of its own"),
    "a later end": (line(expires_on=date(2099, 1, 1)), LINE),
    "other data": (line(case_digest="0" * 64), LINE),
    "another code": (line(code_hash=b"x" * 32), "it is not found by its code"),
    "a code damaged": (line(code_sealed=b"x" * 60), "its code cannot be read"),
    "the other's code": (of_the_other("code_sealed"), "its code cannot be read"),
    "another moment": (line(issued_at=datetime(2025, 1, 1).astimezone()), LINE),
    "another level": (line(level="b-lta"), "says another level than its file has"),
    "another kind": (line(kind="certificate"), LINE),
    "no kind": (line(kind="nothing"), LINE),
    "another office": (line(unit="annexe-saidia"), LINE),
    "another document": (line(document="refusal"), LINE),
    "another effect": (line(effect_id="0:1:issue.receipt"), LINE),
    "said to be abandoned": (line(abandoned_at=datetime(2026, 3, 2).astimezone()), "it has a file"),
    "replaced by itself": (lambda c, one, _other: line(replaced_by=one.id)(c, one, one), INSTEAD),
    "replaced by nothing": (
        lambda c, one, _other: c.execute(
            update(DOCUMENTS).where(DOCUMENTS.c.replaced_by == one.id).values(replaced_by=None)
        ),
        INSTEAD,
    ),
    "replaced by another case's": (
        lambda c, one, other: c.execute(
            update(DOCUMENTS).where(DOCUMENTS.c.replaced_by == one.id).values(replaced_by=other.id)
        ),
        INSTEAD,
    ),
    "revoked by nobody": (
        line(revoked_at=datetime(2026, 3, 2).astimezone(), revoked_for="fraud"),
        "does not say that it was revoked",
    ),
    "revocation taken back": (
        lambda c, one, _other: c.execute(
            update(DOCUMENTS)
            .where(DOCUMENTS.c.replaced_by == one.id)
            .values(revoked_at=None, revoked_for=None, revoked_by=None)
        ),
        "says that it was revoked",
    ),
    "revoked for another reason": (
        lambda c, one, _other: c.execute(
            update(DOCUMENTS).where(DOCUMENTS.c.replaced_by == one.id).values(revoked_for="fraud")
        ),
        "says another reason for its revocation",
    ),
    "key destroyed": (
        lambda c, one, _other: c.execute(update(CASES).where(CASES.c.id == one.case_id).values(key_wrapped=None)),
        KEY_GONE,
    ),
}


def test_whatever_is_changed_in_the_register_is_found(portal: TestPortal, issued: tuple[Issued, Issued]) -> None:
    missed = {}
    for name, (attack, expected) in ATTACKS.items():
        found = found_after(portal, attack, issued)
        if not any(expected in one for one in found):
            missed[name] = found
    assert missed == {}
    assert problems(portal) == []


def test_a_file_that_was_raised_and_taken_back_is_found(portal: TestPortal, issued: tuple[Issued, Issued]) -> None:
    one, other = issued
    assert one.sha256 is not None
    with portal.deps.unit_of_work() as work:
        later = work.now + timedelta(hours=1)
        documents.raised(work.connection, work.vault, one.id, "ab" * 32, Level.LTA, later, instead_of=one.sha256)
    waiting = [one for one in problems(portal) if "is not in the log" not in one]
    assert waiting == []
    with portal.deps.store.engine.begin() as connection:
        line(sha256=one.sha256, level=one.level.value)(connection, one, other)
    assert "the file that its line of the register has is not its newest" in problems(portal)


def test_an_abandoned_number_is_explained_on_both_sides(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    file_residence(browser)
    with portal.deps.reading() as work:
        effect = next(one for one, _ in effect_rows.unfinished(work.connection) if one.name == "issue.receipt")
    number = reserve(portal, effect)
    assert problems(portal) == []
    give_up(portal.deps, effect.id, effect.name, "Rejected: no font draws it")
    assert abandon(portal.deps, effect.id, "issued by hand")
    portal.run_effects()
    assert problems(portal) == []
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(DOCUMENTS).values(abandoned_at=None))
    assert problems(portal) == [
        f"the register does not say that the number {number} was abandoned",
        "its number has neither a file nor a reason for having none, and nothing makes one",
    ]


class Full:
    """A press that finds no room."""

    def issue(self, document: PrintedDocument) -> Signed:
        raise NoRoom("full")


def reserve(portal: TestPortal, effect: effect_rows.Effect) -> str:
    """Reserves the number of a document, of which nothing is made then."""
    with pytest.raises(NoRoom):
        effects.run_effect(replace(portal.deps, press=Full()), effect.id, effect.name)  # type: ignore[arg-type]
    with portal.deps.reading() as work:
        return str(work.connection.execute(select(DOCUMENTS.c.number)).scalar_one())


def test_documents_of_before_the_journal_told_more_are_known_by_number_and_name(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        DocumentIssued, "data", lambda event: {"document": event.document, "number": event.number}, raising=False
    )
    browser.sign_in()
    file_residence(browser)
    portal.run_effects()
    assert problems(portal) == []
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(DOCUMENTS).values(unit="annexe-saidia"))
    assert problems(portal) == []
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(DOCUMENTS).values(document="refusal"))
    assert problems(portal) == [LINE]


def test_what_is_issued_while_the_audit_reads_is_nothing_wrong(
    portal: TestPortal, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in()
    file_residence(browser)
    of_cases = register_audit.of_cases

    def and_then_issue(connection: Connection, case_ids: Sequence[str]) -> dict[str, list[register_audit.Registered]]:
        found = of_cases(connection, case_ids)
        portal.run_effects()
        return found

    monkeypatch.setattr(register_audit, "of_cases", and_then_issue)
    assert problems(portal) == []
    with portal.deps.reading() as work:
        assert work.connection.execute(select(DOCUMENTS.c.sha256)).scalars().all() != []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("R-AAH-2026-000001", ("R-AAH-2026", 1)),
        ("S-2026-1000000", ("S-2026", 1_000_000)),
        ("S-2026-000000", None),
        ("S-2026-0000001", None),
        ("S-2026-00000٣", None),
        ("S-2026-00001²", None),
        ("S-2026-" + "9" * 5000, None),
        ("000001", None),
        ("S-2026--00001", None),
        ("", None),
    ],
)
def test_a_number_is_read_only_as_it_is_written(written: str, read: tuple[str, int] | None) -> None:
    assert numbers.number_in(written) == read
