"""The demonstration: what it is filled with, and that one command starts and stops it whole."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.actions.deps import Deps
from portal.actions.perform import OpenCase, opened_case
from portal.cli.children import Children, Died, Stopped, answers
from portal.cli.demo import prepare
from portal.cli.demo_settings import PARTNER_SECRET, free_port, settle
from portal.cli.seed import PARTNER, MovableClock, claims_of, move_accounts, seed
from portal.cli.seed_people import EMPLOYEES
from portal.cli.seed_stories import STORIES
from portal.domain.events import CaseSubmitted, OpinionsJoined, VoteCast
from portal.i18n import office_date
from portal.ports import Area, Claims
from portal.sandbox.persons import PERSONS
from portal.settings import Settings
from portal.store import cases, documents, drafts, journal, lists, opinions, partners, people, queue, sessions
from portal.store.queue import Wanted
from portal.store.tables import CASES, DOCUMENTS, EFFECTS, FILES, JOURNAL
from portal.wiring import wire

ROOT = Path(__file__).parents[2]
ISSUER = "http://127.0.0.1:8100/idp"
SCOPES = ("profile", "email", "phone", "address")


@dataclass(frozen=True)
class Demo:
    """A demonstration's data, and the clock it was made with."""

    deps: Deps
    clock: MovableClock


def citizens(issuer: str = ISSUER) -> dict[str, Claims]:
    """What the sandbox's identity provider would say of its persons."""
    listed = [{"id": one.id, "level": one.level, "claims": one.claims(SCOPES)} for one in PERSONS]
    return claims_of(listed, issuer)


def make_demo(folder: Path, now: datetime) -> Demo:
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'portal.db'}",
        secret_key="a secret of thirty-two characters",
        services_dir=ROOT / "services",
    )
    clock = MovableClock(now)
    deps = wire(settings, clock=clock)
    prepare(settings, deps, now)
    assert seed(deps, clock, citizens(), "a partner's secret")
    return Demo(deps, clock)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = make_demo(tmp_path_factory.mktemp("demo"), datetime.now(UTC))
    yield made
    made.deps.store.engine.dispose()


TOLD_WHOLE = {"certificat-residence", "aides-techniques", "reclamation"}
TOLD = {
    ("projet-generateur-revenus", "lodged", "running"),
    ("projet-generateur-revenus", "more_info", "suspended"),
    ("projet-generateur-revenus", "consultation", "running"),
    ("projet-generateur-revenus", "sitting", "running"),
    ("projet-generateur-revenus", "financed", "decided"),
    ("projet-generateur-revenus", "refused", "decided"),
    ("acces-information", "lodged", "running"),
    ("acces-information", "searching", "running"),
    ("acces-information", "urgent", "running"),
    ("acces-information", "partly_answered", "decided"),
    ("acces-information", "refused", "decided"),
    ("copie-acte-naissance", "lodged", "running"),
    ("copie-acte-naissance", "ready", "running"),
    ("copie-acte-naissance", "handed_over", "decided"),
    ("copie-acte-naissance", "uncollected", "decided"),
    ("petition", "lodged", "running"),
    ("petition", "verified", "running"),
    ("petition", "on_agenda", "running"),
    ("rendez-vous", "lodged", "running"),
    ("rendez-vous", "fixed", "decided"),
    ("ecoute-orientation", "lodged", "running"),
    ("ecoute-orientation", "meeting", "running"),
    ("ecoute-orientation", "no_news", "decided"),
    ("etablissement-classe", "depositing", "depositing"),
    ("etablissement-classe", "inquiry", "running"),
    ("etablissement-classe", "granted", "decided"),
    ("etablissement-classe", "granted_by_silence", "decided"),
    ("etablissement-classe", "refused", "decided"),
    ("reclamation-acte", "lodged", "running"),
    ("recours-administratif", "lodged", "running"),
}
"""The states that newcomers find the other services' cases in, each of a kind."""


