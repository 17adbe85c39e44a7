"""INSERT … ON CONFLICT, which SQLAlchemy spells once per database."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession


def insert(session: AsyncSession, table: Any) -> Any:
    """The insert statement of the session's database; it knows `on_conflict_do_nothing` and `…_do_update`."""
    statement = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    return statement(table)
