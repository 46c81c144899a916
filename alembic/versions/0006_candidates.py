"""Versions of services that are not published yet, and who published those that are.

Locking: the three columns are added without rewriting the table; the new table locks nothing.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TWO_PEOPLE = (
    "state <> 'published' OR (decided_by IS NOT NULL AND proposed_by IS NOT NULL "
    "AND decided_by <> proposed_by AND decided_by <> uploaded_by)"
)


def upgrade() -> None:
    op.add_column("publications", sa.Column("published_by", sa.String(), nullable=True))
    op.add_column("publications", sa.Column("approved_by", sa.String(), nullable=True))
    op.add_column("publications", sa.Column("note", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "candidates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("base", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.CheckConstraint(TWO_PEOPLE, name="ck_candidates_two_people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
    )
    op.create_index("ix_candidates_slug", "candidates", ["slug", "uploaded_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_candidates_slug", table_name="candidates")
    op.drop_table("candidates")
    op.drop_column("publications", "note")
    op.drop_column("publications", "approved_by")
    op.drop_column("publications", "published_by")
