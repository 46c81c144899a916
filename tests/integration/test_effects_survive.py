"""What a case asks for happens once, whatever crashes in between, and nothing that is down loses anything."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.actions import apply, uploads
from portal.actions.apply import Journey, Owner
from portal.actions.effects import run_effect
from portal.actions.perform import perform
from portal.actions.submit import submit
from portal.actions.verdict import Verdict
from portal.actions.verify import verify_file
from portal.adapters.messages.smtp import SmtpMessenger
from portal.adapters.press import HandPress
from portal.adapters.signing.authority import make_authority
from portal.adapters.signing.signer import FileSigner
from portal.domain.case import NOBODY, Actor
from portal.domain.service import Role
from portal.i18n import translate
from portal.ports import Channel, Unreachable
from portal.sandbox.process import RunningSandbox, free_port, running_sandbox
from portal.store import effects, journal
from portal.store.tables import CASES, DOCUMENTS, EFFECTS, NUMBERS
from tests.support.browser import Browser
from tests.support.commands import ROOT, run_portal, settings_for
from tests.support.databases import one_database
from tests.support.journeys import AIDS_FOR_A_CHILD, RESIDENCE, file_residence, jpeg
from tests.support.portal import TestPortal

SUBMISSIONS, GRANTED = 200, 20
PHOTO = jpeg()
CITIZEN = Actor("citizen", frozenset({Role.APPLICANT}))
AGENT = Actor("agent", frozenset({Role.AGENT}), "centre-social-berkane")


@dataclass
class Worker:
    """A worker that is killed and started again."""

    settings: dict[str, str]
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.support.plain_worker"]
        log = (Path(self.settings["PORTAL_DATA_DIR"]) / "worker.log").open("ab")
        with log:
            process = subprocess.Popen(command, env=self.settings, cwd=ROOT, stderr=log, start_new_session=True)
        self.started.append(process)

    def kill(self) -> None:
        """As a power cut would."""
        os.kill(self.started[-1].pid, signal.SIGKILL)
        self.started[-1].wait()

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), "--no-follow-up") as running:
        yield running


@pytest.fixture
def worker(database_url: str, tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Worker]:
    """Everything outside it is the real sandbox: Jisr, mail and text messages."""
    sandbox.reset()
    platforms = {"jisr": {"url": f"{sandbox.url}/jisr", "key": sandbox.jisr_key, "callback_secret": "x"}}
    made = Worker(
        settings_for(
            database_url,
            tmp_path,
            PORTAL_SMTP_HOST="127.0.0.1",
            PORTAL_SMTP_PORT=str(sandbox.smtp_port),
            PORTAL_SMS_URL=f"{sandbox.url}/sms",
            PORTAL_SMS_KEY=sandbox.sms_key,
            PORTAL_PLATFORMS=json.dumps(platforms),
            PORTAL_RETRY_DELAYS="[0.2, 0.5, 1, 2]",
            PORTAL_JOB_POLLING="0.1",
        )
    )
    yield made
    made.stop()


def file_case(portal: TestPortal, slug: str, pages: dict[str, dict[str, str]]) -> str:
    """Files a complete case by the actions that the pages call; the reference."""
    deps, owner, definition = portal.deps, Owner("citizen", CITIZEN.id), portal.deps.registry.service(slug)
    with deps.unit_of_work() as work:
        draft = apply.start(work, definition, owner, "fr", identity={}, filer=NOBODY, applicant=NOBODY)
        for page_id, raw in pages.items():
            journey = Journey(deps, draft)
            draft, reading = apply.save_page(work, journey, journey.page(page_id), raw)
            assert not reading.errors
        for document in Journey(deps, draft).asked_documents():
            upload = uploads.Upload("photo.jpg", PHOTO)
            stored = uploads.store_content(deps, draft.seal, draft.id, document, upload, work.now)
            uploads.attach(work, draft.seal, stored)
        return submit(work, deps, draft.id, (owner,), CITIZEN, "fr").reference


def unfinished(portal: TestPortal) -> int:
    with portal.deps.reading() as work:
        query = select(func.count()).select_from(EFFECTS).where(EFFECTS.c.done_at.is_(None))
        return int(work.connection.execute(query).scalar_one())


def wait_until(condition: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


def grant(portal: TestPortal, reference: str) -> None:
    with portal.deps.unit_of_work() as work:
        perform(work, portal.deps, AGENT, reference, "approve", {})


def test_two_hundred_cases_survive_a_worker_that_is_killed_twice(
    portal: TestPortal, worker: Worker, sandbox: RunningSandbox
) -> None:
    # The worker goes by the machine's clock: by the tests' own these cases would all be late, and people told of that too.
    portal.clock.moment = datetime.now(UTC)
    # A telephone and no e-mail: these people are told by text message.
    residence = {**RESIDENCE, "contact": {**RESIDENCE["contact"], "email": ""}}
    aids = {**AIDS_FOR_A_CHILD, "contact": {**AIDS_FOR_A_CHILD["contact"], "email": ""}}
    worker.start()
    references, granted = [], []
    for number in range(SUBMISSIONS):
        if number % (SUBMISSIONS // GRANTED) == 0:
            reference = file_case(portal, "aides-techniques", aids)
            grant(portal, reference)
            granted.append(reference)
        else:
            reference = file_case(portal, "certificat-residence", residence)
        references.append(reference)
        if number in (SUBMISSIONS // 3, 2 * SUBMISSIONS // 3):
            wait_until(lambda: unfinished(portal) < 2 * len(references))
            worker.kill()
            assert unfinished(portal) > 0
            worker.start()
    wait_until(lambda: unfinished(portal) == 0)
    worker.stop()

    with portal.deps.reading() as work:
        cases = {  # noqa: C416  A dictionary of rows is not typed as one of pairs.
            case_id: reference for case_id, reference in work.connection.execute(select(CASES.c.id, CASES.c.reference))
        }
        issued = work.connection.execute(select(DOCUMENTS.c.case_id, DOCUMENTS.c.document, DOCUMENTS.c.number)).all()
        given = work.connection.execute(select(NUMBERS.c.last).where(NUMBERS.c.series.like("R-%"))).scalars().all()
        breaks = list(journal.audit(work.connection, work.vault))
    receipts = Counter(cases[case_id] for case_id, document, _ in issued if document == "receipt")
    assert receipts == Counter(references)
    assert sum(given) == SUBMISSIONS
    assert Counter(cases[case_id] for case_id, document, _ in issued if document == "decision") == Counter(granted)
    assert len({number for _, _, number in issued}) == len(issued)
    inbox = sandbox.inbox()
    assert Counter(case["reference"] for case in inbox["cases"]) == Counter(granted)
    assert breaks == []
    # Each case was told of being filed, each granted one of that too; the gateway knows a repetition by its key.
    assert len(inbox["sms"]) == SUBMISSIONS + GRANTED


@one_database
def test_the_real_worker_signs_a_receipt_that_the_portal_recognises(
    portal: TestPortal, browser: Browser, worker: Worker, tmp_path: Path
) -> None:
    make_authority(tmp_path / "keys", "Province de Berkane", datetime.now(UTC))
    # The worker goes by the machine's clock, and ends sessions that are over by it.
    portal.clock.moment = datetime.now(UTC)
    browser.sign_in()
    reference = file_residence(browser)
    command = [sys.executable, "-m", "portal.cli", "worker"]
    with (tmp_path / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=worker.settings, cwd=tmp_path, stderr=log, start_new_session=True)
    worker.started.append(process)
    wait_until(lambda: unfinished(portal) == 0)
    process.terminate()
    assert process.wait(30) == 0
    receipt = browser.get(f"/fr/cases/{reference}/receipt.pdf").content
    deps = replace(portal.deps, signer=FileSigner(tmp_path / "keys"))
    assert verify_file(deps, receipt).verdict is Verdict.VALID
    (tmp_path / "receipt.pdf").write_bytes(receipt)
    told = run_portal(worker.settings, "verify", str(tmp_path / "receipt.pdf"))
    assert (told.returncode, told.stdout.split()[0]) == (0, "valid")
    (tmp_path / "receipt.pdf").write_bytes(receipt.replace(b"/Type", b"/Typo", 1))
    assert run_portal(worker.settings, "verify", str(tmp_path / "receipt.pdf")).returncode == 1


@one_database
def test_with_no_mail_server_a_case_is_filed_and_its_message_waits(
    portal: TestPortal, browser: Browser, sandbox: RunningSandbox
) -> None:
    port = free_port()
    messengers = {**portal.deps.messengers, Channel.EMAIL: SmtpMessenger("127.0.0.1", port, "portal@example.org")}
    deps = replace(portal.deps, messengers=messengers)
    browser.sign_in()
    reference = file_residence(browser)
    with portal.deps.reading() as work:
        message = next(one for one, _ in effects.unfinished(work.connection) if one.name == "notify")
    with pytest.raises(Unreachable):
        run_effect(deps, message.id, message.name)
    assert unfinished(portal) == 2
    assert browser.get(f"/fr/cases/{reference}").status_code == 200
    sandbox.reset()
    messengers[Channel.EMAIL] = SmtpMessenger("127.0.0.1", sandbox.smtp_port, "portal@example.org")
    run_effect(replace(deps, messengers=messengers), message.id, message.name)
    assert unfinished(portal) == 1
    assert [one["recipient"] for one in sandbox.inbox()["mails"]] == ["amina@example.ma"]


@one_database
def test_without_its_keys_a_case_is_filed_and_its_receipt_waits(
    portal: TestPortal, browser: Browser, tmp_path: Path
) -> None:
    deps = replace(portal.deps, press=HandPress(portal.renderer, FileSigner(tmp_path / "keys")))
    browser.sign_in()
    reference = file_residence(browser)
    with portal.deps.reading() as work:
        receipt = next(one for one, _ in effects.unfinished(work.connection) if one.name == "issue.receipt")
    with pytest.raises(Unreachable):
        run_effect(deps, receipt.id, receipt.name)
    pending = browser.get(f"/fr/cases/{reference}/receipt.pdf")
    assert pending.status_code == 503
    assert translate("fr", "Your receipt is being prepared") in browser.text
    # Once they are there the same effect goes through.
    run_effect(portal.deps, receipt.id, receipt.name)
    assert browser.get(f"/fr/cases/{reference}/receipt.pdf").status_code == 200


@one_database
def test_without_its_identity_provider_the_portal_says_so_and_the_rest_goes_on(
    portal: TestPortal, browser: Browser
) -> None:
    portal.identity.failing = Unreachable("no answer")
    browser.get("/fr/sign-in")
    browser.post("/fr/sign-in", {"next": "/fr/cases", "level": "substantial"})
    assert browser.last.status_code == 503
    assert translate("fr", "A service we need does not answer") in browser.text
    assert browser.get("/fr/services/reclamation/apply").status_code == 200