def stands_of(demo: Demo) -> set[tuple[str, str, str]]:
    with demo.deps.reading() as work:
        rows = work.connection.execute(select(CASES.c.service, CASES.c.state, CASES.c.state_kind)).all()
    return {(service, state, kind) for service, state, kind in rows}


def opened(demo: Demo, service: str) -> list[OpenCase]:
    """Every case of a service, as it stands on the day the demonstration is made."""
    with demo.deps.reading() as work:
        ids = work.connection.execute(select(CASES.c.id).where(CASES.c.service == service)).scalars()
        found = [cases.get(work.connection, work.vault, case_id) for case_id in ids]
        return [opened_case(work, demo.deps, dossier) for dossier in found if dossier is not None]


def test_the_demonstration_tells_of_every_service_that_is_dealt_with_here(demo: Demo) -> None:
    stands = stands_of(demo)
    offered = {one.slug for one in demo.deps.registry.services() if one.processed}
    assert {service for service, _, _ in stands} == offered | {"reclamation-acte", "recours-administratif"}
    assert {stand for stand in stands if stand[0] not in TOLD_WHOLE} == TOLD
    assert {(service, state) for service, state, _ in stands if service in TOLD_WHOLE} == {
        (definition.slug, state)
        for definition in demo.deps.registry.services()
        if definition.slug in TOLD_WHOLE
        for state in definition.states
    }


def test_opinions_are_awaited_of_units_whose_people_can_sign_in(demo: Demo) -> None:
    today = office_date(demo.clock.now())
    with demo.deps.reading() as work:
        for unit in ("commune-berkane", "centre-social-berkane"):
            asked = opinions.of_unit(work.connection, unit)
            assert asked, unit
            assert all(one.due_on is not None and one.due_on >= today for one in asked)


def test_a_committee_has_projects_with_some_votes_with_all_and_none_of_some_members(demo: Demo) -> None:
    sitting = [one for one in opened(demo, "projet-generateur-revenus") if one.state.committee is not None]
    assert sorted(one.ballot.voted for one in sitting) == [1, 2, 3]
    assert [one.facts["case"]["committee"] for one in sitting].count("accepted") == 1
    decided = [one for one in opened(demo, "projet-generateur-revenus") if one.dossier.case.state == "financed"]
    assert [len([event for event in one.events if isinstance(event, VoteCast)]) for one in decided] == [3]


def test_what_only_the_language_of_services_can_tell_is_told(demo: Demo) -> None:
    told = {
        (service, type(event).__name__)
        for service in ("projet-generateur-revenus", "acces-information", "copie-acte-naissance", "ecoute-orientation")
        for one in opened(demo, service)
        for event in one.events
    }
    assert {
        ("projet-generateur-revenus", "OpinionsJoined"),
        ("projet-generateur-revenus", "CaseReopened"),
        ("acces-information", "CaseReopened"),
        ("acces-information", "CaseTransferred"),
        ("copie-acte-naissance", "DocumentObtained"),
        ("ecoute-orientation", "TimerFired"),
    } <= told
    today = office_date(demo.clock.now())
    copies = opened(demo, "copie-acte-naissance")
    assert [one.dossier.case.state for one in copies if one.to_obtain] == ["lodged", "lodged"]
    (handed_over,) = [one for one in copies if one.dossier.case.state == "handed_over"]
    (submitted,) = [event for event in handed_over.events if isinstance(event, CaseSubmitted)]
    assert submitted.fee["amount"] in (4, "4")
    projects = opened(demo, "projet-generateur-revenus")
    joined = [event.late for one in projects for event in one.events if isinstance(event, OpinionsJoined)]
    assert set(joined) == {True, False}
    requests = opened(demo, "acces-information")
    assert any(one.dossier.case.open and one.clock.due_on and one.clock.due_on < today for one in requests)


def test_time_has_closed_cases_on_the_day_it_was_due_to(demo: Demo) -> None:
    for service, state in (("copie-acte-naissance", "uncollected"), ("ecoute-orientation", "no_news")):
        (closed,) = [one for one in opened(demo, service) if one.dossier.case.state == state]
        last = closed.lines[-1]
        assert last.actor_role == "system"
        assert last.at < demo.clock.now() - timedelta(days=2)


