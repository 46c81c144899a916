"""Reads the register of documents beside what it must agree with, for the audit: page by page, or by what contradicts itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, literal, select, union_all

from portal.domain.issued import DocumentKind
from portal.store import documents, issued_files
from portal.store.documents import Issued
from portal.store.issued_files import MADE_AT, Owner
from portal.store.journal import Break
from portal.store.tables import DOCUMENTS, EFFECTS
from portal.store.tables_of_clock import REPORTS
from portal.store.tables_of_proofs import ISSUED_FILES
from portal.store.vault import Vault

PAGE = 2000


@dataclass(frozen=True)
class Registered:
    """A document as its line of the register has it, whatever that holds; ``files`` are the digests of its files."""

    id: str
    number: str
    case_id: str
    document: str
    effect_id: str
    code_hash: bytes
    code_sealed: bytes
    sha256: str | None
    issued_at: datetime
    kind: str
    unit: str
    expires_on: date | None
    case_digest: str | None
    replaced_by: str | None
    abandoned_at: datetime | None
    revoked_at: datetime | None
    revoked_for: str | None
    files: tuple[str, ...]

    @property
    def asked_for_at(self) -> int:
        """The line of its case's journal at which it was asked for; 0 where its effect has no such name."""
        position = self.effect_id.removeprefix(f"{self.case_id}:").partition(":")[0]
        return int(position) if position.isascii() and position.isdecimal() else 0

    def was_entered_as(self, digest: str, vault: Vault) -> bool:
        """Whether the line says what it did when the document was made, with one of its files as the first."""
        code = documents.readable_code(vault, self.id, self.code_sealed)
        if code is None:
            # That is told of every code by itself, and of what was hashed with it nothing can be said.
            return True
        if self.kind not in set(DocumentKind):
            return False
        return any(documents.digest_of(self._issued(code, one)) == digest for one in self.files)

    def _issued(self, code: str, sha256: str) -> Issued:
        return Issued(
            id=self.id,
            number=self.number,
            case_id=self.case_id,
            document=self.document,
            effect_id=self.effect_id,
            code=code,
            sha256=sha256,
            status=None,
            issued_at=self.issued_at,
            kind=DocumentKind(self.kind),
            unit=self.unit,
            expires_on=self.expires_on,
            case_digest=self.case_digest,
        )


_REGISTERED = select(
    DOCUMENTS.c.id,
    DOCUMENTS.c.number,
    DOCUMENTS.c.case_id,
    DOCUMENTS.c.document,
    DOCUMENTS.c.effect_id,
    DOCUMENTS.c.code_hash,
    DOCUMENTS.c.code_sealed,
    DOCUMENTS.c.sha256,
    DOCUMENTS.c.issued_at,
    DOCUMENTS.c.kind,
    DOCUMENTS.c.unit,
    DOCUMENTS.c.expires_on,
    DOCUMENTS.c.case_digest,
    DOCUMENTS.c.replaced_by,
    DOCUMENTS.c.abandoned_at,
    DOCUMENTS.c.revoked_at,
    DOCUMENTS.c.revoked_for,
).order_by(DOCUMENTS.c.number)


