"""A process that works off messages until it is killed: `python -m tests.bot.delivery.storm_worker URL`."""

import asyncio
import sys
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import Delivery, Pacing, outbox
from bot.delivery.outbox import Job
from bot.delivery.outside import Outside
from bot.store import Store

EFFECT = text("INSERT INTO effects (lane, n, step) VALUES (:lane, :n, :step)")


async def thought(session: AsyncSession, job: Job, now: datetime) -> Outside:
    """As a message is answered: thinking outside, then the effect and the sending in one transaction."""
    del session, now

    async def find(attempt: int) -> int:
        del attempt
        await asyncio.sleep(0)
        return int(job.payload["n"])

    async def keep(session: AsyncSession, n: Any, now: datetime) -> None:
        await session.execute(EFFECT, {"lane": job.lane, "n": n, "step": "thought"})
        payload = {"n": n, "lane": job.lane}
        key, lane = f"{job.key}:sent", f"out {job.lane}"
        await outbox.enqueue(
            session, key=key, kind="sent", payload=payload, lane=lane, order=job.order, now=now
        )

    return Outside(find, keep)


async def sent(session: AsyncSession, job: Job, now: datetime) -> None:
    """What follows from it."""
    del now
    await session.execute(EFFECT, {"lane": job.payload["lane"], "n": job.payload["n"], "step": "sent"})


async def main(url: str) -> None:
    """Work until somebody ends it."""
    store = await Store.open(url)
    pacing = Pacing(lease=timedelta(seconds=3), poll=timedelta(seconds=0.2))
    delivery = Delivery(store, pacing=pacing)
    delivery.handle("thought", thought)
    delivery.handle("sent", sent)
    await delivery.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
