"""The last days that were told to applicants in columns, who changed the calendar, and how many files a recount could not read.

Locking: PostgreSQL adds the columns without rewriting the tables; the index reads the cases under a lock on the table,
a second or so for each million.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REMEDIED = sa.text("remedy_until IS NOT NULL")

NEVER = {"calendar_changes_never_change": "UPDATE", "calendar_changes_stay": "DELETE"}
"""The triggers that keep the trail of the calendar as it was written, by name: what each forbids."""

REFUSED = "what was changed of the calendar stays written"

LOOK_AGAIN = """
    UPDATE cases SET timer_on = CURRENT_DATE
    WHERE (closed_at IS NULL AND (due_on IS NULL OR silent_on IS NOT NULL))
       OR (outcome = 'refused' AND decided_on >= {since})
"""
"""A sweep looks once at each case whose new columns have something to say: nobody waits longer for a remedy to end."""


def upgrade() -> None:
    op.add_column("cases", sa.Column("citizen_due_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("remedy_until", sa.Date(), nullable=True))
    op.create_index(
        "ix_cases_remedy",
        "cases",
        ["remedy_until", "id"],
        unique=False,
        sqlite_where=REMEDIED,
        postgresql_where=REMEDIED,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    since = "date('now', '-100 days')" if sqlite else "CURRENT_DATE - 100"
    op.execute(sa.text(LOOK_AGAIN.format(since=since)))
    # The years are counted anew by the first sweep: what was kept counted appeals among the requests.
    op.execute("DELETE FROM year_figures")
    op.add_column("recounts", sa.Column("failed", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "calendar_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_changes")),
    )
    op.create_index(op.f("ix_calendar_changes_at"), "calendar_changes", ["at"], unique=False)
    if sqlite:
        for name, moment in NEVER.items():
            said = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            op.execute(f"CREATE TRIGGER {name} BEFORE {moment} ON calendar_changes {said}")
        # A line that replaces another would delete it unseen.
        known = "WHEN EXISTS (SELECT 1 FROM calendar_changes WHERE id = NEW.id)"
        said = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        op.execute(f"CREATE TRIGGER calendar_changes_once BEFORE INSERT ON calendar_changes {known} {said}")
        return
    op.execute(
        "CREATE FUNCTION calendar_changes_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, moment in NEVER.items():
        done = "FOR EACH ROW EXECUTE FUNCTION calendar_changes_stay()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {moment} ON calendar_changes {done}")
    op.execute(
        "CREATE TRIGGER calendar_changes_remain BEFORE TRUNCATE ON calendar_changes "
        "FOR EACH STATEMENT EXECUTE FUNCTION calendar_changes_stay()"
    )


def downgrade() -> None:
    op.drop_table("calendar_changes")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION calendar_changes_stay()")
    op.drop_column("recounts", "failed")
    op.drop_index("ix_cases_remedy", table_name="cases", sqlite_where=REMEDIED, postgresql_where=REMEDIED)
    op.drop_column("cases", "remedy_until")
    op.drop_column("cases", "citizen_due_on")