def test_every_journal_of_the_demonstration_holds(demo: Demo) -> None:
    with demo.deps.reading() as work:
        assert list(journal.audit(work.connection, work.vault)) == []


def test_nothing_in_the_demonstration_happens_in_the_future_or_out_of_order(demo: Demo) -> None:
    with demo.deps.reading() as work:
        lines = work.connection.execute(
            select(JOURNAL.c.case_id, JOURNAL.c.at).order_by(JOURNAL.c.case_id, JOURNAL.c.position)
        ).all()
    moments = [tuple(line) for line in lines]
    assert moments == sorted(moments)
    assert max(at for _, at in moments) <= demo.clock.now()


@pytest.mark.parametrize("day", ["2026-03-22", "2027-05-18"])
def test_the_demonstration_can_be_made_on_any_day(day: str, tmp_path: Path) -> None:
    made = make_demo(tmp_path, datetime.fromisoformat(f"{day}T06:30:00+00:00"))
    assert stands_of(made) >= TOLD
    with made.deps.reading() as work:
        told = len(STORIES) + sum(step.action == "turn_to" for story in STORIES for step in story.steps)
        assert work.connection.execute(select(func.count()).select_from(CASES)).scalar() == told
    made.deps.store.engine.dispose()


def test_seeding_again_changes_nothing(demo: Demo) -> None:
    def sizes() -> list[int | None]:
        with demo.deps.reading() as work:
            return [
                work.connection.execute(select(func.count()).select_from(table)).scalar()
                for table in (CASES, JOURNAL, EFFECTS, FILES)
            ]

    before = sizes()
    assert not seed(demo.deps, demo.clock, citizens(), "another secret")
    assert sizes() == before


def test_an_annexe_finds_late_pressing_and_quiet_cases_in_its_queue(demo: Demo) -> None:
    today = office_date(demo.clock.now())
    with demo.deps.reading() as work:
        wanted = Wanted(today, today + timedelta(days=7))
        rows = queue.read(work.connection, "annexe-berkane-1", wanted)
        centre = queue.read(work.connection, "centre-social-berkane", wanted)
    assert len(rows) >= 8
    assert any(row.due_on is not None and row.due_on < today for row in rows)
    assert any(row.due_on is not None and today <= row.due_on <= today + timedelta(days=7) for row in centre)
    assert any(row.due_on is not None and row.due_on > today + timedelta(days=7) for row in centre)


def test_whoever_signs_in_at_the_sandbox_finds_cases_of_her_own(demo: Demo) -> None:
    with demo.deps.unit_of_work() as work:
        for claims in citizens().values():
            account = people.record(work.connection, work.vault, claims, "ar", work.now)
            assert lists.of_citizen(work.connection, account), claims.name_fr
            if claims.subject == "khadija":
                assert len(drafts.of_owner(work.connection, work.vault, "citizen", account)) == 1


def test_every_employee_has_an_account_and_the_partner_its_service(demo: Demo) -> None:
    with demo.deps.reading() as work:
        assert {one.login for one in sessions.list_staff(work.connection)} == {one.login for one in EMPLOYEES}
        assert [(one.id, one.services) for one in partners.listed(work.connection)] == [
            (PARTNER, ("aides-techniques",))
        ]


def test_accounts_follow_the_sandbox_to_another_port(demo: Demo) -> None:
    moved = "http://127.0.0.1:8999/idp"
    move_accounts(demo.deps, moved)
    with demo.deps.unit_of_work() as work:
        account = people.record(work.connection, work.vault, citizens(moved)["fatima"], "ar", work.now)
        assert len(lists.of_citizen(work.connection, account)) == 3
    move_accounts(demo.deps, ISSUER)


