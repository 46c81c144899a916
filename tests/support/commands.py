"""The ``portal`` command as an operator runs it: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

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
