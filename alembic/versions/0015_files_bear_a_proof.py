"""The proof of every file handed out: a digest under the portal's key, without which a row does not make a file ours.

What stands in the table now is believed and given its proof, for nothing tells any more who wrote it. Locking: the column
is added without rewriting the table, but nobody writes to it until every row has its proof, some ten seconds for each
hundred thousand files.
"""

import sqlalchemy as sa
from sqlalchemy import bindparam

from alembic import context, op
from portal.settings import Settings
from portal.store.issued_files import proof_of
from portal.store.types import UtcDateTime
from portal.store.vault import Vault
from portal.wiring import vault_of

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PAGE = 2000

UNCHANGED = "issued_files_kept_update"
PROVED = "ck_issued_files_proved"

FILES = sa.table(
    "issued_files",
    sa.column("sha256", sa.String()),
    sa.column("owner_kind", sa.String()),
    sa.column("owner_id", sa.String()),
    sa.column("level", sa.String()),
    sa.column("at", UtcDateTime()),
    sa.column("proof", sa.LargeBinary()),
)


def upgrade() -> None:
    op.add_column("issued_files", sa.Column("proof", sa.LargeBinary(), nullable=True))
    # A database without any file is made ready before there is a secret.
    if op.get_bind().execute(sa.select(FILES.c.sha256).limit(1)).first() is not None:
        _prove_all(context.config.attributes.get("vault") or vault_of(Settings()))
    # Processes of the version before may still be at work: what they sign now has to wait for those that prove it.
    if _on_sqlite():
        refused = "BEGIN SELECT RAISE(ABORT, 'a file is entered with its proof'); END"
        op.execute(f"CREATE TRIGGER {PROVED} BEFORE INSERT ON issued_files WHEN NEW.proof IS NULL {refused}")
    else:
        op.create_check_constraint(op.f(PROVED), "issued_files", "proof IS NOT NULL")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _prove_all(vault: Vault) -> None:
    # No row can be changed but for once, here.
    op.execute(f"DROP TRIGGER {UNCHANGED}" + ("" if _on_sqlite() else " ON issued_files"))
    _prove(vault)
    kept = "FOR EACH ROW EXECUTE FUNCTION proofs_stay()"
    if _on_sqlite():
        kept = "BEGIN SELECT RAISE(ABORT, 'what was issued and logged stays written'); END"
    op.execute(f"CREATE TRIGGER {UNCHANGED} BEFORE UPDATE ON issued_files {kept}")


def _prove(vault: Vault) -> None:
    connection = op.get_bind()
    query, after = sa.select(FILES).order_by(FILES.c.sha256).limit(PAGE), ""
    proved = sa.update(FILES).where(FILES.c.sha256 == bindparam("one")).values(proof=bindparam("by"))
    while rows := connection.execute(query.where(FILES.c.sha256 > after)).all():
        said = ((row.sha256, row.owner_kind, row.owner_id, row.level, row.at) for row in rows)
        connection.execute(proved, [{"one": one[0], "by": proof_of(vault, *one)} for one in said])
        after = rows[-1].sha256


def downgrade() -> None:
    if _on_sqlite():
        op.execute(f"DROP TRIGGER {PROVED}")
    op.drop_column("issued_files", "proof")
