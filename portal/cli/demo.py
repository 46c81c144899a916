"""`portal demo`: a province to try, set up the first time and started again with its data every time after."""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from portal import logs
from portal.actions import publish as publishing
from portal.actions import timers
from portal.actions.deps import Deps
from portal.adapters.sealing.keys import ensure_key
from portal.adapters.signing.authority import ROOT as ROOT_CERTIFICATE
from portal.adapters.signing.authority import make_authority
from portal.catalogue.loader import Proofs
from portal.cli.children import Children, Died, Stopped, answers, get
from portal.cli.context import fail, told
from portal.cli.demo_settings import HOST, PARTNER_SECRET, DemoSettings, is_free, settle
from portal.cli.seed import PARTNER, MovableClock, claims_of, move_accounts, seed
from portal.cli.seed_people import EMPLOYEES, PASSWORD
from portal.migrations import migrate
from portal.settings import DEMO_ENV, Settings
from portal.store import documents
from portal.wiring import wire

ORGANIZATION = "Shubbak Berkane (demonstration)"

Persons = list[dict[str, Any]]


def run_demo(port: int) -> None:
    """Sets up what is missing, starts everything, tells where it is, and runs until told to stop."""
    logs.set_up(readable=True)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    if not is_free(port):
        fail(f"port {port} is taken: name another one, as in `make run PORT={port + 1}`")
    data_dir = DEMO_ENV.parent
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone_in(data_dir):
        demo = settle(DEMO_ENV, port)
        children = Children(data_dir / "logs", {**os.environ, "PORTAL_DATA_DIR": str(data_dir)}, stopping)
        try:
            _run(children, demo, data_dir, port)
        except Stopped:
            print("\nStopping…", flush=True)
        except Died as death:
            fail(str(death))
        finally:
            children.stop()


def _run(children: Children, demo: DemoSettings, data_dir: Path, port: int) -> None:
    print("Shubbak: preparing the demonstration…", flush=True)
    # Started first, it is ready by the time its persons are asked for.
    children.start("sandbox", ["portal.sandbox", *demo.sandbox_arguments(data_dir)])
    clock = MovableClock(datetime.now(UTC))
    with told():
        settings = Settings(data_dir=data_dir)
        deps = wire(settings, clock=clock)
        prepare(settings, deps, clock.now(), demo.sandbox_url)
    children.check()
    children.wait_for("sandbox", lambda: answers(demo.sandbox_port, "/livez"))
    persons: Persons = orjson.loads(get(demo.sandbox_port, "/idp/persons.json") or b"[]")
    with told():
        if not seed(deps, clock, claims_of(persons, demo.issuer), demo.values[PARTNER_SECRET]):
            move_accounts(deps, demo.issuer)
            # However long it stood still: nobody keeps a clock over a demonstration.
            timers.trust_clock(deps)
        deps.store.engine.dispose()
    children.start("web", ["portal.cli", "serve", f"--host={HOST}", f"--port={port}"])
    children.wait_for("web", lambda: answers(port, "/readyz"))
    # Last, for the documents of all the new cases keep it busy for a while.
    children.start("worker", ["portal.cli", "worker"])
    print(welcome(deps, demo, persons, data_dir), flush=True)
    children.watch()


def prepare(settings: Settings, deps: Deps, now: datetime, addresses: str = "") -> None:
    """The database at this version's schema, the services in force, and an authority to sign with.

    ``addresses`` is where others ask how its certificates stand.
    """
    migrate(deps.store.engine, deps.store.vault)
    try:
        found = publishing.read_publications(settings.services_dir, Proofs.kept_in(settings.data_dir))
    except publishing.Unsound as unsound:
        fail(f"the configured services have faults:\n{unsound}")
    with deps.store.engine.begin() as connection:
        publishing.publish_all(connection, found, now, folder_wins=True)
    keys = settings.data_dir / "keys"
    with deps.reading() as work:
        if not (keys / "root.pem").exists() and documents.any_issued(work.connection):
            # A new authority would disown every document signed under the old one.
            fail(
                f"documents were signed with keys that are no longer in {keys}/: put them back, or begin with empty data"
            )
    make_authority(keys, ORGANIZATION, now, addresses=addresses)
    ensure_key(keys, now)


@contextmanager
def _alone_in(data_dir: Path) -> Iterator[None]:
    """Two demonstrations on the same data would take each other's work away."""
    with (data_dir / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fail(f"a demonstration is running on {data_dir}/ already")
        yield


def welcome(deps: Deps, demo: DemoSettings, persons: Persons, data_dir: Path) -> str:
    """Where everything is and who may sign in; Arabic stands last on its line, where it cannot upset the columns."""
    base = demo.values["PORTAL_BASE_URL"]
    territory = deps.registry.territory
    places = [
        ("Portal · Portail", f"{base}/", "البوابة"),
        ("Counter · Guichet", f"{base}/fr/counter", "الشباك"),
        ("Messages, SMS, Jisr", f"{demo.sandbox_url}/", "الرسائل ومنظومة جسر"),
        ("Root certificate", str(data_dir / "keys" / ROOT_CERTIFICATE), "شهادة الجذر"),
        ("Logs", f"{data_dir / 'logs'}/", ""),
    ]
    citizens = [
        (person["claims"].get("name#fr", person["id"]), f"({person['level']})", person["claims"].get("name#ar", ""))
        for person in persons
    ]
    staff = [(one.login, one.name_fr, territory.unit(one.unit).name["fr"], one.name_ar) for one in EMPLOYEES]
    partner = [("client_id", PARTNER), ("client_secret", demo.values[PARTNER_SECRET])]
    return "\n".join(
        [
            "",
            "  Shubbak · شباك",
            "",
            *_columns(places),
            "",
            "  Citizens: choose one when signing in · Citoyens : choisissez en vous connectant · اختر عند تسجيل الدخول",
            *_columns(citizens),
            "",
            f"  Staff, password {PASSWORD} · Agents, mot de passe {PASSWORD} · الموظفون",
            *_columns(staff),
            "",
            "  Partner ministry · Partenaire · الشريك",
            *_columns(partner),
            "",
            f"  Ctrl-C stops it; the next start keeps the data. Remove {data_dir}/ to begin anew.",
            "",
        ]
    )


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)] if rows else []
    return [
        "    " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
