"""Brings the database to the schema this version needs, and tells whether it is there."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from alembic import command
from portal.adapters.jobs import prepare
from portal.settings import ROOT
from portal.store.vault import Vault


def _config() -> Config:
    return Config(str(ROOT / "alembic.ini"))


def migrate(engine: Engine, vault: Vault | None = None) -> None:
    """Runs the migrations that are missing, ours and those of the engine of durable effects.

    Without ``vault``, one that needs the portal's keys takes those of the settings; an empty database needs none.
    """
    config = _config()
    with engine.begin() as connection:
        config.attributes.update(connection=connection, vault=vault)
        command.upgrade(config, "head")
    prepare(engine)


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the schema of this version."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()
