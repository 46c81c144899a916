"""Signatures are raised at night, each document once, whatever stops in the middle; what is handed out is always entered."""

import hashlib
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from starlette.testclient import TestClient

from portal.actions import effects, figures
from portal.actions.archive_turns import KEPT, NIGHT, OVERDUE, SPREAD, archive_now, clear_outgrown, is_night, take_turn
from portal.actions.archiving import DOUBTS, archive, raise_one
from portal.actions.reports import ask
from portal.actions.tidy import tidy
from portal.i18n import OFFICE_ZONE
from portal.ports import Area, Rejected, Unreachable
from portal.ports_of_documents import Integrity, Level
from portal.store import archiving, cases, documents, issued_files, reports
from portal.store import effects as effect_rows
from portal.store.archiving import Place, Wanted
from portal.store.documents import Issued
from portal.store.issued_files import Owner
from portal.store.tables import CASES, DOCUMENTS
from portal.store.tables_of_clock import SWEEPS
from portal.store.tables_of_proofs import ISSUED_FILES, LOG_PENDING
from tests.support.archivist import Archivist, killed_at
from tests.support.browser import Browser
from tests.support.commands import run_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import file_complaint
from tests.support.portal import BASE_URL, PlainSigner, TestPortal

AWAY = Unreachable("no answer in time")


@pytest.fixture
def press(portal: TestPortal) -> Archivist:
    made = Archivist(portal.deps.press)
    portal.deps = replace(portal.deps, press=made)
    return made


@pytest.fixture
def deps(portal: TestPortal, press: Archivist) -> Any:
    return portal.deps


def issue_many(portal: TestPortal, browser: Browser, count: int) -> list[Issued]:
    """So many receipts, the first made first, and none of the other papers that go with them."""
    for _ in range(count):
        file_complaint(browser)
        with portal.deps.reading() as work:
            waiting = effect_rows.unfinished(work.connection)
        for one, _reference in waiting:
            if one.name == "issue.receipt":
                effects.run_effect(portal.deps, one.id, one.name)
        portal.clock.forward(minutes=1)
    return held(portal)


def held(portal: TestPortal) -> list[Issued]:
    with portal.deps.reading() as work:
        signed = select(DOCUMENTS.c.id).where(DOCUMENTS.c.sha256.is_not(None)).order_by(DOCUMENTS.c.issued_at)
        ids = work.connection.execute(signed).scalars().all()
        found = [documents.get(work.connection, work.vault, one) for one in ids]
    return [one for one in found if one is not None]


def levels(portal: TestPortal) -> list[Level]:
    return [one.level for one in held(portal)]


def content(portal: TestPortal, issued: Issued) -> bytes:
    """What whoever asks for the document is given."""
    with portal.deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, issued.case_id)
    assert dossier is not None
    return dossier.seal.open(portal.deps.files.get(Area.ISSUED, issued.key), issued.context)


def assert_entered(portal: TestPortal) -> None:
    """Every document that is handed out is the one that the register has, and one of ours."""
    for issued in held(portal):
        digest = hashlib.sha256(content(portal, issued)).hexdigest()
        assert digest == issued.sha256
        with portal.deps.reading() as work:
            owner = issued_files.owner_of(work.connection, work.vault, digest)
        assert owner is not None
        assert (owner.owner_id, owner.level) == (issued.id, issued.level)
        assert PlainSigner().check(content(portal, issued)) is Integrity.VALID


def stored(folder: Path) -> set[str]:
    return {path.name for path in (folder / "issued").rglob("*") if path.is_file()}


def entered(portal: TestPortal) -> set[str]:
    with portal.deps.reading() as work:
        rows = work.connection.execute(select(ISSUED_FILES)).all()
    return {issued_files.name_of(row.owner_id, row.sha256) for row in rows}


def to_the_hour(portal: TestPortal, hour: int, days: int = 1) -> None:
    """On to an hour at the office, so many days later."""
    local = portal.clock.now().astimezone(OFFICE_ZONE) + timedelta(days=days)
    portal.clock.moment = local.replace(hour=hour, minute=5).astimezone(UTC)


