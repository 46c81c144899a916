"""When a case's next timer fires, whom it alerted, whether a committee sits, and the opinions asked of others.

Locking: PostgreSQL adds the three columns without rewriting the table; the index, empty at first, reads the open cases
under a lock on the table of a second or so.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIMED = sa.text("closed_at IS NULL AND timer_on IS NOT NULL")
AWAITED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("cases", sa.Column("timer_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("alert", sa.String(), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("sitting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_cases_timer", "cases", ["timer_on", "id"], unique=False, sqlite_where=TIMED, postgresql_where=TIMED
    )
    op.create_table(
        "opinions",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("given_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_opinions_case_id")),
        sa.PrimaryKeyConstraint("case_id", "round", "opinion", name=op.f("pk_opinions")),
    )
    op.create_index(
        "ix_opinions_unit", "opinions", ["unit", "due_on"], unique=False, sqlite_where=AWAITED, postgresql_where=AWAITED
    )
    op.create_index(
        "ix_opinions_partner",
        "opinions",
        ["partner", "asked_at"],
        unique=False,
        sqlite_where=AWAITED,
        postgresql_where=AWAITED,
    )


def downgrade() -> None:
    op.drop_index("ix_opinions_partner", table_name="opinions", sqlite_where=AWAITED, postgresql_where=AWAITED)
    op.drop_index("ix_opinions_unit", table_name="opinions", sqlite_where=AWAITED, postgresql_where=AWAITED)
    op.drop_table("opinions")
    op.drop_index("ix_cases_timer", table_name="cases", sqlite_where=TIMED, postgresql_where=TIMED)
    op.drop_column("cases", "sitting")
    op.drop_column("cases", "alert")
    op.drop_column("cases", "timer_on")
