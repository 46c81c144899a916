"""Whoever may write to the database, but holds no key, makes no file one of ours, and is found by `portal audit`."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from alembic import command
from portal.actions import figures, transparency
from portal.actions.audit import audit
from portal.actions.reports import ask
from portal.actions.verdict import Verdict, Verified
from portal.actions.verify import verify_file
from portal.ports import Area
from portal.ports_of_documents import Level
from portal.store import cases, documents, issued_files
from portal.store.documents import Issued
from portal.store.issued_files import Owner
from portal.store.log_format import DocumentEntry
from portal.store.reports import Report
from portal.store.tables import DOCUMENTS
from portal.store.tables_of_proofs import ISSUED_FILES, LOG_LEAVES, LOG_PENDING
from portal.store.vault import Vault
from tests.support.browser import Browser
from tests.support.commands import ROOT, run_portal, settings_for
from tests.support.journeys import file_complaint, file_residence
from tests.support.portal import SECRET, TestPortal

FORGED = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n% signed by nobody\n%%EOF"
DIGEST = hashlib.sha256(FORGED).hexdigest()

KEPT_OUT = "is damaged, or its code is, or the portal did not make it"
NOT_OURS = f"its file {DIGEST[:16]}… was not entered by the portal: it is not ours"


@pytest.fixture
def issued(portal: TestPortal, browser: Browser) -> Issued:
    """A receipt."""
    browser.sign_in()
    file_residence(browser)
    portal.run_effects()
    with portal.deps.reading() as work:
        found = documents.get(work.connection, work.vault, work.connection.execute(select(DOCUMENTS.c.id)).scalar_one())
    assert found is not None
    return found


@pytest.fixture
def report(portal: TestPortal, browser: Browser) -> Report:
    """A report on a year's figures."""
    browser.sign_in()
    for _ in range(6):
        file_complaint(browser)
    assert figures.count_years(portal.deps)
    with portal.deps.unit_of_work() as work:
        made = ask(work, portal.clock.now().year, "", "")
    portal.run_effects()
    return made


def problems(portal: TestPortal) -> list[tuple[str, str]]:
    return [(one.reference, one.problem) for one in audit(portal.deps)]


def verified(portal: TestPortal, content: bytes = FORGED) -> Verified:
    return verify_file(portal.deps, content)


def smuggle(connection: Connection, owner: Owner, owner_id: str, **values: Any) -> None:
    """Enters a file beside the newest of its owner, and has it enter the log, as the portal would but for its key."""
    query = select(ISSUED_FILES).where(ISSUED_FILES.c.owner_id == owner_id).order_by(ISSUED_FILES.c.at.desc())
    beside = dict(connection.execute(query).first()._mapping)  # type: ignore[union-attr]
    row = {**beside, "sha256": DIGEST, "owner_kind": owner.value, "at": beside["at"] - timedelta(seconds=1), **values}
    connection.execute(insert(ISSUED_FILES).values(row))
    waiting = {"kind": "document", "subject": owner_id, "detail": {"sha256": DIGEST}, "at": row["at"]}
    connection.execute(insert(LOG_PENDING).values(waiting))