def given_up(portal: TestPortal) -> list[str]:
    with portal.deps.reading() as work:
        return [str(one.error) for one, _ in effect_rows.unfinished(work.connection, given_up=True)]


def left(portal: TestPortal) -> set[str]:
    """The documents that effects of their own take care of."""
    with portal.deps.reading() as work:
        waiting = effect_rows.unfinished(work.connection)
    return {archiving.owner_in(one.case_id) for one, _ in waiting if one.name == archiving.EFFECT}


def run_left(portal: TestPortal) -> None:
    """Carries out what was left to effects of their own, as the worker would in the end."""
    with portal.deps.reading() as work:
        waiting = effect_rows.unfinished(work.connection, given_up=False)
    for one in [each for each, _ in waiting if each.name == archiving.EFFECT]:
        try:
            effects.run_effect(portal.deps, one.id, one.name)
        except (Rejected, Unreachable) as error:
            effects.give_up(portal.deps, one.id, one.name, f"{type(error).__name__}: {error}")


def test_the_night_raises_what_the_day_has_signed(portal: TestPortal, browser: Browser, deps: Any) -> None:
    first = issue_many(portal, browser, 2)
    before = [content(portal, one) for one in first]
    assert take_turn(deps).raised == 0
    to_the_hour(portal, 3)
    assert take_turn(deps).raised == 2
    assert levels(portal) == [Level.LTA, Level.LTA]
    assert_entered(portal)
    assert all(content(portal, one).startswith(old) for one, old in zip(held(portal), before, strict=True))
    with deps.reading() as work:
        for one in first:
            files = issued_files.of_owner(work.connection, work.vault, one.id)
            assert {file.sha256 for file in files} == {
                one.sha256,
                next(x.sha256 for x in held(portal) if x.id == one.id),
            }
        pending = work.connection.execute(select(LOG_PENDING.c.detail)).scalars().all()
    assert {one["sha256"] for one in pending} >= {one.sha256 for one in (*first, *held(portal))}
    assert take_turn(deps).raised == 0


@one_database
def test_the_citizen_is_handed_the_newest_file(portal: TestPortal, browser: Browser, deps: Any) -> None:
    reference, _secret = file_complaint(browser)
    portal.run_effects()
    portal.clock.forward(minutes=1)
    address = f"/fr/cases/{reference}/receipt.pdf"
    early = browser.get(address).content
    assert archive_now(deps).raised == len(held(portal))
    late = browser.get(address).content
    assert late.startswith(early)
    assert len(late) > len(early)
    assert hashlib.sha256(late).hexdigest() in {one.sha256 for one in held(portal)}


def test_what_was_signed_without_a_time_stamp_is_raised_by_day_once_the_authority_is_back(
    portal: TestPortal, browser: Browser, press: Archivist, deps: Any
) -> None:
    press.unstamped = True
    issue_many(portal, browser, 2)
    press.unstamped = False
    issue_many(portal, browser, 1)
    press.away = True
    done = take_turn(deps)
    assert (done.raised, done.left, done.stopped_by) == (0, 0, "Unreachable: no answer in time")
    press.away = False
    done = take_turn(deps)
    assert (done.raised, done.stopped_by) == (2, "")
    assert levels(portal) == [Level.LTA, Level.LTA, Level.T]
    assert_entered(portal)


@one_database
def test_while_the_authority_is_away_little_is_asked_and_nothing_is_blamed(
    portal: TestPortal, browser: Browser, press: Archivist, deps: Any
) -> None:
    issue_many(portal, browser, DOUBTS + 3)
    press.away = True
    to_the_hour(portal, 3)
    assert take_turn(deps).stopped_by
    # A few, and the newest of all to be sure.
    assert press.asked == DOUBTS + 1
    assert left(portal) == set()
    press.away = False
    assert take_turn(deps).raised == DOUBTS + 3


