"""Steps that the delivery's tests share."""

from datetime import timedelta
from typing import Any

from bot.delivery import Delivery, outbox
from bot.store import Store
from tests.clock import Clock


async def enqueue(store: Store, clock: Clock, **job: Any) -> bool:
    """Write one job in a transaction of its own."""
    async with store.write() as session:
        return await outbox.enqueue(session, **{"payload": {}, "now": clock(), **job})


async def settle(store: Store, delivery: Delivery, clock: Clock) -> None:
    """Deliver until nothing waits any more, moving the clock to the second of each next due time."""
    while True:
        await delivery.drain()
        due = await delivery.next_due()
        if due is None:
            return
        clock.now = max(due.replace(microsecond=0) + timedelta(seconds=due.microsecond > 0), clock.now)


async def parked(store: Store) -> dict[str, str]:
    """What was given up: key -> reason."""
    async with store.read() as session:
        return {job.key: job.reason for job in await outbox.parked(session)}