def of_cases(connection: Connection, case_ids: Sequence[str]) -> dict[str, list[Registered]]:
    """What the register has of each of these cases, made or not."""
    rows = connection.execute(_REGISTERED.where(DOCUMENTS.c.case_id.in_(case_ids))).all()
    # After the lines, so that what is entered meanwhile leaves a line without its file and not the other way round.
    owned = select(ISSUED_FILES.c.owner_id, ISSUED_FILES.c.sha256).join(
        DOCUMENTS, DOCUMENTS.c.id == ISSUED_FILES.c.owner_id
    )
    files: dict[str, list[str]] = {}
    for owner, sha256 in connection.execute(owned.where(DOCUMENTS.c.case_id.in_(case_ids))):
        files.setdefault(owner, []).append(sha256)
    found: dict[str, list[Registered]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(Registered(**row._mapping, files=tuple(files.get(row.id, ()))))
    return found


def code_flaw(vault: Vault, owner_id: str, code_sealed: bytes, code_hash: bytes) -> str:
    """What is wrong with the code of a document or report."""
    code = documents.readable_code(vault, owner_id, code_sealed)
    if code is None:
        return "its code cannot be read"
    return "" if code_hash in vault.lookups("code", code) else "it is not found by its code"


def report_codes(connection: Connection) -> Iterator[Any]:
    """Every signed report with its code, in pages of rows that are given one by one."""
    query = select(REPORTS.c.id, REPORTS.c.number, REPORTS.c.code_sealed, REPORTS.c.code_hash).order_by(REPORTS.c.id)
    after = ""
    while rows := connection.execute(query.where(REPORTS.c.id > after).limit(PAGE)).all():
        yield from rows
        after = rows[-1].id


def unproved_files(connection: Connection, vault: Vault) -> Iterator[Break]:
    """Files that somebody without the portal's key entered as ours, each by the number of what it was said to be."""
    for sha256, owner in issued_files.unproved(connection, vault):
        numbers = (select(table.c.number).where(table.c.id == owner) for table in (DOCUMENTS, REPORTS))
        number = connection.execute(union_all(*numbers)).scalars().first()
        yield Break(number or owner, 0, f"its file {sha256[:16]}… was not entered by the portal: it is not ours", "")


def flaws(connection: Connection) -> Iterator[Break]:
    """Where a line of a register contradicts the files that were handed out of it, or is left without any unexplained."""
    for table, owner in ((DOCUMENTS, Owner.DOCUMENT), (REPORTS, Owner.REPORT)):
        for problem, condition in _problems(table, owner):
            numbers = select(table.c.number).where(condition).order_by(table.c.number)
            for number in connection.execute(numbers).scalars():
                yield Break(number, 0, problem, "")


def _problems(table: Table, owner: Owner) -> list[tuple[str, ColumnElement[bool]]]:
    made, unmade = table.c.sha256.is_not(None), table.c.sha256.is_(None)
    file, newer = ISSUED_FILES.alias(), ISSUED_FILES.alias()
    its_own = and_(file.c.owner_id == table.c.id, file.c.owner_kind == owner.value)
    named = and_(its_own, file.c.sha256 == table.c.sha256)
    # Only of files that were raised, which come after the one before them, are the moments compared: that one may have
    # been made by a clock that was wrong.
    later = and_(
        newer.c.owner_id == file.c.owner_id,
        newer.c.at > file.c.at,
        newer.c.level.not_in([one.value for one in MADE_AT]),
    )
    handed_out = select(file.c.sha256).where(its_own).exists()
    effect = EFFECTS.c.id == table.c.effect_id if owner is Owner.DOCUMENT else _report_effect(table)
    awaited = select(EFFECTS.c.id).where(effect, EFFECTS.c.done_at.is_(None)).exists()
    abandoned = table.c.abandoned_at.is_not(None)
    return [
        ("a file of it was handed out, and its line of the register has none", and_(unmade, handed_out)),
        (
            "its number has neither a file nor a reason for having none, and nothing makes one",
            and_(unmade, ~abandoned, ~handed_out, ~awaited),
        ),
        ("its number is said to be abandoned, and it has a file", and_(made, abandoned)),
        (
            "the file that its line of the register has is none of its own",
            and_(made, ~select(file.c.sha256).where(named).exists()),
        ),
        (
            "its line of the register says another level than its file has",
            and_(made, select(file.c.sha256).where(named, file.c.level != table.c.level).exists()),
        ),
        (
            "the file that its line of the register has is not its newest",
            and_(made, select(file.c.sha256).where(named, select(newer.c.sha256).where(later).exists()).exists()),
        ),
    ]


def _report_effect(table: Table) -> ColumnElement[bool]:
    return EFFECTS.c.case_id == literal("report-").concat(table.c.id)