def test_a_document_that_cannot_be_raised_keeps_nobody_else_waiting(
    portal: TestPortal, browser: Browser, press: Archivist, deps: Any
) -> None:
    *_, bad, _ = issue_many(portal, browser, 4)
    press.faults[bad.number.encode()] = Rejected("this is no file that can be raised")
    done = archive_now(deps)
    assert (done.raised, done.left, done.stopped_by) == (3, 1, "")
    assert left(portal) == {bad.id}
    run_left(portal)
    assert given_up(portal) == ["Rejected: this is no file that can be raised"]
    # It is the operator's now, and costs the next nights nothing.
    asked = press.asked
    assert archive_now(deps).left == 0
    assert press.asked == asked
    press.faults.clear()
    with deps.reading() as work:
        ((effect, _),) = effect_rows.unfinished(work.connection, given_up=True)
    assert effects.retry(deps, effect.id)
    run_left(portal)
    assert set(levels(portal)) == {Level.LTA}
    assert left(portal) == set()


@one_database
@pytest.mark.parametrize("begins_with", ["the oldest", "the newest", "any"])
def test_old_documents_whose_proof_is_never_complete_do_not_stop_the_others(
    begins_with: str, portal: TestPortal, browser: Browser, press: Archivist, deps: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if begins_with != "any":
        monkeypatch.setattr(
            random, "sample", lambda page, _: sorted(page, key=by_age, reverse=begins_with != "the oldest")
        )
    many = issue_many(portal, browser, DOUBTS + 3)
    bad = {one.id for one in many[: DOUBTS + 1]}
    for one in many[: DOUBTS + 1]:
        press.faults[one.number.encode()] = Unreachable("the proof of a certificate is not complete")
    assert archive_now(deps).raised == 2
    assert_entered(portal)
    # Those that a success has followed are to blame themselves; the others are not known to be.
    match begins_with:
        case "the oldest":
            assert left(portal) == bad
        case "the newest":
            assert left(portal) == set()
        case _:
            assert left(portal) <= bad


def by_age(place: Place) -> datetime:
    return place.at


@one_database
@pytest.mark.parametrize("damage", ["missing", "another", "broken"])
def test_a_file_that_is_not_what_was_entered_is_never_raised(
    damage: str, portal: TestPortal, browser: Browser, press: Archivist, deps: Any
) -> None:
    (issued,) = issue_many(portal, browser, 1)
    with deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, issued.case_id)
    assert dossier is not None
    match damage:
        case "missing":
            deps.files.delete(Area.ISSUED, issued.key)
        case "another":
            deps.files.put(Area.ISSUED, issued.key, dossier.seal.close(b"%PDF-1.7 another", issued.context))
        case "broken":
            deps.files.put(Area.ISSUED, issued.key, b"x" * 200)
    assert archive_now(deps).left == 1
    run_left(portal)
    (said,) = given_up(portal)
    assert said.startswith(f"Rejected: {issued.number}: its file")
    assert press.asked == 0


@one_database
def test_a_raising_that_is_none_is_not_entered(portal: TestPortal, browser: Browser, deps: Any) -> None:
    (issued,) = issue_many(portal, browser, 1)

    class Careless(Archivist):
        def raised(self, pdf: bytes, to: Level) -> Any:
            return replace(super().raised(pdf, to), pdf=b"%PDF-1.7 something else")

    careless = replace(deps, press=Careless(deps.press))
    assert archive_now(careless).left == 1
    assert held(portal) == [issued]
    assert_entered(portal)


def test_of_an_erased_case_nothing_is_read(portal: TestPortal, browser: Browser, press: Archivist, deps: Any) -> None:
    gone, _kept = issue_many(portal, browser, 2)
    with deps.unit_of_work() as work:
        work.connection.execute(update(CASES).where(CASES.c.id == gone.case_id).values(key_wrapped=None))
    done = archive_now(deps)
    assert (done.raised, done.left) == (1, 0)
    assert press.asked == 1
    # Erased between the look and the act, it is passed over all the same.
    assert archive_of(deps, gone) is False
    with deps.reading() as work:
        assert archiving.counts(work.connection, portal.clock.now())[0] == {}


def archive_of(deps: Any, issued: Issued) -> bool:
    return raise_one(deps, Owner.DOCUMENT, issued.id)


