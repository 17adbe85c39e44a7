"""The schema: bringing a database up to this release, and telling when it is not.

Alembic is imported where there is something to bring up: most starts find the schema as it should be.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS = Path(__file__).parent / "migrations"
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
    return _revisions()[-1]


def known_revision(revision: str) -> bool:
    """Whether this release knows the revision, as its own or an earlier one."""
    return revision in _revisions()


def _refuse_newer(current: str | None) -> None:
    if current is not None and not known_revision(current):
        raise SchemaError(
            f"the database schema is at revision {current}, which this release does not know: "
            "a newer release has upgraded it; run that one, or restore a backup"
        )


def _revisions() -> list[str]:
    """All that this release knows, from the first to the newest: a migration's file begins with its own."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command  # see above
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
