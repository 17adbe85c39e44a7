"""Questions that were not answered, or not well. They are kept for those who can teach an answer."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking import answers, conversations
from bot.asking.tables import MissedQuestion
from bot.messages import Who
from bot.store.kept import Kept, rows
from bot.store.types import fitted
from bot.store.upsert import insert

SOON = timedelta(minutes=30)
"""A ticket this soon after an answer says that the answer was not enough."""
LIMIT = 1000  # characters of a question that are kept


class Reason(StrEnum):
    """What tells that a question was not answered."""

    UNSURE = "unsure"
    NONE = "none"
    DOWN = "down"
    HUMAN = "human"
    TICKET = "ticket"


async def note(
    session: AsyncSession,
    *,
    key: str,
    who: Who,
    text: str,
    reason: Reason,
    intent: str | None,
    now: datetime,
) -> None:
    """Keep a question; the same message is kept once, for the first reason."""
    if not text.strip():
        return
    await session.execute(
        insert(session, MissedQuestion)
        .values(
            key=fitted(key),
            team=who.team,
            person=who.user,
            text=text.strip()[:LIMIT],
            reason=reason.value,
            intent=intent,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


async def by_key(
    session: AsyncSession, key: str, *, who: Who, reason: Reason, intent: str | None, now: datetime
) -> None:
    """Keep the question with that key, where its words are still known."""
    line = await conversations.line(session, who.team, fitted(key))
    if line is not None:
        await note(session, key=key, who=who, text=line.text, reason=reason, intent=intent, now=now)


async def group_of(session: AsyncSession, team: str, key: str) -> int | None:
    """The group of the question with that key, where it has one."""
    found = await session.scalars(
        select(col(MissedQuestion.group_id)).where(
            col(MissedQuestion.team) == team, col(MissedQuestion.key) == fitted(key)
        )
    )
    return found.one_or_none()


async def before_ticket(session: AsyncSession, who: Who, now: datetime) -> None:
    """Keep the latest question of somebody who opens a ticket soon after an answer."""
    given = await answers.given_to(session, who, now - SOON)
    if given:
        last = given[-1]
        await by_key(session, last.key, who=who, reason=Reason.TICKET, intent=last.intent, now=now)


async def kept(session: AsyncSession, who: Who) -> Kept:
    """A person's questions that were not answered."""
    return await rows(
        session, MissedQuestion, col(MissedQuestion.team) == who.team, col(MissedQuestion.person) == who.user
    )


async def forget(session: AsyncSession, who: Who) -> None:
    """Drop a person's questions."""
    await session.execute(
        delete(MissedQuestion).where(
            col(MissedQuestion.team) == who.team, col(MissedQuestion.person) == who.user
        )
    )


async def purge(session: AsyncSession, before: datetime) -> None:
    """Drop what was asked before that moment."""
    await session.execute(delete(MissedQuestion).where(col(MissedQuestion.at) < before))