@pytest.mark.parametrize("moment", ["before", "stored", "entered"])
def test_a_worker_killed_in_the_middle_leaves_every_document_whole(
    moment: str, portal: TestPortal, browser: Browser, deps: Any, database_url: str, tmp_path: Path
) -> None:
    issue_many(portal, browser, 2)
    now = portal.clock.now() + timedelta(days=1)
    settings = settings_for(database_url, tmp_path, PORTAL_BASE_URL=BASE_URL)
    assert killed_at(moment, settings, now)
    assert_entered(portal)
    assert levels(portal) == [Level.T, Level.T]
    portal.clock.moment = now
    assert archive_now(deps).raised == 2
    assert levels(portal) == [Level.LTA, Level.LTA]
    assert_entered(portal)


def test_two_workers_with_the_same_document_in_hand_make_one_file_of_it(
    portal: TestPortal, browser: Browser, press: Archivist, deps: Any, tmp_path: Path
) -> None:
    many = issue_many(portal, browser, 3)
    press.meet = threading.Barrier(2)
    for issued in many:
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(lambda _, one=issued: archive_of(deps, one), range(2)))
        assert sorted(outcomes) == [False, True]
    assert levels(portal) == [Level.LTA] * 3
    assert_entered(portal)
    assert stored(tmp_path) == entered(portal)
    assert press.asked == 6


def test_workers_side_by_side_raise_each_document_once(
    portal: TestPortal, browser: Browser, deps: Any, tmp_path: Path
) -> None:
    issue_many(portal, browser, 6)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: archive_now(deps, at_once=3), range(2)))
    assert sum(one.raised for one in done) == 6
    assert [one.left for one in done] == [0, 0]
    assert_entered(portal)
    assert stored(tmp_path) == entered(portal)


@one_database
def test_a_worker_that_is_told_to_stop_leaves_the_rest(
    portal: TestPortal, browser: Browser, press: Archivist, deps: Any
) -> None:
    issue_many(portal, browser, 4)
    wanted = [Wanted(Owner.DOCUMENT, portal.clock.now())]
    done = archive(deps, wanted, go_on=lambda: press.asked < 2)
    assert (done.raised, done.stopped_by) == (2, "")
    assert archive(deps, wanted, most=1).raised == 1
    assert archive(deps, wanted).raised == 1


def test_a_time_stamp_is_renewed_before_it_ages(
    portal: TestPortal, browser: Browser, press: Archivist, deps: Any
) -> None:
    issue_many(portal, browser, 1)
    archive_now(deps)
    portal.clock.forward(days=200)
    issue_many(portal, browser, 1)
    archive_now(deps)
    first, second = held(portal)
    portal.clock.forward(days=166)
    done = archive_now(deps)
    assert (done.raised, done.renewed) == (0, 1)
    renewed, untouched = held(portal)
    assert untouched == second
    assert renewed.sha256 != first.sha256
    assert_entered(portal)
    assert archive_now(deps).renewed == 0
    portal.clock.forward(days=366)
    assert archive_now(deps).renewed == 2
    with deps.reading() as work:
        assert len(issued_files.of_owner(work.connection, work.vault, first.id)) == 4


def test_outgrown_files_go_after_a_week_and_only_where_the_newer_one_is_whole(
    portal: TestPortal, browser: Browser, deps: Any, tmp_path: Path
) -> None:
    whole, damaged = issue_many(portal, browser, 2)
    archive_now(deps)
    assert stored(tmp_path) == entered(portal)
    newest = {one.id: one for one in held(portal)}
    with deps.reading() as work:
        dossier = cases.get(work.connection, work.vault, damaged.case_id)
    assert dossier is not None
    good = deps.files.get(Area.ISSUED, newest[damaged.id].key)
    deps.files.put(Area.ISSUED, newest[damaged.id].key, good[:-1])
    portal.clock.forward(days=KEPT.days - 1)
    assert clear_outgrown(deps) == 0
    portal.clock.forward(days=2)
    assert clear_outgrown(deps) == 1
    assert stored(tmp_path) == entered(portal) - {issued_files.name_of(whole.id, whole.sha256 or "")}
    assert left(portal) == {damaged.id}
    run_left(portal)
    assert given_up(portal) == [f"Rejected: {damaged.number}: its file cannot be opened"]
    # Renewed in the years to come, each file goes in its turn.
    deps.files.put(Area.ISSUED, newest[damaged.id].key, good)
    portal.clock.forward(days=366)
    assert archive_now(deps).renewed == 1
    portal.clock.forward(days=8)
    assert clear_outgrown(deps) == 2
    assert clear_outgrown(deps) == 0
    assert_entered(portal)


