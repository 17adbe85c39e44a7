"""Which answers were given, and whether they helped. Ids and times alone: what was said stays out."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from bot.asking.tables import AnswerGiven
from bot.messages import Who
from bot.store.kept import Kept, rows
from bot.store.types import fitted
from bot.store.upsert import INSERT, dialect_of

# Built once: building it costs more than running it.
_NOTE = {
    dialect: insert_into(SQLModel.metadata.tables["answers_given"]).on_conflict_do_nothing(
        index_elements=["key"]
    )
    for dialect, insert_into in INSERT.items()
}


async def note(
    session: AsyncSession,
    *,
    key: str,
    who: Who,
    surface: str,
    intent: str | None,
    category: str | None,
    tier: str,
    at: datetime,
) -> None:
    """Remember that a reply was given; the second time under one key changes nothing."""
    row = {
        "key": fitted(key),
        "team": who.team,
        "person": who.user,
        "surface": surface,
        "intent": intent,
        "category": category,
        "tier": tier,
        "at": at,
    }
    await session.execute(_NOTE[dialect_of(session)], row)


async def rate(session: AsyncSession, key: str, *, who: Who, helpful: bool) -> bool:
    """Keep whether the reply to `key` helped, as its asker said last; False where there is no such reply."""
    changed = await session.execute(
        update(AnswerGiven)
        .where(
            col(AnswerGiven.key) == fitted(key),
            col(AnswerGiven.team) == who.team,
            col(AnswerGiven.person) == who.user,
        )
        .values(helpful=helpful)
        .returning(col(AnswerGiven.id))
    )
    return changed.scalar_one_or_none() is not None


async def was_given(session: AsyncSession, key: str, who: Who) -> bool:
    """Whether the question of that key is theirs, and was replied to."""
    found = await session.execute(
        select(col(AnswerGiven.id)).where(
            col(AnswerGiven.key) == fitted(key),
            col(AnswerGiven.team) == who.team,
            col(AnswerGiven.person) == who.user,
        )
    )
    return found.scalar_one_or_none() is not None


async def given_to(session: AsyncSession, who: Who, since: datetime) -> Sequence[AnswerGiven]:
    """The replies that somebody got from that moment on, the first one first."""
    found = await session.execute(
        select(AnswerGiven)
        .where(
            col(AnswerGiven.team) == who.team,
            col(AnswerGiven.person) == who.user,
            col(AnswerGiven.at) >= since,
        )
        .order_by(col(AnswerGiven.at), col(AnswerGiven.id))
    )
    return found.scalars().all()


async def kept(session: AsyncSession, who: Who) -> Kept:
    """What is known of one person's questions."""
    return await rows(
        session, AnswerGiven, col(AnswerGiven.team) == who.team, col(AnswerGiven.person) == who.user
    )


async def forget(session: AsyncSession, who: Who) -> None:
    """Drop what is known of one person's questions."""
    await session.execute(
        delete(AnswerGiven).where(col(AnswerGiven.team) == who.team, col(AnswerGiven.person) == who.user)
    )


async def purge(session: AsyncSession, before: datetime) -> None:
    """Drop what was given before that moment."""
    await session.execute(delete(AnswerGiven).where(col(AnswerGiven.at) < before))
