"""Runs migrations on the portal's database, or on a connection handed over by whoever called."""

from alembic import context
from portal.adapters.jobs import is_ours
from portal.settings import Settings
from portal.store.engine import make_engine
from portal.store.schema import METADATA


def include(name: str | None, kind: str, _parents: object) -> bool:
    """Leaves out the tables of the engine of durable effects, which live beside ours."""
    return kind != "table" or (name is not None and is_ours(name))


def run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_name=include,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with make_engine(Settings().database_url).begin() as opened:
        run(opened)
