"""What a person told and downloaded, in the database: read, kept, renewed, forgotten."""

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.people.own.facts import NAMES, Fact, Source, Told
from bot.rooms.people.statements.ledger import Ledger
from bot.rooms.people.tables import DeclaredFact, Download, EarningsLedger, is_of
from bot.store.upsert import insert


async def told(session: AsyncSession, who: Who) -> Told:
    """All that somebody told."""
    rows = await session.scalars(select(DeclaredFact).where(*is_of(DeclaredFact, who)))
    found = {row.name: Fact(row.name, row.value, row.told_on, Source(row.source)) for row in rows}
    return Told({name: found[name] for name in NAMES if name in found}, await ledger(session, who))


async def ledger(session: AsyncSession, who: Who) -> Ledger | None:
    """What somebody's downloads show together."""
    row = await session.get(EarningsLedger, (who.team, who.user))
    return None if row is None else Ledger.from_dict(row.ledger)


async def keep_ledger(session: AsyncSession, who: Who, kept: Ledger) -> None:
    """In the place of what was kept of downloads before."""
    new = {"ledger": kept.as_dict()}
    await session.execute(
        insert(session, EarningsLedger)
        .values(team=who.team, user_id=who.user, **new)
        .on_conflict_do_update(index_elements=["team", "user_id"], set_=new)
    )


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
    await session.execute(
        delete(DeclaredFact).where(*is_of(DeclaredFact, who), col(DeclaredFact.name).in_(names))
    )


async def renew(session: AsyncSession, who: Who, day: dt.date) -> None:
    """All that was told is still true on `day`."""
    await session.execute(update(DeclaredFact).where(*is_of(DeclaredFact, who)).values(told_on=day))


async def forget(session: AsyncSession, who: Who) -> None:
    """Forget all of it; what is being read just now is not kept either."""
    for table in (DeclaredFact, Download, EarningsLedger):
        await session.execute(delete(table).where(*is_of(table, who)))
