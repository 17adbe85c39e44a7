"""Forgetting jobs: what was done long ago, and what was given up."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.claims import rows_changed
from bot.delivery.jobs import BUCKETS, JOBS, JobState


async def purge(session: AsyncSession, before: datetime) -> int:
    """Forget what was done (not what is parked) before that moment, texts and all; how many jobs went."""
    gone = await session.execute(
        delete(JOBS).where(JOBS.c.state == JobState.DONE.value, JOBS.c.done_at < before)
    )
    await session.execute(
        delete(BUCKETS).where(BUCKETS.c.free_at < before).execution_options(synchronize_session=False)
    )
    return rows_changed(gone)


async def purge_parked(session: AsyncSession, before: datetime, *, spare: Sequence[str]) -> int:
    """Forget what was given up before that moment, but in lanes that begin as `spare` says; how many went."""
    gone = await session.execute(
        delete(JOBS).where(
            JOBS.c.state == JobState.PARKED.value,
            JOBS.c.done_at < before,
            JOBS.c.lane.is_(None)
            | and_(true(), *(~JOBS.c.lane.startswith(lane, autoescape=True) for lane in spare)),
        )
    )
    return rows_changed(gone)


async def give_up(session: AsyncSession, lanes: Collection[str]) -> int:
    """Forget what is parked in these lanes; how many jobs went."""
    gone = await session.execute(
        delete(JOBS).where(JOBS.c.state == JobState.PARKED.value, JOBS.c.lane.in_(lanes))
    )
    return rows_changed(gone)
