"""What was typed when a session ended, and the sessions of an account.

Locking: sessions cannot be opened while the index is built, a second at most.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("typed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "path", name=op.f("pk_kept_forms")),
    )
    op.create_index(op.f("ix_sessions_subject"), "sessions", ["subject"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sessions_subject"), table_name="sessions")
    op.drop_table("kept_forms")
