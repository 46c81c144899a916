"""What the law's clock says of a case, in columns; the index of what time does covers closed cases too, whose remedies end.

Locking: PostgreSQL adds the columns without rewriting the table; the indexes read the cases under a lock on the table,
a second or so for each million.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAS_TIMED = sa.text("closed_at IS NULL AND timer_on IS NOT NULL")
TIMED = sa.text("timer_on IS NOT NULL")
ESCALATED = sa.text("closed_at IS NULL AND escalated")
FOLLOWING = sa.text("first_id IS NOT NULL")
DECIDED = sa.text("decided_on IS NOT NULL")
NAMED = sa.text("person_hash IS NOT NULL")

INDEXES = (
    ("ix_cases_timer", ["timer_on", "id"], TIMED),
    ("ix_cases_escalated", ["queue_on", "id"], ESCALATED),
    ("ix_cases_first", ["first_id"], FOLLOWING),
    ("ix_cases_decided", ["unit", "decided_on"], DECIDED),
    ("ix_cases_person", ["person_hash", "service"], NAMED),
)
COLUMNS = (
    "escalated",
    "flaw",
    "suspended_on",
    "suspended_for",
    "silent_on",
    "decided_on",
    "days_used",
    "first_id",
    "repeats",
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("flaw", sa.String(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("suspended_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("suspended_for", sa.String(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("silent_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("decided_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("days_used", sa.Integer(), nullable=True))
    op.add_column("cases", sa.Column("first_id", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("repeats", sa.String(), nullable=True))
    op.add_column("files", sa.Column("set_aside_at", UtcDateTime(), nullable=True))
    # The day of the office; how many days had counted is not known of what was decided before.
    closed_on = "(closed_at AT TIME ZONE 'Africa/Casablanca')::date"
    if op.get_bind().dialect.name == "sqlite":
        closed_on = "date(closed_at, '+1 hour')"
    op.execute(sa.text(f"UPDATE cases SET decided_on = {closed_on} WHERE closed_at IS NOT NULL"))  # noqa: S608
    # Nothing in these columns says yet what the law does to open cases and when: a sweep looks at each of them once.
    op.execute(sa.text("UPDATE cases SET timer_on = CURRENT_DATE WHERE closed_at IS NULL"))
    op.drop_index("ix_cases_timer", table_name="cases", sqlite_where=WAS_TIMED, postgresql_where=WAS_TIMED)
    for name, columns, condition in INDEXES:
        op.create_index(name, "cases", columns, unique=False, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name, _, condition in reversed(INDEXES):
        op.drop_index(name, table_name="cases", sqlite_where=condition, postgresql_where=condition)
    op.create_index(
        "ix_cases_timer", "cases", ["timer_on", "id"], unique=False, sqlite_where=WAS_TIMED, postgresql_where=WAS_TIMED
    )
    op.drop_column("files", "set_aside_at")
    for name in reversed(COLUMNS):
        op.drop_column("cases", name)