@one_database
def test_looking_for_outgrown_files_costs_once_a_night(portal: TestPortal, browser: Browser, deps: Any) -> None:
    issue_many(portal, browser, 1)
    archive_now(deps)
    portal.clock.forward(days=10)
    assert clear_outgrown(deps) == 1
    with deps.reading() as work:
        reached = work.connection.execute(select(SWEEPS.c.at)).scalars().all()
    portal.clock.forward(hours=2)
    assert clear_outgrown(deps) == 0
    with deps.reading() as work:
        assert work.connection.execute(select(SWEEPS.c.at)).scalars().all() == reached


def test_a_line_of_the_register_without_its_file_neither_stops_the_night_nor_is_passed_over(
    portal: TestPortal, browser: Browser, deps: Any, tmp_path: Path
) -> None:
    raised, other = issue_many(portal, browser, 2)
    archive_now(deps)
    (never,) = [one for one in issue_many(portal, browser, 1) if one.id not in (raised.id, other.id)]
    with deps.unit_of_work() as work:
        for damaged, digest in ((raised.id, None), (never.id, None), (other.id, "0" * 64)):
            work.connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == damaged).values(sha256=digest))
    whole = issue_many(portal, browser, 1)[-1]
    to_the_hour(portal, 3, days=8)
    before = stored(tmp_path)
    assert take_turn(deps).raised == 1
    assert left(portal) == {raised.id, never.id, other.id}
    assert before <= stored(tmp_path), "nobody can tell which of its files may go"
    assert {one.id: one.level for one in held(portal)}[whole.id] is Level.LTA
    run_left(portal)
    lineless = "its line of the register has none of its files"
    assert sorted(given_up(portal)) == sorted(
        [
            f"Rejected: {raised.number}: {lineless}",
            f"Rejected: {never.number}: {lineless}",
            f"Rejected: {other.number}: its file is missing",
        ]
    )
    # What an operator has given up for good is not laid before her each night.
    with deps.reading() as work:
        waiting = [one.id for one, _ in effect_rows.unfinished(work.connection, given_up=True)]
    for one in waiting:
        assert effects.abandon(deps, one, "nobody has the file any more")
    to_the_hour(portal, 3)
    assert take_turn(deps).stopped_by == ""
    assert left(portal) == set()


def test_reports_are_raised_too_and_go_with_all_their_files(
    portal: TestPortal, browser: Browser, deps: Any, tmp_path: Path
) -> None:
    for _ in range(6):
        file_complaint(browser)
    assert figures.count_years(deps)
    with deps.unit_of_work() as work:
        year, unit, service = portal.clock.now().year, "", ""
        report = ask(work, year, unit, service)
    portal.run_effects()
    portal.clock.forward(minutes=1)
    early = browser.get("/fr/indicators.pdf").content
    done = archive_now(deps)
    assert done.raised == len(held(portal)) + 1
    late = browser.get("/fr/indicators.pdf").content
    assert late.startswith(early)
    assert len(late) > len(early)
    with deps.reading() as work:
        found = reports.get(work.connection, work.vault, report.id)
        assert found is not None
        assert (found.level, found.sha256) == (Level.LTA, hashlib.sha256(late).hexdigest())
    # A newer count takes its place: neither of its files is of any use then.
    portal.clock.forward(days=40)
    assert figures.count_years(deps)
    tidy(deps)
    assert not [name for name in stored(tmp_path) if name.startswith(report.id)]
    portal.clock.forward(days=366)
    done = archive_now(deps)
    assert (done.left, done.stopped_by) == (0, "")


