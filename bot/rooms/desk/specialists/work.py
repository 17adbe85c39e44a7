"""The specialists' part of the workers' list."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job
from bot.rooms.desk.specialists import duty, live, places, queue
from bot.rooms.desk.specialists.room import Specialists

Handler = Callable[[AsyncSession, Job, datetime], Awaitable[None]]
Continuation = Callable[[AsyncSession, Job, dict[str, Any], datetime], Awaitable[None]]


def handlers(room: Specialists) -> Mapping[str, Handler]:
    """For `Delivery.handle`: the end of a shift, the end of hours, new places."""

    def of(
        fn: Callable[[AsyncSession, Specialists, Job, datetime], Awaitable[None]],
    ) -> Handler:
        async def handle(session: AsyncSession, job: Job, now: datetime) -> None:
            await fn(session, room, job, now)

        return handle

    return {duty.END: of(_duty_ended), queue.CLOSE: of(queue.close), places.PLACES: of(places.refresh)}


def continuations() -> Mapping[str, Continuation]:
    """For `Delivery.after`: where messages stand that are kept up to date."""
    return {live.POSTED: live.posted}


async def _duty_ended(session: AsyncSession, room: Specialists, job: Job, now: datetime) -> None:
    await duty.end(session, room, job, now)
    payload = job.payload
    await places.refresh_later(session, payload["team"], payload["queue"], key=job.key, now=now)
