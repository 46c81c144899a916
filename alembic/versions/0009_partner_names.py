"""What a partner is called in Arabic, beside the name it had.

Locking: the column is empty at first, so that neither engine rewrites the table.
"""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partners", sa.Column("name_ar", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("partners") as table:
        table.drop_column("name_ar")
