"""How the queue stands, for whoever watches."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.watch.metrics import Gauge


async def gauges(session: AsyncSession, now: datetime) -> list[Gauge]:
    """What is due and how old it is, and what was given up."""
    waiting, since = await outbox.overdue(session, now)
    age = 0.0 if since is None else (now - since).total_seconds()
    parked = (await outbox.counts(session)).get("parked", 0)
    return [
        Gauge("laurel_queue_depth", "Jobs that are due and not done.", waiting),
        Gauge("laurel_queue_age_seconds", "How long the oldest of them has been due.", age),
        Gauge("laurel_parked_jobs", "Jobs that were given up.", parked),
    ]
