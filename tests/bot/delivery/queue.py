"""Steps on a queue, by whichever engine its database has."""

from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from bot.delivery import Pacing, claims, outbox
from bot.delivery.engine import Engine, engine_for
from bot.delivery.outbox import Job
from bot.store import Store
from tests.clock import Clock

LEASE = timedelta(seconds=60)
KINDS = frozenset({"k", "slack.post", "slack.update", "slack.dm", "slack.home"})
ENGINES: WeakKeyDictionary[Store, tuple[timedelta, Engine]] = WeakKeyDictionary()


async def put(store: Store, clock: Clock, *keys: str, **more: Any) -> list[bool]:
    if store not in ENGINES:
        await engine_of(store, clock, timedelta(0))
    async with store.write() as session:
        return [
            await outbox.enqueue(session, **{"key": key, "kind": "k", "payload": {}, "now": clock(), **more})
            for key in keys
        ]


async def take(store: Store, clock: Clock, **more: Any) -> list[Job]:
    engine = await engine_of(store, clock, more.pop("pace", timedelta(0)))
    return await engine.take(clock(), **{"limit": 20, "kinds": KINDS, **more})


async def done(store: Store, clock: Clock, job: Job) -> None:
    async with store.write() as session:
        await outbox.finish(session, job, now=clock())


async def give_back(store: Store, clock: Clock, job: Job, **more: Any) -> None:
    async with store.write() as session:
        await outbox.retry(session, job, due=clock.now + timedelta(seconds=10), reason="busy", **more)


async def park(store: Store, clock: Clock, job: Job, reason: str = "slack: is_archived") -> None:
    async with store.write() as session:
        await outbox.park(session, job, now=clock(), reason=reason)


async def resend(store: Store, clock: Clock, key: str) -> bool:
    async with store.write() as session:
        return await outbox.resend(session, key, now=clock())


async def reap(store: Store, clock: Clock) -> int:
    async with store.write() as session:
        return await claims.reap(session, now=clock())


async def next_due(store: Store, clock: Clock) -> float | None:
    """Seconds until something may happen."""
    due = await (await engine_of(store, clock, timedelta(0))).next_due(kinds=KINDS)
    return None if due is None else (due - clock()).total_seconds()


async def engine_of(store: Store, clock: Clock, pace: timedelta) -> Engine:
    """The store's engine; one with another pace takes its place, as after a restart."""
    known = ENGINES.get(store)
    if known is not None and known[0] == pace:
        return known[1]
    if known is not None:
        await known[1].close()
    engine = engine_for(store, Pacing(pace=pace, lease=LEASE), lambda: None)
    await engine.open(clock())
    ENGINES[store] = (pace, engine)
    return engine


def keys(jobs: list[Job]) -> list[str]:
    return [job.key for job in jobs]
