"""What the room forgets, on a wish or in the upkeep: drafts, old places, and copies of their messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.desk.specialists.tables import JobPost, JobPostVersion, LiveMessage, Wait, WaitState
from bot.rooms.desk.states import State
from bot.rooms.desk.tables import Ticket

_BATCH = 500  # names in one statement
_LASTS = (WaitState.WAITING.value, WaitState.ACCEPTED.value)


async def forget(session: AsyncSession, who: Who) -> None:
    """Delete what is kept of a person. A place they still have, and a talk (a ticket), stay.

    The figures that they let agents see go from their tickets.
    """
    await session.execute(
        update(Ticket)
        .where(col(Ticket.team) == who.team, col(Ticket.person) == who.user)
        .values(figures=[])
        .execution_options(synchronize_session=False)
    )
    await _drop(
        session,
        posts=(col(JobPost.team) == who.team) & (col(JobPost.person) == who.user),
        waits=(col(Wait.team) == who.team) & (col(Wait.person) == who.user) & col(Wait.state).not_in(_LASTS),
    )


async def purge(session: AsyncSession, before: datetime) -> None:
    """Forget drafts that nobody touched since that moment, and places that were over before it."""
    touched = (
        select(func.max(col(JobPostVersion.at)))
        .where(col(JobPostVersion.job_post_id) == col(JobPost.id))
        .scalar_subquery()
    )
    talks = select(col(Ticket.id)).where(col(Ticket.id) == col(Wait.ticket_id), col(Ticket.active).is_(True))
    ended = func.coalesce(col(Wait.ended_at), col(Wait.accepted_at), col(Wait.entered_at))
    await _drop(
        session,
        posts=func.coalesce(col(JobPost.finished_at), touched) < before,
        waits=(col(Wait.state) != WaitState.WAITING.value) & (ended < before) & ~talks.exists(),
    )
    handed = select("ticket:" + cast(col(Ticket.id), String) + ":handed").where(
        col(Ticket.state) == State.CLOSED.value, col(Ticket.closed_at) < before
    )
    await session.execute(
        delete(LiveMessage)
        .where(col(LiveMessage.name).in_(handed))
        .execution_options(synchronize_session=False)
    )


async def _drop(session: AsyncSession, *, posts: ColumnElement[bool], waits: ColumnElement[bool]) -> None:
    names: list[str] = []
    found: tuple[tuple[Any, ColumnElement[bool], str], ...] = (
        (JobPost, posts, "job_post"),
        (Wait, waits, "wait"),
    )
    for table, which, prefix in found:
        gone = await session.scalars(
            delete(table).where(which).returning(col(table.id)).execution_options(synchronize_session=False)
        )
        names += [f"{prefix}:{one}:{side}" for one in gone.all() for side in ("person", "card")]
    for start in range(0, len(names), _BATCH):
        await session.execute(
            delete(LiveMessage)
            .where(col(LiveMessage.name).in_(names[start : start + _BATCH]))
            .execution_options(synchronize_session=False)
        )
