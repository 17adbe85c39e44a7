"""All rows of one database into another, of the same or the other kind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import MetaData, Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from bot.store.engine import Store

_BATCH = 500  # rows in one statement


class CopyError(Exception):
    """A copy was refused; the message says what to do."""


async def copy(source: Store, target: Store, metadata: MetaData = SQLModel.metadata) -> dict[str, int]:
    """Copy every table, as `source` is at one moment, in one transaction; rows by table.

    `metadata` must know all tables: whoever calls has imported the rooms. Raises CopyError where `target`
    holds rows.
    """
    tables = metadata.sorted_tables
    async with source.engine.connect() as whence, target.engine.begin() as to:
        for table in tables:
            if await to.scalar(select(func.count()).select_from(table)):
                raise CopyError(f"the other database has rows in {table.name}: copy into an empty one")
        return {table.name: await _table(whence, to, table) for table in tables}


async def _table(whence: AsyncConnection, to: AsyncConnection, table: Table) -> int:
    """Copy one table in the order of its key."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    count, later = 0, []
    async with whence.stream(select(table).order_by(*table.primary_key.columns)) as found:
        async for part in found.mappings().partitions(_BATCH):
            rows = [dict(row) for row in part]
            count += len(rows)
            later += _without(rows, own, table)
            await to.execute(table.insert(), rows)
    for row in later:
        (key,) = table.primary_key.columns
        await to.execute(
            update(table)
            .where(key == bindparam("row_key"))
            .values({name: value for name, value in row.items() if name != "row_key"}),
            {"row_key": row["row_key"]},
        )
    await _count_on(to, table)
    return count


def _without(rows: Sequence[dict[str, Any]], own: Sequence[Any], table: Table) -> list[dict[str, Any]]:
    """Take references within the table out of `rows`: one may point to a row that comes later."""
    later = []
    for row in rows:
        named = {column.name: row[column.name] for column in own if row[column.name] is not None}
        if named:
            (key,) = table.primary_key.columns
            later.append({**named, "row_key": row[key.name]})
            row.update(dict.fromkeys(named))
    return later


async def _count_on(to: AsyncConnection, table: Table) -> None:
    """Have PostgreSQL number new rows after the copied ones; SQLite does so by itself."""
    if to.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if column is table.autoincrement_column:
            last = func.max(column)
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            await to.execute(select(func.setval(sequence, func.greatest(last, 1), last.is_not(None))))
