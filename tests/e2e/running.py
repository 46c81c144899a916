"""The whole portal as it runs for real: database, worker, web and sandbox, each a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import orjson

from portal.adapters.sealing.keys import ensure_key
from portal.adapters.signing.authority import make_authority
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox
from tests.support.registers import addresses, with_registers

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a password for the counter"
TEMPLATES_SEEN = "templates.txt"
PATIENCE = 60.0
"""Seconds after which something that should have happened has not."""


@dataclass(frozen=True)
class Employee:
    """An account that ``portal staff add`` makes."""

    login: str
    unit: str
    role: str
    name_ar: str
    name_fr: str


CLERK = Employee("clerk.annexe1", "annexe-berkane-1", "clerk", "نجاة الحموتي", "Najat El Hammouti")
AGENT = Employee("agent.annexe1", "annexe-berkane-1", "agent", "رشيد المنصوري", "Rachid El Mansouri")
AGENT_SOCIAL = Employee("agent.social", "centre-social-berkane", "agent", "كريمة الوالي", "Karima El Ouali")
AGENT_COMMUNE = Employee("agent.commune", "commune-berkane", "agent", "سعاد بنعمر", "Souad Benomar")
EMPLOYEES = (CLERK, AGENT, AGENT_SOCIAL, AGENT_COMMUNE)

AGENT_PROVINCE = Employee("agent.province", "province-berkane", "agent", "توفيق الإدريسي", "Taoufik El Idrissi")
CHIEF_PROVINCE = Employee("chief.province", "province-berkane", "chief", "نادية السقاط", "Nadia Sekkat")
MEMBERS = (
    Employee("member1.province", "province-berkane", "committee", "محمد بورقية", "Mohammed Bourkia"),
    Employee("member2.province", "province-berkane", "committee", "خديجة العمراني", "Khadija El Amrani"),
    Employee("member3.province", "province-berkane", "committee", "سعيد قدوري", "Said Kaddouri"),
)
DESIGNER = Employee("designer.province", "province-berkane", "designer", "إلهام بنشقرون", "Ilham Benchekroun")
PUBLISHER = Employee("publisher.province", "province-berkane", "publisher", "عبد اللطيف السباعي", "Abdellatif Sebai")
OFFICIALS = (AGENT_PROVINCE, CHIEF_PROVINCE, *MEMBERS, DESIGNER, PUBLISHER)
"""Those whom long journeys meet: added at once, for a command each would take its time."""


def wait_until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Waits for a condition; fails with ``what`` when it does not come true."""
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"it did not happen within {patience:.0f} seconds: {what}")
        time.sleep(0.05)


@dataclass
class RunningPortal:
    """A portal somebody may use, and the means to look behind it."""

    url: str
    folder: Path
    sandbox: RunningSandbox
    environment: dict[str, str] = field(repr=False)
    _worker: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def root_certificate(self) -> Path:
        return self.folder / "keys" / "root.pem"

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs ``portal …`` as an operator would."""
        done = subprocess.run(
            [sys.executable, "-m", "portal.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if check and done.returncode:
            raise AssertionError(f"portal {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts ``portal …`` beside the test; what it says goes into a file named for it."""
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "portal.cli", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def start_worker(self) -> None:
        self._worker = self.start("worker")

    def stop_worker(self) -> None:
        if self._worker is not None:
            stop(self._worker)
            self._worker = None

    @contextmanager
    def without_worker(self) -> Iterator[None]:
        """Lets effects wait, as while the worker is being restarted."""
        self.stop_worker()
        try:
            yield
        finally:
            self.start_worker()

    def logs(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))

    def add_staff(self, employees: tuple[Employee, ...]) -> None:
        for one in employees:
            names = ("--name-ar", one.name_ar, "--name-fr", one.name_fr)
            account = ("--unit", one.unit, "--role", one.role, "--password", PASSWORD)
            self.command("staff", "add", one.login, *account, *names)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks a process to end, and sees to it that it does."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def environment_for(folder: Path, url: str, database: str, sandbox: RunningSandbox) -> dict[str, str]:
    """What an operator would set, and nothing that happens to be set here."""
    platform = {"url": f"{sandbox.url}/jisr", "key": sandbox.jisr_key, "callback_secret": sandbox.webhook_secret}
    settings = {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "BASE_URL": url,
        "SECRET_KEY": "a secret for the end-to-end tests alone",
        "WEB_PROCESSES": "1",
        "DEMO": "false",
        "OIDC_ISSUER": sandbox.issuer,
        "OIDC_CLIENT_ID": sandbox.client_id,
        "OIDC_CLIENT_SECRET": sandbox.client_secret,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(sandbox.smtp_port),
        "MAIL_FROM": "shubbak@berkane.example",
        "SMS_URL": f"{sandbox.url}/sms",
        "SMS_KEY": sandbox.sms_key,
        "SERVICES_DIR": str(with_registers(ROOT / "services", folder)),
        "PLATFORMS": orjson.dumps({"jisr": platform, **addresses(f"{sandbox.url}/rnp")}).decode(),
        "JOB_POLLING": "0.1",
        "RETRY_DELAYS": "[0.2, 0.5, 1, 2, 5]",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    # What is loaded from the second folder notes the templates that are drawn.
    watched = {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "e2e" / "watching"))),
        "TEMPLATES_SEEN": str(folder / TEMPLATES_SEEN),
    }
    return {**inherited, **watched, **{f"PORTAL_{name}": value for name, value in settings.items()}}


@contextmanager
def running_portal(
    folder: Path,
    database: str,
    *,
    fill: Callable[[RunningPortal], None] = lambda made: made.add_staff(EMPLOYEES),
    worker: bool = True,
) -> Iterator[RunningPortal]:
    """A portal that answers when this is entered, and is gone when it is left; ``fill`` puts in what it starts with."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(folder / "sandbox", "--follow-up-delay", "0.2", portal_url=url))
        made = RunningPortal(url, folder, sandbox, environment_for(folder, url, database, sandbox))
        make_authority(folder / "keys", "Province de Berkane", datetime.now(UTC))
        ensure_key(folder / "keys", datetime.now(UTC))
        made.command("migrate")
        fill(made)
        stack.callback(made.stop_worker)
        web = made.start("serve", "--port", str(port))
        stack.callback(stop, web)
        if worker:
            made.start_worker()
        wait_until(lambda: is_ready(url, web), "the portal answers", 3 * PATIENCE)
        yield made


def is_ready(url: str, web: subprocess.Popen[bytes]) -> bool:
    assert web.poll() is None, f"`portal serve` ended with {web.returncode}"
    try:
        return httpx2.get(f"{url}/readyz").status_code == 200
    except httpx2.HTTPError:
        return False
