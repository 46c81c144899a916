"""What a queue is searched by, the names without accents or vowel signs, and its order by the day of filing.

Locking: the names are written case by case, so writers wait for a minute at a million cases; the index is built under a
lock on the table of some seconds.
"""

import sqlalchemy as sa

from alembic import op
from portal.i18n import searchable

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("cases", sa.Column("searchable", sa.String(), nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index(
        "ix_cases_filed", "cases", ["unit", "filed_at", "id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _fill(connection: sa.Connection) -> None:
    cases = sa.table("cases", *(sa.column(name) for name in ("id", "applicant_ar", "applicant_fr", "searchable")))
    change = sa.update(cases).where(cases.c.id == sa.bindparam("case")).values(searchable=sa.bindparam("names"))
    read = sa.select(cases.c.id, cases.c.applicant_ar, cases.c.applicant_fr).order_by(cases.c.id).limit(AT_ONCE)
    last = ""
    while rows := connection.execute(read.where(cases.c.id > last)).all():
        names = [{"case": one.id, "names": searchable(f"{one.applicant_ar} {one.applicant_fr}")} for one in rows]
        connection.execute(change, names)
        last = rows[-1].id


def downgrade() -> None:
    op.drop_index("ix_cases_filed", table_name="cases")
    op.drop_column("cases", "searchable")
