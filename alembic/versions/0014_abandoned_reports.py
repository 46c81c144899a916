"""When and why the number of a report on a year's figures was abandoned.

Locking: both columns are added without rewriting the table.
"""

import sqlalchemy as sa

from alembic import op
from portal.store.types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("abandoned_at", UtcDateTime(), nullable=True))
    op.add_column("reports", sa.Column("abandoned_for", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("reports", "abandoned_for")
    op.drop_column("reports", "abandoned_at")
