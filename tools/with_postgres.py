"""Runs a command with a PostgreSQL: ``python -m tools.with_postgres [--durable] CMD …``.

The command finds it at ``PORTAL_TEST_POSTGRES_URL``. If that is set already, it is used; else a cluster is made for the
command alone and removed after it; where PostgreSQL is not installed, the command runs without, and that is said
loudly.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

VARIABLE = "PORTAL_TEST_POSTGRES_URL"
OLDEST = 15
BANNER = f"""
{"!" * 78}
!!  No PostgreSQL {OLDEST} or newer was found on this machine.
!!  NOT RUN: every test on PostgreSQL. They are reported as skipped; what
!!  passes here has been shown on SQLite only.
!!  Install the package postgresql, or set {VARIABLE}.
{"!" * 78}
"""
# The cluster is thrown away, so it need not survive a power cut.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def version(programs: Path) -> int:
    """The major version of the PostgreSQL in a folder of programs; 0 if there is none."""
    try:
        said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\d+", said)
    return int(found.group()) if found else 0


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL installed, if it is new enough. Debian keeps it out of the PATH."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if config := shutil.which("pg_config"):
        folders.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True).stdout.strip()))
    if server := shutil.which("postgres"):
        folders.append(Path(server).resolve().parent)
    newest = max(folders, key=version, default=None)
    return newest if newest is not None and version(newest) >= OLDEST else None


def unprivileged() -> tuple[int, int] | None:
    """Whom the server runs as, user and group: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise SystemExit("PostgreSQL refuses to run as root, and there is no other user to run it as")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A PostgreSQL of its own in a temporary folder."""

    def __init__(self, programs: Path, folder: Path, durable: bool) -> None:
        self._programs, self._folder, self._durable = programs, folder, durable
        self._owner = unprivileged()
        self._data, self._log = folder / "data", folder / "log"

    def start(self) -> str:
        """Makes the cluster and starts it; its address."""
        if self._owner:
            os.chown(self._folder, *self._owner)
        self._run(
            [
                "initdb",
                f"--pgdata={self._data}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
        )
        port = free_port()
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            f"unix_socket_directories={self._folder}",
            "max_connections=200",
            *([] if self._durable else CARELESS),
        ]
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run(["pg_ctl", "start", f"--pgdata={self._data}", f"--log={self._log}", "--wait", f"--options={options}"])
        return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """Stops the server without letting it tidy up: nothing of it is kept."""
        if (self._data / "postmaster.pid").exists():
            self._run(["pg_ctl", "stop", f"--pgdata={self._data}", "--mode=immediate", "--wait"])

    def _run(self, command: list[str]) -> None:
        user, group = self._owner or (None, None)
        done = subprocess.run(
            [self._programs / command[0], *command[1:]],
            # The current folder may be closed to that user, and a server holding our output would keep a pipe open.
            cwd=self._folder,
            user=user,
            group=group,
            extra_groups=[] if self._owner else None,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if command[0] == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if command[0] == "pg_ctl" else subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            log = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
            raise SystemExit(f"{command[0]} failed\n{done.stdout or ''}{log}")


@contextmanager
def throwaway_cluster(programs: Path, durable: bool) -> Iterator[str]:
    """A cluster's address; stopped and removed on leaving."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    cluster = Cluster(programs, folder, durable)
    try:
        yield cluster.start()
    finally:
        # Nothing may interrupt the cleaning up.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        try:
            cluster.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class Runner:
    """Runs the command, and hands on to it the signals meant for it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped_by = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def run(self, command: list[str], environment: dict[str, str]) -> int:
        if self._stopped_by:
            return 128 + self._stopped_by
        try:
            self._child = subprocess.Popen(command, env=environment)
        except OSError as problem:
            print(f"{command[0]}: {problem.strerror}", file=sys.stderr)
            return 127
        code = self._child.wait()
        return code if code >= 0 else 128 - code

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._child is None:
            # A server half started could not be stopped: it is started first, then stopped.
            self._stopped_by = number
            return
        # A Ctrl-C at a terminal reaches the command by itself: handed on, it would count twice.
        if number != signal.SIGINT or not sys.stdin.isatty():
            self._child.send_signal(number)


def main(arguments: list[str]) -> int:
    durable = arguments[:1] == ["--durable"]
    command = arguments[1:] if durable else arguments
    if not command or command[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    runner = Runner()
    if os.environ.get(VARIABLE):
        return runner.run(command, dict(os.environ))
    programs = find_programs()
    if programs is None:
        print(BANNER, file=sys.stderr, flush=True)
        return runner.run(command, dict(os.environ))
    with throwaway_cluster(programs, durable) as address:
        return runner.run(command, {**os.environ, VARIABLE: address})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
