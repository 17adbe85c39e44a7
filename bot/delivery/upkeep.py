"""The daily upkeep: what is older than the house keeps is forgotten, each room's part by itself.

The day's timer is a job like all others, so a day that was missed is made up for. It only enqueues: every
part is a job of its own, so that one which fails neither holds up the others nor the next day.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job, enqueue

BEGIN = "upkeep.begin"
"""A local job, the daily timer."""
FORGET = "upkeep.forget"
"""A local job: `{part}` forgets what is too old."""

Part = Callable[[AsyncSession, dt.datetime, dt.datetime], Awaitable[object]]
"""A room's part, `part(session, before, now)`: forgets what was over before `before`."""


def aged(forget: Callable[[AsyncSession, dt.datetime], Awaitable[object]]) -> Part:
    """The part that forgets what was over before a moment, with no need to know what time it is now."""

    async def part(session: AsyncSession, before: dt.datetime, now: dt.datetime) -> object:
        del now
        return await forget(session, before)

    return part


AT = dt.time(3)  # when few people write


class Upkeep:
    """`begin` and `forget` are handlers of `Delivery`; `parts` are the rooms' by name."""

    def __init__(self, parts: Mapping[str, Part], *, keep: dt.timedelta, zone: dt.tzinfo) -> None:
        self._parts = parts
        self._keep = keep
        self._zone = zone

    async def schedule(self, session: AsyncSession, now: dt.datetime) -> None:
        """Set the timer of the next day, if it is not set. Call it when the app starts."""
        day = now.astimezone(self._zone).date()
        due = dt.datetime.combine(day, AT, self._zone)
        if due <= now:
            due = dt.datetime.combine(day + dt.timedelta(days=1), AT, self._zone)
        name = due.date().isoformat()
        await enqueue(session, key=f"upkeep:{name}", kind=BEGIN, payload={"day": name}, due=due, now=now)

    async def begin(self, session: AsyncSession, job: Job, now: dt.datetime) -> None:
        """The timer went off: let each part do its own, and set the timer of the next day."""
        for name in self._parts:
            await enqueue(
                session, key=f"{job.key}:{name}", kind=FORGET, payload={"part": name}, lane="upkeep", now=now
            )
        await self.schedule(session, now)

    async def forget(self, session: AsyncSession, job: Job, now: dt.datetime) -> None:
        """One part; one that this release does not know any more is left out."""
        part = self._parts.get(job.payload["part"])
        if part is not None:
            await part(session, now - self._keep, now)
