"""${message}

Locking: say here what is locked, and for how long.
"""

import sqlalchemy as sa
from alembic import op
from portal.store.types import UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
