"""What the engine on PostgreSQL does alone: several processes take from one queue."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.delivery import claims
from bot.delivery.jobs import JOBS
from bot.delivery.outbox import LeaseLostError
from bot.store import Store
from tests.bot.delivery.queue import LEASE, done, give_back, keys, park, put, reap, take
from tests.clock import Clock


async def test_the_job_of_a_dead_worker_is_given_to_another(postgresql_url: str, clock: Clock) -> None:
    store = await Store.open(postgresql_url)
    await put(store, clock, "a")
    await take(store, clock)
    clock.forward(seconds=59)
    assert await reap(store, clock) == 0
    clock.forward(seconds=2)
    assert await reap(store, clock) == 1
    [again] = await take(store, clock)
    assert again.attempts == 2
    await store.close()


@pytest.mark.parametrize("how", ["finish", "retry", "park"])
async def test_a_worker_that_lost_its_lease_can_no_longer_change_the_job(
    postgresql_url: str, clock: Clock, how: str
) -> None:
    store = await Store.open(postgresql_url)
    await put(store, clock, "a")
    [slow] = await take(store, clock)
    clock.forward(seconds=61)
    await reap(store, clock)
    [quick] = await take(store, clock)
    late = {"finish": done, "retry": give_back, "park": park}[how]
    with pytest.raises(LeaseLostError):
        await late(store, clock, slow)
    await done(store, clock, quick)
    with pytest.raises(LeaseLostError):
        await late(store, clock, quick)
    await store.close()


async def test_a_job_that_comes_before_one_just_taken_waits_for_it(postgresql_url: str, clock: Clock) -> None:
    store, other = await Store.open(postgresql_url), await Store.open(postgresql_url)
    await put(store, clock, "second", lane="one", order="2")
    async with store.write() as session:
        [running] = await claims.claim(session, now=clock(), lease=LEASE)
        await put(other, clock, "first", lane="one", order="1")  # it came late
        assert await take(other, clock) == [], "nobody else's snapshot shows yet that the lane is taken"
    assert await take(other, clock) == []
    await done(store, clock, running)
    assert keys(await take(other, clock)) == ["first"]
    for opened in (store, other):
        await opened.close()


async def test_processes_that_choose_at_once_take_one_message_for_a_channel(
    postgresql_url: str, clock: Clock
) -> None:
    stores = [await Store.open(postgresql_url) for _ in range(4)]
    pace = timedelta(seconds=1)
    for turn in range(10):
        await put(stores[0], clock, *(f"{turn} {n}" for n in range(8)), bucket=f"C{turn}")
        taken = await asyncio.gather(*(take(store, clock, pace=pace, limit=1) for store in stores))
        assert sum(map(len, taken)) == 1
        async with stores[0].write() as session:
            await session.execute(delete(JOBS))
    for store in stores:
        await store.close()