def test_secrets_are_made_once_and_the_environment_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "demo.env"
    first = settle(file, 8460)
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql+psycopg://portal:it's@db/portal")
    again = settle(file, 8470)
    for name in ("PORTAL_SECRET_KEY", "PORTAL_OIDC_CLIENT_SECRET", "PORTAL_PLATFORMS", PARTNER_SECRET):
        assert again.values[name] == first.values[name]
    assert again.issuer == first.issuer
    monkeypatch.delenv("PORTAL_DATABASE_URL")
    found = Settings(_env_file=file)
    assert found.database_url == "postgresql+psycopg://portal:it's@db/portal"
    assert found.base_url == "http://127.0.0.1:8470"
    assert found.platforms["jisr"]["callback_secret"].startswith("whsec_")
    assert found.demo


def test_a_process_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    stopping = threading.Event()
    children = Children(tmp_path / "logs", os.environ, stopping)
    children.start("worker", ["portal.no_such_part"])
    with pytest.raises(Died, match=r"(?s)the worker ended \(exit status 1\).*no_such_part"):
        children.watch()
    stopping.set()
    with pytest.raises(Stopped):
        children.check()
    children.stop()


def environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return {**kept, "PORTAL_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def command(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command given in another terminal, where nothing but the data directory is set."""
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", *arguments],
        env=environment(data_dir),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = command(tmp_path, "demo", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"portal: port {port} is taken: name another one, as in `make run PORT={port + 1}`"
    ]
    assert not (tmp_path / "demo.env").exists()


def processes_of(data_dir: Path) -> list[int]:
    """Whatever runs with that data directory in its environment."""
    mark, found = f"PORTAL_DATA_DIR={data_dir}".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_one_command_starts_everything_issues_receipts_and_stops_cleanly(tmp_path: Path) -> None:
    port = free_port(())
    out = tmp_path / "out.txt"
    with out.open("wb") as sink:
        running = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", "demo", "--port", str(port)],
            env=environment(tmp_path),
            cwd=tmp_path,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: "Ctrl-C" in out.read_text("utf-8"), 120, running, out)
        said = out.read_text("utf-8")
        assert answers(port, "/readyz")
        assert f"http://127.0.0.1:{port}/" in said
        assert "agent.annexe1" in said
        assert "فاطمة الزهراء بنعلي" in said
        inbox = re.search(r"Jisr +http://127\.0\.0\.1:(\d+)/", said)
        assert inbox is not None
        assert answers(int(inbox[1]), "/")
        wait_until(lambda: receipt_of(tmp_path) is not None, 60, running, out)
        checked = command(tmp_path, "verify", str(receipt_of(tmp_path)))
        assert checked.stdout.startswith("valid R-"), checked
    finally:
        running.send_signal(signal.SIGTERM)
        status = running.wait(60)
    assert status == 0, out.read_text("utf-8")
    assert processes_of(tmp_path) == []


def wait_until(come: Callable[[], bool], seconds: float, running: subprocess.Popen[bytes], out: Path) -> None:
    until = time.monotonic() + seconds
    while not come():
        assert running.poll() is None, out.read_text("utf-8")
        assert time.monotonic() < until, out.read_text("utf-8")
        time.sleep(0.2)


def receipt_of(data_dir: Path) -> Path | None:
    """The first receipt that a running demonstration has issued, opened into a file."""
    deps = wire(Settings(_env_file=data_dir / "demo.env", data_dir=data_dir))
    with deps.reading() as work:
        receipts = select(DOCUMENTS.c.case_id).where(DOCUMENTS.c.document == "receipt", DOCUMENTS.c.sha256.is_not(None))
        case_id = work.connection.execute(receipts.limit(1)).scalar()
        dossier = cases.get(work.connection, work.vault, case_id) if case_id else None
        issued = documents.of_case(work.connection, work.vault, case_id) if case_id else []
    deps.store.engine.dispose()
    if dossier is None:
        return None
    first = next(one for one in issued if one.document == "receipt")
    opened = data_dir / "receipt.pdf"
    opened.write_bytes(dossier.seal.open(deps.files.get(Area.ISSUED, first.key), first.context))
    return opened
