"""How the queue stands, by kind of job: for an operator who looks into it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.jobs import JOBS, JobState


@dataclass(frozen=True, slots=True)
class Standing:
    """What is not done of one kind; `since` is when the oldest of what is due became due.

    On SQLite what is being done counts as due: only the serving process knows which it does.
    """

    kind: str
    later: int
    due: int
    doing: int
    parked: int
    since: datetime | None


async def by_kind(session: AsyncSession, now: datetime) -> list[Standing]:
    """All kinds of which something is not done, by name."""
    queued = JOBS.c.state == JobState.QUEUED.value
    due = and_(queued, JOBS.c.due_at <= now)
    open_states = [state.value for state in JobState if state is not JobState.DONE]
    found = await session.execute(
        select(
            JOBS.c.kind,
            _count(and_(queued, JOBS.c.due_at > now)),
            _count(due),
            _count(JOBS.c.state == JobState.LEASED.value),
            _count(JOBS.c.state == JobState.PARKED.value),
            func.min(case((due, JOBS.c.due_at))),
        )
        .where(JOBS.c.state.in_(open_states))
        .group_by(JOBS.c.kind)
        .order_by(JOBS.c.kind)
    )
    return [Standing(*row) for row in found]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
