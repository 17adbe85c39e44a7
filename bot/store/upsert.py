"""INSERT … ON CONFLICT, which SQLAlchemy spells once per database."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

INSERT: dict[str, Any] = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}
"""By dialect; each knows `on_conflict_do_nothing` and `on_conflict_do_update`."""


def dialect_of(session: AsyncSession) -> str:
    """The name of the session's database, by which statements are chosen that were built for each."""
    return str(session.get_bind().dialect.name)


def insert(session: AsyncSession, table: Any) -> Any:
    """The insert statement of the session's database."""
    return INSERT[dialect_of(session)](table)
