"""What documents prove themselves with: kind, level, revocation and replacement, every file handed out, and the public log.

Locking: PostgreSQL adds the columns without rewriting the tables; the index of cases not yet in the log reads them all,
a second or so for each million.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNLOGGED = sa.text("journal_length > logged_length")
UNRAISED = sa.text("sha256 IS NOT NULL AND level <> 'b-lta'")
REVOKED = sa.text("revoked_at IS NOT NULL")

KEPT = ("issued_files", "log_leaves", "log_nodes")
"""The tables of which no row is ever changed or removed."""

REFUSED = "what was issued and logged stays written"


def upgrade() -> None:
    op.add_column("cases", sa.Column("logged_length", sa.Integer(), nullable=False, server_default="0"))
    _index("ix_cases_unlogged", "cases", ["id"], UNLOGGED)
    _documents()
    op.add_column("reports", sa.Column("level", sa.String(), nullable=False, server_default="b-b"))
    _index("ix_reports_level", "reports", ["requested_at", "id"], UNRAISED)
    _tables()
    op.execute(
        "INSERT INTO issued_files (sha256, owner_kind, owner_id, level, at) "
        "SELECT sha256, 'document', id, 'b-b', issued_at FROM documents WHERE sha256 IS NOT NULL"
    )
    op.execute(
        "INSERT INTO issued_files (sha256, owner_kind, owner_id, level, at) "
        "SELECT sha256, 'report', id, 'b-b', COALESCE(issued_at, requested_at) FROM reports WHERE sha256 IS NOT NULL"
    )
    _await()
    _keep()


def _documents() -> None:
    for column in (
        sa.Column("kind", sa.String(), nullable=False, server_default="decision"),
        sa.Column("unit", sa.String(), nullable=False, server_default=""),
        sa.Column("level", sa.String(), nullable=False, server_default="b-b"),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("case_digest", sa.String(), nullable=True),
        sa.Column("revoked_for", sa.String(), nullable=True),
        sa.Column("replaced_by", sa.String(), nullable=True),
        sa.Column("abandoned_at", UtcDateTime(), nullable=True),
        sa.Column("abandoned_for", sa.String(), nullable=True),
    ):
        op.add_column("documents", column)
    op.execute("UPDATE documents SET kind = 'receipt' WHERE document = 'receipt'")
    op.execute("UPDATE documents SET unit = (SELECT unit FROM cases WHERE cases.id = documents.case_id)")
    op.execute("UPDATE documents SET revoked_for = 'reopened' WHERE revoked_by = 'reopening'")
    # Nobody was asked for a reason at the terminal.
    op.execute("UPDATE documents SET revoked_for = 'error' WHERE revoked_at IS NOT NULL AND revoked_for IS NULL")
    _index("ix_documents_level", "documents", ["issued_at", "id"], UNRAISED)
    _index("ix_documents_revoked", "documents", ["revoked_at", "id"], REVOKED)


def _tables() -> None:
    op.create_table(
        "issued_files",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_issued_files")),
    )
    op.create_index("ix_issued_files_owner", "issued_files", ["owner_id"], unique=False)
    op.create_table(
        "log_pending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_pending")),
    )
    op.create_table(
        "log_leaves",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaves")),
    )
    op.create_index("ix_log_leaves_subject", "log_leaves", ["subject", "kind", "position"], unique=False)
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "log_heads",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("timestamp", sa.LargeBinary(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_heads")),
    )
    op.create_index(op.f("ix_log_heads_at"), "log_heads", ["at"], unique=False)


def _await() -> None:
    """What was issued and revoked until now enters the log with its first head."""
    object_of = "json_object" if op.get_bind().dialect.name == "sqlite" else "json_build_object"
    entered = "INSERT INTO log_pending (kind, subject, detail, at) SELECT "
    op.execute(
        f"{entered} 'document', owner_id, {object_of}('sha256', sha256), at FROM issued_files ORDER BY at, sha256"
    )
    op.execute(
        f"{entered} 'revocation', id, {object_of}('for', revoked_for), revoked_at "
        "FROM documents WHERE revoked_at IS NOT NULL ORDER BY revoked_at, id"
    )


def _keep() -> None:
    """No row of these tables can be changed or removed: neither by a mistake of ours nor by a hand at the terminal."""
    if op.get_bind().dialect.name == "sqlite":
        said = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        for table in KEPT:
            for moment in ("UPDATE", "DELETE"):
                op.execute(f"CREATE TRIGGER {table}_kept_{moment.lower()} BEFORE {moment} ON {table} {said}")
        for table, same in (
            ("issued_files", "sha256 = NEW.sha256"),
            ("log_leaves", "position = NEW.position"),
            ("log_nodes", "level = NEW.level AND position = NEW.position"),
        ):
            # A row that replaces another would delete it unseen.
            known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  Both are written above.
            op.execute(f"CREATE TRIGGER {table}_kept_once BEFORE INSERT ON {table} {known} {said}")
        return
    op.execute(
        "CREATE FUNCTION proofs_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in KEPT:
        for moment in ("UPDATE", "DELETE"):
            done = "FOR EACH ROW EXECUTE FUNCTION proofs_stay()"
            op.execute(f"CREATE TRIGGER {table}_kept_{moment.lower()} BEFORE {moment} ON {table} {done}")
        op.execute(
            f"CREATE TRIGGER {table}_kept_all BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION proofs_stay()"
        )


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ("log_heads", "log_nodes", "log_leaves", "log_pending", "issued_files"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION proofs_stay()")
    op.drop_index("ix_reports_level", table_name="reports", sqlite_where=UNRAISED, postgresql_where=UNRAISED)
    op.drop_column("reports", "level")
    op.drop_index("ix_documents_revoked", table_name="documents", sqlite_where=REVOKED, postgresql_where=REVOKED)
    op.drop_index("ix_documents_level", table_name="documents", sqlite_where=UNRAISED, postgresql_where=UNRAISED)
    for column in (
        "abandoned_for",
        "abandoned_at",
        "replaced_by",
        "revoked_for",
        "case_digest",
        "expires_on",
        "level",
        "unit",
        "kind",
    ):
        op.drop_column("documents", column)
    op.drop_index("ix_cases_unlogged", table_name="cases", sqlite_where=UNLOGGED, postgresql_where=UNLOGGED)
    op.drop_column("cases", "logged_length")
