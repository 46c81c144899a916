"""Searches that found nothing, for those who choose the words a service is found by.

Locking: none, the table is new.
"""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missed_searches",
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("words", "language", name=op.f("pk_missed_searches")),
    )
    op.create_index("ix_missed_searches_first_on", "missed_searches", ["first_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_missed_searches_first_on", table_name="missed_searches")
    op.drop_table("missed_searches")
