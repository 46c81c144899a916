"""A change of the calendar reaches the applicant's own last days too: those of her file, and that of her remedy."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update

from portal.domain.events import CaseDecided, DueDateMoved, SilenceRecorded
from portal.ports import Channel
from portal.store import recounting
from portal.store.tables import CASES
from portal.store.tables_of_clock import RECOUNTS
from tests.support.browser import Browser
from tests.support.days_off import close, confirm, moves, settle, whole
from tests.support.journeys import file_aids, file_residence
from tests.support.kiosk import act, at_work, dossier_of, events_of
from tests.support.portal import TestPortal
from tests.support.remedies import again, file_establishment, pass_days, refuse_establishment, turn_to

FEBRUARY = datetime(2026, 2, 17, 10, tzinfo=UTC)
"""Thirty full days later comes Friday 20 March, on which Eid al-Fitr is expected: the last day is Monday 23 March."""

FRIDAY, MONDAY_AFTER = date(2026, 3, 20), date(2026, 3, 23)
BY_FEAST = "feast:eid_al_fitr:2026"


@pytest.fixture
def citizen(portal: TestPortal, browser: Browser) -> Browser:
    portal.clock.moment = FEBRUARY
    browser.sign_in()
    return browser


def move_feast(portal: TestPortal) -> str:
    """Eid al-Fitr is announced a day later than expected: Friday is worked; the cause of what follows."""
    confirm(portal, 21, 22)
    return BY_FEAST


def move_feast_in_file(portal: TestPortal) -> str:
    """The same, by another calendar.yaml: nothing says which days have changed."""
    move_feast(portal)
    with portal.deps.unit_of_work() as work:
        work.connection.execute(delete(RECOUNTS))
    whole(portal)
    return "calendar"


HOW = pytest.mark.parametrize("change", [move_feast, move_feast_in_file])


def kept(portal: TestPortal, reference: str) -> tuple[date | None, date | None]:
    found = select(CASES.c.citizen_due_on, CASES.c.remedy_until).where(CASES.c.reference == reference)
    with portal.deps.reading() as work:
        row = work.connection.execute(found).one()
    return row[0], row[1]


def told(portal: TestPortal) -> list[str]:
    portal.outbox[Channel.EMAIL].sent.clear()
    portal.run_effects()
    return [one.body for one in portal.outbox[Channel.EMAIL].sent]


def replaced(portal: TestPortal, citizen: Browser) -> str:
    """A file whose prescription is to be replaced."""
    reference = file_aids(citizen)
    agent = at_work(portal, "agent", "centre-social-berkane", "agent")
    agent.get(f"/fr/counter/cases/{reference}")
    act(agent, reference, "ask_replacement", documents="prescription", reasons="La page est illisible, hélas.")
    return reference


@HOW
@pytest.mark.parametrize("kind", ["deposit", "replacement"])
def test_the_thirty_days_of_the_applicant_move_and_she_is_told(
    portal: TestPortal, citizen: Browser, kind: str, change: object
) -> None:
    deposit = kind == "deposit"
    reference = file_residence(citizen, with_document=False) if deposit else replaced(portal, citizen)
    assert kept(portal, reference) == (MONDAY_AFTER, None)
    told(portal)
    cause = change(portal)  # type: ignore[operator]
    assert settle(portal).moved == 1
    assert moves(portal, reference) == [DueDateMoved("2026-03-23", "2026-03-20", cause, "file")]
    assert kept(portal, reference) == (FRIDAY, None)
    bodies = told(portal)
    assert ["20 mars 2026" in body for body in bodies] == [True]
    again = "Votre dernier jour" if deposit else "vendredi 20 mars 2026"
    assert again in citizen.get(f"/fr/cases/{reference}").text or deposit
    # Once more changes nothing.
    whole(portal)
    assert settle(portal).moved == 0


@HOW
def test_the_last_day_of_a_remedy_moves_after_a_refusal(portal: TestPortal, citizen: Browser, change: object) -> None:
    reference = file_establishment(citizen)
    refuse_establishment(portal, reference)
    assert any(isinstance(event, CaseDecided) for event in events_of(portal, reference))
    assert kept(portal, reference) == (None, MONDAY_AFTER)
    due_on = dossier_of(portal, reference).case.due_on
    told(portal)
    cause = change(portal)  # type: ignore[operator]
    assert settle(portal).moved == 1
    assert moves(portal, reference) == [DueDateMoved("2026-03-23", "2026-03-20", cause, "remedy")]
    assert kept(portal, reference) == (None, FRIDAY)
    found = dossier_of(portal, reference)
    # Of what was decided nothing moves; the reminder comes ten days before the new last day.
    assert (found.case.due_on, found.timer_on) == (due_on, date(2026, 3, 10))
    (body,) = told(portal)
    assert "20 mars 2026" in body
    assert "recours" in body
    assert "20 mars 2026" in again(portal).get(f"/fr/cases/{reference}").text


def test_whoever_has_turned_to_somebody_is_told_nothing(portal: TestPortal, citizen: Browser) -> None:
    reference = file_establishment(citizen)
    refuse_establishment(portal, reference)
    turn_to(again(portal), reference, "recours-administratif")
    assert kept(portal, reference) == (None, None)
    move_feast(portal)
    settle(portal)
    assert moves(portal, reference) == []


def test_after_a_silence_the_last_day_to_appeal_moves_and_the_silence_does_not(
    portal: TestPortal, browser: Browser
) -> None:
    portal.clock.moment = datetime(2026, 2, 12, 10, tzinfo=UTC)
    browser.sign_in()
    reference = file_residence(browser)
    pass_days(portal, 5)
    (silent,) = (event for event in events_of(portal, reference) if isinstance(event, SilenceRecorded))
    assert silent.on == "2026-02-17"
    due_on = dossier_of(portal, reference).case.due_on
    assert kept(portal, reference) == (None, MONDAY_AFTER)
    move_feast(portal)
    assert settle(portal).moved == 1
    assert moves(portal, reference) == [DueDateMoved("2026-03-23", "2026-03-20", BY_FEAST, "remedy")]
    assert dossier_of(portal, reference).case.due_on == due_on


def test_what_was_never_kept_is_filled_in_without_a_word(portal: TestPortal, citizen: Browser) -> None:
    waiting, refused = replaced(portal, citizen), file_establishment(citizen)
    refuse_establishment(portal, refused)
    with portal.deps.unit_of_work() as work:
        work.connection.execute(update(CASES).values(citizen_due_on=None, remedy_until=None))
    move_feast_in_file(portal)
    assert settle(portal).moved == 0
    assert [kept(portal, one) for one in (waiting, refused)] == [(FRIDAY, None), (None, FRIDAY)]
    assert moves(portal, waiting) == moves(portal, refused) == []


def test_no_file_is_returned_before_the_day_that_its_applicant_was_told(portal: TestPortal, citizen: Browser) -> None:
    reference = replaced(portal, citizen)
    move_feast(portal)
    settle(portal)
    while portal.clock.moment.date() < MONDAY_AFTER:
        pass_days(portal, 1)
        assert dossier_of(portal, reference).case.open, portal.clock.moment
    pass_days(portal, 1)
    assert not dossier_of(portal, reference).case.open


def test_of_a_last_day_brought_forward_nobody_is_reminded_twice(portal: TestPortal, citizen: Browser) -> None:
    reference = replaced(portal, citizen)
    pass_days(portal, 24)
    assert portal.clock.moment.date() == date(2026, 3, 13)
    told(portal)
    move_feast(portal)
    settle(portal)
    (body,) = told(portal)
    assert "20 mars 2026" in body
    # Ten days before the new last day is past: she has just been told of it.
    pass_days(portal, 1)
    assert told(portal) == []
    assert dossier_of(portal, reference).timer_on == date(2026, 3, 17)


def test_remedies_are_found_by_their_index(portal: TestPortal, citizen: Browser, engine_kind: str) -> None:
    reference = file_establishment(citizen)
    refuse_establishment(portal, reference)
    explain = "EXPLAIN QUERY PLAN" if engine_kind == "sqlite" else "EXPLAIN"
    with portal.deps.reading() as work:
        if engine_kind == "postgres":
            # Of one row none needs an index: what counts is that it could be used.
            work.connection.exec_driver_sql("SET enable_seqscan = off")
        for query, index in (
            (recounting.REMEDIES.params(since=FRIDAY), "ix_cases_remedy"),
            (recounting.TIMED, "ix_cases_timer"),
            (recounting.SILENT, "ix_cases_(queue|filed)"),
        ):
            asked = query.compile(work.connection, compile_kwargs={"literal_binds": True})
            plan = str(work.connection.exec_driver_sql(f"{explain} {asked}").all())
            assert re.search(index, plan)


def test_a_closure_touches_the_remedies_of_its_own_office_only(portal: TestPortal, citizen: Browser) -> None:
    reference = file_establishment(citizen)
    refuse_establishment(portal, reference)
    for unit, checked in (("annexe-ahfir", 0), (dossier_of(portal, reference).case.unit, 1)):
        close(portal, MONDAY_AFTER, MONDAY_AFTER, unit)
        assert settle(portal).checked == checked
    assert kept(portal, reference) == (None, date(2026, 3, 24))
