"""What was published, and what somebody was asked to approve, never changes: the database itself refuses.

Locking: the triggers take each table for a moment.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEVER = {
    "publications_never_change": ("BEFORE UPDATE", "publications"),
    "publications_stay": ("BEFORE DELETE", "publications"),
    "candidates_never_change": (
        "BEFORE UPDATE OF id, purpose, slug, version, digest, files, uploaded_by",
        "candidates",
    ),
}
"""The triggers, by name: what each forbids, and of which table."""

REFUSED = "what was published or proposed never changes"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, (moment, table) in NEVER.items():
            op.execute(f"CREATE TRIGGER {name} {moment} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(
        "CREATE FUNCTION never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, (moment, table) in NEVER.items():
        op.execute(f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION never_changes()")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (_, table) in NEVER.items():
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
    if not sqlite:
        op.execute("DROP FUNCTION never_changes()")
