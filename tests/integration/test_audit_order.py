"""A journal that tells what cannot have happened is found, the case is flagged, and nothing more is done to it."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from portal.actions import perform
from portal.actions.audit import audit
from portal.actions.timers import sweep
from portal.actions.vote import vote
from portal.domain import clock_events
from portal.domain.case import SYSTEM, Actor
from portal.domain.errors import JournalContradicts
from portal.domain.events import (
    CaseDecided,
    CaseReopened,
    Event,
    FileCompleted,
    InformationProvided,
    InformationRequested,
    PeriodExtended,
    SilenceRecorded,
)
from portal.domain.service import Role
from portal.presenting.clock_told import FLAWS
from portal.store import cases
from portal.store.journal import Break
from portal.store.tables import CASES, JOURNAL
from tests.support.browser import Browser
from tests.support.commands import call_portal, settings_for
from tests.support.databases import one_database
from tests.support.kiosk import OFFICE, at_work, dossier_of, events_of, file_kiosk, kiosk_portal
from tests.support.portal import TestPortal, made_by

ASK = InformationRequested("ask", "lodged", "waiting", {"question": "?"})
IMPOSSIBLE: dict[str, tuple[bool, list[Event]]] = {
    "backwards": (True, [ASK]),
    "completed_twice": (True, [FileCompleted("complete_file")]),
    "suspended_unstarted": (False, [ASK]),
    "suspended_twice": (True, [ASK, ASK]),
    "resumed_unsuspended": (True, [InformationProvided("answer", "waiting", "lodged")]),
    "extended_unstarted": (False, [PeriodExtended("extend", "lodged", "lodged", 10)]),
    "silent_unstarted": (False, [SilenceRecorded("2026-05-05", "2026-05-04", "appeal")]),
    "silent_early": (True, [SilenceRecorded("2026-03-03", "2026-03-02", "appeal")]),
    "silent_twice": (True, [SilenceRecorded("2026-05-05", "2026-05-04", "appeal")] * 2),
    "period": (True, [PeriodExtended("extend", "lodged", "lodged", 0)]),
    "after_decision": (True, [CaseDecided("refuse", "sitting", "refused", "refused"), ASK]),
    "reopened_undecided": (True, [CaseReopened("reopen", "refused", "lodged")]),
}
"""What cannot be, by its key: whether the file it is told of was complete, and the events."""

pytestmark = made_by(kiosk_portal)


def tell(portal: TestPortal, reference: str, key: str) -> int:
    """Enters what cannot be, as a program that had gone wrong might; the line at which it is found."""
    _, events = IMPOSSIBLE[key]
    now = portal.clock.now() - (timedelta(days=3) if key == "backwards" else timedelta())
    with portal.deps.unit_of_work() as work:
        return cases.record(work.connection, dossier_of(portal, reference), events, SYSTEM, now)


def flaw_of(portal: TestPortal, reference: str) -> str:
    with portal.deps.reading() as work:
        return str(work.connection.execute(select(CASES.c.flaw).where(CASES.c.reference == reference)).scalar_one())


def rows_of(portal: TestPortal, reference: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    with portal.deps.reading() as work:
        case = work.connection.execute(select(CASES).where(CASES.c.reference == reference)).one()
        lines = work.connection.execute(select(JOURNAL).where(JOURNAL.c.case_id == case.id)).all()
    return dict(case._mapping), [dict(line._mapping) for line in lines]


@pytest.mark.parametrize("key", IMPOSSIBLE)
@one_database
def test_what_cannot_have_happened_is_found_at_its_line_and_flagged(
    portal: TestPortal, browser: Browser, key: str
) -> None:
    browser.sign_in()
    sound, told = file_kiosk(browser), file_kiosk(browser, consent=IMPOSSIBLE[key][0])
    assert list(audit(portal.deps)) == []
    before = rows_of(portal, sound)
    position = tell(portal, told, key)
    (found,) = audit(portal.deps)
    assert (found.reference, found.position) == (told, position)
    assert found.problem.lower() == FLAWS[key].lower()
    assert (flaw_of(portal, told), flaw_of(portal, sound)) == (key, "")
    # It is flagged and left as it is, and so is every other.
    assert rows_of(portal, sound) == before
    assert len(events_of(portal, told)) == position
    assert list(audit(portal.deps)) == [found]


def test_every_flaw_that_the_clock_knows_has_words_and_is_told_here() -> None:
    source = Path(clock_events.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r'Impossible\("(\w+)"', source)) == set(FLAWS) == set(IMPOSSIBLE)


def test_a_flagged_case_is_still_read_and_no_longer_acted_upon(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference, waiting = file_kiosk(browser), file_kiosk(browser, consent=False)
    agent = at_work(portal, "agent", OFFICE, "agent", "chief")
    tell(portal, reference, "resumed_unsuspended")
    tell(portal, waiting, "silent_unstarted")
    assert len(list(audit(portal.deps))) == 2
    lines = [len(events_of(portal, one)) for one in (reference, waiting)]
    for one in (reference, waiting):
        assert agent.get(f"/fr/counter/cases/{one}").status_code == 200
        assert browser.get(f"/fr/cases/{one}").status_code == 200
        assert browser.get(f"/ar/cases/{one}").status_code == 200
    for who, address in ((agent, f"counter/cases/{reference}"), (browser, f"cases/{waiting}")):
        for action in ("refuse_at_once", "withdraw", "complete_file"):
            assert who.get(f"/fr/{address}/actions/{action}").status_code < 500
    assert reference in agent.get("/fr/counter").text
    chief = Actor("c", frozenset({Role.AGENT, Role.CHIEF, Role.COMMITTEE}), OFFICE)
    hers = Actor(dossier_of(portal, waiting).case.citizen_id or "", frozenset({Role.APPLICANT}))
    for attempt in (
        lambda work: perform.perform(work, portal.deps, chief, reference, "refuse_at_once", {"reasons": "Non."}),
        lambda work: perform.perform(work, portal.deps, hers, waiting, "withdraw", {}),
        lambda work: perform.take(work, portal.deps, chief, reference),
        lambda work: perform.release(work, portal.deps, chief, reference),
        lambda work: perform.complete(work, portal.deps, hers, waiting, ()),
        lambda work: vote(work, portal.deps, chief, reference, "for"),
    ):
        with pytest.raises(JournalContradicts), portal.deps.unit_of_work() as work:
            attempt(work)
    assert [len(events_of(portal, one)) for one in (reference, waiting)] == lines
    agent.post(f"/fr/counter/cases/{reference}/take")
    assert agent.last.status_code == 409


def test_time_does_nothing_to_a_flagged_case_and_goes_on_once_it_is_sound(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference, other = file_kiosk(browser), file_kiosk(browser)
    sound = rows_of(portal, reference)
    tell(portal, reference, "resumed_unsuspended")
    portal.clock.forward(days=70)
    sweep(portal.deps)
    # The sweep itself has found it out: nobody needs to wait for the audit.
    assert flaw_of(portal, reference) == "resumed_unsuspended"
    assert len(events_of(portal, reference)) == sound[0]["journal_length"] + 1
    assert any(isinstance(event, SilenceRecorded) for event in events_of(portal, other))
    assert sweep(portal.deps) == 0
    assert [one.reference for one in audit(portal.deps)] == [reference]
    _restore(portal, sound)
    with portal.deps.store.engine.begin() as connection:
        # As long as its journal contradicted itself, nothing was due.
        flawed = {"flaw": "resumed_unsuspended", "timer_on": None}
        connection.execute(update(CASES).where(CASES.c.reference == reference).values(**flawed))
    assert list(audit(portal.deps)) == []
    assert flaw_of(portal, reference) == ""
    assert sweep(portal.deps) > 0
    case = dossier_of(portal, reference).case
    assert case.silent_on == date(2026, 5, 5)


def _restore(portal: TestPortal, rows: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    """Puts a case back as it was, as out of a backup."""
    case, lines = rows
    with portal.deps.store.engine.begin() as connection:
        later = JOURNAL.c.position > len(lines)
        connection.execute(delete(JOURNAL).where(JOURNAL.c.case_id == case["id"], later))
        connection.execute(update(CASES).where(CASES.c.id == case["id"]).values(case))


@one_database
def test_a_case_that_changes_while_it_is_audited_is_left_to_the_next_audit(
    portal: TestPortal, browser: Browser
) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    before = dossier_of(portal, reference)
    with portal.deps.unit_of_work() as work:
        cases.flag(work.connection, before.case.id, before.journal_length - 1, "backwards")
    assert flaw_of(portal, reference) == ""


@one_database
def test_the_command_lists_it_with_its_line_and_fails(
    portal: TestPortal, browser: Browser, database_url: str, tmp_path: Path
) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    position = tell(portal, reference, "resumed_unsuspended")
    settings = settings_for(database_url, tmp_path)
    plain, machine = call_portal(settings, "audit"), call_portal(settings, "audit", "--json")
    problem = "an answer came that nobody had asked for"
    assert (plain.returncode, plain.stdout) == (1, f"{reference}: line {position}: {problem}\n")
    assert machine.returncode == 1
    assert json.loads(machine.stdout) == [{"reference": reference, "line": position, "problem": problem}]
    assert flaw_of(portal, reference) == "resumed_unsuspended"


def test_what_was_altered_is_said_to_be_altered_and_not_judged(portal: TestPortal, browser: Browser) -> None:
    browser.sign_in()
    reference = file_kiosk(browser)
    case = dossier_of(portal, reference).case
    with portal.deps.store.engine.begin() as connection:
        connection.execute(update(JOURNAL).where(JOURNAL.c.case_id == case.id).values(actor="somebody else"))
    assert list(audit(portal.deps)) == [Break(reference, 1, "the line was altered")]
    assert flaw_of(portal, reference) == ""
