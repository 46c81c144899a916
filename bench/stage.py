"""One portal for one measurement: its database, its processes, and what they cost."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from bench import processes
from bench.world import World, fresh_name
from portal.adapters.sealing.keys import ensure_key
from portal.adapters.signing.authority import make_authority
from portal.cli.children import Children, answers
from portal.cli.demo_settings import free_port, settle
from portal.settings import Settings
from portal.wiring import wire

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "PORTAL_TEST_POSTGRES_URL"


@dataclass
class Stage:
    """The running portal. ``roots`` are the processes whose time counts, by what they are."""

    engine: str
    port: int
    bare_port: int
    environment: dict[str, str]
    world: World
    folder: Path
    bare: int
    roots: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def worker(self, module: str = "portal.cli", *arguments: str) -> Iterator[None]:
        """Keeps a worker running."""
        children = Children(self.folder / "logs", self.environment, threading.Event())
        try:
            child = children.start("worker", [module, *arguments])
            # It says so once it takes effects.
            children.wait_for("worker", lambda: b"worker started" in child.log.read_bytes())
            self.roots["worker"] = child.process.pid
            yield
        finally:
            self.roots.pop("worker", None)
            children.stop()


@contextmanager
def staged(engine: str, folder: Path, port: int) -> Iterator[Stage]:
    """A portal on a fresh database, with nothing in it yet but its people; all gone on leaving."""
    with database(engine, folder) as url:
        demo = settle(folder / "settings.env", port)
        environment = {
            **os.environ,
            **demo.values,
            "PORTAL_DATABASE_URL": url,
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_SERVICES_DIR": str(ROOT / "services"),
            "PORTAL_DEMO": "false",
            "PYTHONPATH": str(ROOT),
        }
        children = Children(folder / "logs", environment, threading.Event())
        try:
            make_authority(folder / "keys", "Shubbak", datetime.now(UTC), addresses=demo.sandbox_url)
            ensure_key(folder / "keys", datetime.now(UTC))
            subprocess.run([sys.executable, "-m", "portal.cli", "migrate"], env=environment, check=True)
            bare_port = free_port([port + 1])
            children.start("sandbox", ["portal.sandbox", *demo.sandbox_arguments(folder)])
            bare = children.start("bare", ["bench.bare", str(bare_port)])
            web = children.start("web", ["portal.cli", "serve", f"--port={port}"])
            children.wait_for("sandbox", lambda: answers(demo.sandbox_port, "/livez"))
            children.wait_for("bare", lambda: answers(bare_port, "/"))
            children.wait_for("web", lambda: answers(port, "/readyz"))
            world = World(wire(settings_of(environment)))
            roots = {"web": web.process.pid, **_server(world.deps.store.engine)}
            yield Stage(engine, port, bare_port, environment, world, folder, bare.process.pid, roots)
        finally:
            children.stop()


def settings_of(environment: dict[str, str]) -> Settings:
    names = [
        f"PORTAL_{each}" for each in ("DATABASE_URL", "DATA_DIR", "SERVICES_DIR", "BASE_URL", "SECRET_KEY", "TSA_URL")
    ]
    return Settings.model_validate({name.removeprefix("PORTAL_").lower(): environment[name] for name in names})


def _server(engine: Engine) -> dict[str, int]:
    """The database server's first process, if the database has one on this machine."""
    if engine.dialect.name != "postgresql":
        return {}
    with engine.connect() as connection:
        backend = processes.status(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    if backend is None or not backend.name.startswith("postgres"):
        raise SystemExit("PostgreSQL runs on another machine: what it costs could not be counted")
    return {"postgres": backend.parent}


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'portal.db'}"
        return
    server, name = os.environ[POSTGRES], fresh_name()
    _administer(server, f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
