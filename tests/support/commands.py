"""The ``portal`` command as an operator runs it: in a process of its own, or in this one where that proves no less."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.testing import CliRunner

from portal import i18n, logs
from portal.actions.deps import Deps
from portal.cli import context
from portal.cli.commands import app
from portal.domain.text import STAND_INS
from portal.ports_of_documents import Checker
from portal.settings import Settings
from portal.wiring import wire
from tests.support.portal import SECRET, SERVICES

ROOT = Path(__file__).resolve().parents[2]


def settings_for(url: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment of a portal over a database, with everything it writes in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PORTAL_DATABASE_URL": url,
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SERVICES_DIR": str(SERVICES),
        "PORTAL_SECRET_KEY": SECRET,
        **more,
    }


def run_portal(settings: dict[str, str], *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; one that is still running after ``seconds`` fails the test."""
    command = [sys.executable, "-m", "portal.cli", *arguments]
    where = settings["PORTAL_DATA_DIR"]
    return subprocess.run(command, env=settings, cwd=where, capture_output=True, text=True, timeout=seconds)


def call_portal(
    settings: dict[str, str], *arguments: str, sent: bytes | None = None, checker: Checker | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a command in this process, which has loaded everything: it takes seconds less than a process of its own.

    It reads the same settings and is wired anew each time; what it opened is closed again. ``checker`` looks at files in
    place of the command's own, which would have to start a process for it.
    """
    others = dict.fromkeys(name for name in os.environ if name.startswith("PORTAL_"))
    with _wired_apart(checker):
        done = CliRunner().invoke(app, arguments, input=sent, env={**others, **settings}, catch_exceptions=False)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@contextmanager
def _wired_apart(checker: Checker | None) -> Iterator[None]:
    """Has a command leave this process as it was: its connections, languages and logs, and the folder it runs in unread."""
    opened: list[Deps] = []

    def wired(*arguments: Any, **named: Any) -> Deps:
        deps = wire(*arguments, **named)
        opened.append(deps)
        return deps if checker is None else replace(deps, checker=checker)

    no_file = {**Settings.model_config, "env_file": None}
    with (
        patch.object(context, "wire", wired),
        patch.object(logs, "set_up"),
        patch.object(Settings, "model_config", no_file),
        # Which languages there are is settled for a whole process.
        patch.object(i18n, "_offer", i18n.offered()),
        patch.dict(STAND_INS),
    ):
        try:
            yield
        finally:
            for deps in opened:
                deps.store.engine.dispose()
