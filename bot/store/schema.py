"""The schema: bringing a database up to this release, and telling when it is not."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x6C61757265  # any constant of our own: one upgrade at a time on PostgreSQL


class SchemaError(Exception):
    """The database's schema is not the one this release needs; the message says what to do."""


async def migrate_engine(engine: AsyncEngine) -> str:
    """As `migrate`, on an engine that is there already. Of two processes at once the second waits."""
    head = head_revision()
    async with engine.execution_options(laurel_writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        current = await connection.run_sync(_revision)
        _refuse_newer(current)
        if current != head:
            await connection.run_sync(_upgrade)
    return head


async def check_schema(engine: AsyncEngine) -> None:
    """Raise SchemaError unless the schema is exactly this release's."""
    async with engine.connect() as connection:
        current = await connection.run_sync(_revision)
    _refuse_newer(current)
    head = head_revision()
    if current != head:
        at = f"at revision {current}" if current else "empty"
        raise SchemaError(f"the database schema is {at}, this release needs {head}: run `laurel db upgrade`")


def head_revision() -> str:
    """The newest revision this release knows."""
    head: str | None = _scripts().get_current_head()
    assert head is not None, "the release ships at least one migration"
    return head


def known_revision(revision: str) -> bool:
    """Whether this release knows the revision, as its own or an earlier one."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _refuse_newer(current: str | None) -> None:
    if current is not None and not known_revision(current):
        raise SchemaError(
            f"the database schema is at revision {current}, which this release does not know: "
            "a newer release has upgraded it; run that one, or restore a backup"
        )


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> Any:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())