def disarm(connection: Connection) -> None:
    """Takes the triggers off that keep rows as they are."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER issued_files_kept_update")
    else:
        connection.exec_driver_sql("ALTER TABLE issued_files DISABLE TRIGGER USER")


def is_found(portal: TestPortal, number: str) -> None:
    """Nobody is told that the file is ours, neither before the audit nor once the log has taken it in."""
    assert verified(portal).verdict is Verdict.UNKNOWN
    assert verified(portal, FORGED + b"\nmore\n%%EOF\n").verdict is Verdict.UNKNOWN
    waits = ("log", f"what waits to enter it of the document {number} {KEPT_OUT}")
    assert problems(portal) == [(number, NOT_OURS), waits]
    transparency.publish(portal.deps)
    assert problems(portal) == [(number, NOT_OURS), waits]
    with portal.deps.reading() as work:
        leaves = work.connection.execute(select(LOG_LEAVES.c.entry)).scalars().all()
    assert DocumentEntry(bytes.fromhex(DIGEST)).encoded() not in leaves
    assert verified(portal).verdict is Verdict.UNKNOWN
    with portal.deps.reading() as work:
        assert transparency.place_of(work, DIGEST) is None


@pytest.mark.parametrize("level", [Level.T, Level.LT])
def test_a_file_that_the_database_alone_says_is_a_documents_is_not_ours(
    portal: TestPortal, issued: Issued, level: Level
) -> None:
    assert problems(portal) == []
    with portal.deps.store.engine.begin() as connection:
        smuggle(connection, Owner.DOCUMENT, issued.id, level=level.value)
    is_found(portal, issued.number)


def test_nor_is_one_that_is_said_to_be_a_reports(portal: TestPortal, report: Report) -> None:
    assert problems(portal) == []
    with portal.deps.store.engine.begin() as connection:
        smuggle(connection, Owner.REPORT, report.id)
    is_found(portal, report.number)


def content_of(portal: TestPortal, issued: Issued) -> bytes:
    with portal.deps.reading() as work:
        dossier = cases.registered(work.connection, issued.case_id)
        found = cases.find(work.connection, work.vault, dossier.reference)
    assert found is not None
    return found.seal.open(portal.deps.files.get(Area.ISSUED, issued.key), issued.context)


@pytest.mark.parametrize(
    "changed",
    [{"level": "b-lta"}, {"owner_id": "0" * 32}, {"owner_kind": "report"}, {"proof": b"x" * 32}, {"at": timedelta(1)}],
)
def test_what_a_file_is_entered_as_cannot_be_changed_unseen(
    portal: TestPortal, issued: Issued, changed: dict[str, Any]
) -> None:
    content = content_of(portal, issued)
    assert verified(portal, content).verdict is Verdict.VALID
    with portal.deps.store.engine.begin() as connection:
        row = dict(connection.execute(select(ISSUED_FILES)).one()._mapping)
        new = {name: row["at"] + one if isinstance(one, timedelta) else one for name, one in changed.items()}
        disarm(connection)
        connection.execute(update(ISSUED_FILES).values(**new))
    assert verified(portal, content).known is None
    assert [one for one in problems(portal) if "was not entered by the portal" in one[1]]


def test_files_stay_ours_under_another_key_as_long_as_theirs_is_listed(portal: TestPortal, issued: Issued) -> None:
    content, deps = content_of(portal, issued), portal.deps
    digest = hashlib.sha256(content).hexdigest()
    with deps.reading() as work:
        for vault, known in (
            (Vault("another secret", (SECRET,)), True),
            (Vault("another secret"), False),
        ):
            assert (issued_files.owner_of(work.connection, vault, digest) is not None) is known
            assert bool(list(issued_files.unproved(work.connection, vault))) is not known


def test_files_of_before_there_was_a_proof_are_given_one(portal: TestPortal, issued: Issued, engine_kind: str) -> None:
    content, made = content_of(portal, issued), Config(str(ROOT / "alembic.ini"))
    for step, target in ((command.downgrade, "0014"), (command.upgrade, "head")):
        with portal.deps.store.engine.begin() as connection:
            made.attributes.update(connection=connection, vault=portal.deps.store.vault)
            step(made, target)
    assert verified(portal, content).verdict is Verdict.VALID
    assert problems(portal) == []
    for statement in (
        update(ISSUED_FILES).values(level="b-lta"),
        delete(ISSUED_FILES),
        # As processes of the version before would enter one.
        insert(ISSUED_FILES).values(
            sha256=DIGEST, owner_kind="document", owner_id="x", level="b-t", at=issued.issued_at
        ),
    ):
        with pytest.raises(DBAPIError), portal.deps.store.engine.begin() as connection:
            connection.execute(statement)


def test_giving_proofs_takes_the_secret_and_says_so_where_there_is_none(
    portal: TestPortal, issued: Issued, database_url: str, tmp_path: Path
) -> None:
    made = Config(str(ROOT / "alembic.ini"))
    with portal.deps.store.engine.begin() as connection:
        made.attributes["connection"] = connection
        command.downgrade(made, "0014")
    settings = settings_for(database_url, tmp_path)
    told = run_portal({**settings, "PORTAL_SECRET_KEY": ""}, "migrate")
    assert told.returncode == 1
    assert told.stderr.splitlines() == ["portal: PORTAL_SECRET_KEY must be set to at least 32 random characters"]
    assert run_portal(settings, "migrate").returncode == 0
    assert verified(portal, content_of(portal, issued)).verdict is Verdict.VALID