def test_by_day_only_what_is_overdue_is_raised(portal: TestPortal, browser: Browser, deps: Any) -> None:
    issue_many(portal, browser, 2)
    portal.clock.moment += OVERDUE - timedelta(hours=1)
    issue_many(portal, browser, 1)
    assert take_turn(deps).raised == 0
    portal.clock.forward(days=1)
    assert take_turn(deps).raised == 2
    assert levels(portal) == [Level.LTA, Level.LTA, Level.T]


@one_database
def test_the_night_is_the_offices_also_in_ramadan_and_portals_begin_at_different_moments(portal: TestPortal) -> None:
    # In Ramadan, from 15 February to 22 March 2026, Morocco is at UTC; else an hour ahead of it.
    for day, shift in ((datetime(2026, 3, 2, tzinfo=UTC), 0), (datetime(2026, 7, 1, tzinfo=UTC), 1)):
        night = [
            hour
            for hour in range(24)
            if is_night((day + timedelta(hours=hour - shift)).replace(minute=59), "https://a.example")
        ]
        assert night == [1, 2, 3, 4]
    begins = set()
    for number in range(20):
        minute = datetime(2026, 3, 2, NIGHT[0].hour, tzinfo=UTC)
        while not is_night(minute, f"https://{number}.example"):
            minute += timedelta(minutes=1)
        assert minute - datetime(2026, 3, 2, NIGHT[0].hour, tzinfo=UTC) <= SPREAD
        begins.add(minute)
    assert len(begins) > 10


@one_database
@pytest.mark.parametrize("owner", Owner)
@pytest.mark.parametrize("unstamped", [False, True])
def test_what_waits_is_found_by_its_index(portal: TestPortal, owner: Owner, unstamped: bool) -> None:
    asked: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with portal.deps.reading() as work:
        event.listen(work.connection, "before_cursor_execute", remember)
        archiving.waiting(work.connection, Wanted(owner, portal.clock.now(), unstamped=unstamped), 10)
        event.remove(work.connection, "before_cursor_execute", remember)
        (statement, parameters) = asked[0]
        plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    said = " ".join(str(row[3]) for row in plan)
    assert f"ix_{owner.value}s_level" in said, said
    assert "TEMP B-TREE" not in said


def test_an_operator_sees_what_waits_and_since_when(portal: TestPortal, browser: Browser, press: Archivist) -> None:
    press.unstamped = True
    issue_many(portal, browser, 1)
    press.unstamped = False
    first = held(portal)[0].issued_at
    issue_many(portal, browser, 2)

    def figure(name: str) -> float | None:
        lines = TestClient(portal.app, base_url=BASE_URL).get("/metrics").text.splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name + " ")), None)

    assert figure('portal_documents_unraised{level="b-b"}') == 1
    assert figure('portal_documents_unraised{level="b-t"}') == 2
    assert figure("portal_documents_unraised_since_timestamp_seconds") == first.timestamp()
    archive_now(portal.deps)
    assert figure('portal_documents_unraised{level="b-b"}') == 0
    assert figure('portal_documents_unraised{level="b-t"}') == 0
    assert figure("portal_documents_unraised_since_timestamp_seconds") is None


@one_database
def test_the_command_says_what_it_could_not_do(
    portal: TestPortal, browser: Browser, database_url: str, tmp_path: Path
) -> None:
    issue_many(portal, browser, 1)
    # Signed by no key that the command has.
    (tmp_path / "keys").mkdir(exist_ok=True)
    said = run_portal(settings_for(database_url, tmp_path), "archive", "--json")
    assert said.returncode == 1, said.stderr
    found = json.loads(said.stdout)
    assert (found["raised"], found["renewed"], found["waiting"]) == (0, 0, {"b-t": 1})
    assert found["stopped_by"].startswith("Unreachable: ")
    with portal.deps.reading() as work:
        assert work.connection.execute(select(func.count()).select_from(ISSUED_FILES)).scalar() == 1
