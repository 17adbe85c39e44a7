"""What a person told, in the database: read, kept, renewed, forgotten."""

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.people.own.facts import NAMES, Fact, Source, Told
from bot.rooms.people.tables import DeclaredFact
from bot.store.upsert import insert


async def told(session: AsyncSession, who: Who) -> Told:
    """All that somebody told."""
    rows = await session.scalars(select(DeclaredFact).where(*_of(who)))
    found = {row.name: Fact(row.name, row.value, row.told_on, Source(row.source)) for row in rows}
    return Told({name: found[name] for name in NAMES if name in found})


async def keep(
    session: AsyncSession, who: Who, values: Mapping[str, str], *, source: Source, day: dt.date
) -> None:
    """Keep these facts as told on `day`, in the place of what was told before."""
    for name, value in values.items():
        new = {"value": value, "told_on": day, "source": source.value}
        await session.execute(
            insert(session, DeclaredFact)
            .values(team=who.team, user_id=who.user, name=name, **new)
            .on_conflict_do_update(index_elements=["team", "user_id", "name"], set_=new)
        )


async def drop(session: AsyncSession, who: Who, names: Collection[str]) -> None:
    """Forget these facts."""
    await session.execute(delete(DeclaredFact).where(*_of(who), col(DeclaredFact.name).in_(names)))


async def renew(session: AsyncSession, who: Who, day: dt.date) -> None:
    """All that was told is still true on `day`."""
    await session.execute(update(DeclaredFact).where(*_of(who)).values(told_on=day))


async def forget(session: AsyncSession, who: Who) -> None:
    """Forget all of it."""
    await session.execute(delete(DeclaredFact).where(*_of(who)))


def _of(who: Who) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(DeclaredFact.team) == who.team, col(DeclaredFact.user_id) == who.user
