"""Rows as somebody may read them: what a room keeps of one person, for `laurel export-person`."""

import base64
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

Kept = dict[str, list[dict[str, Any]]]
"""Rows by table; values as JSON has them, moments in ISO 8601."""


async def rows(
    session: AsyncSession,
    model: type[SQLModel],
    *where: ColumnElement[bool],
    without: tuple[str, ...] = (),
) -> Kept:
    """The table's rows that fit all of `where`, in the order of their key; columns `without` left out."""
    table: Table = SQLModel.metadata.tables[str(model.__tablename__)]
    columns = [column for column in table.columns if column.name not in without]
    found = await session.execute(select(*columns).where(*where).order_by(*table.primary_key.columns))
    return {table.name: [{key: _plain(value) for key, value in row.items()} for row in found.mappings()]}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value
