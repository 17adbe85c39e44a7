"""The workers: local effects exactly once, failures survived, work found by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import conversations
from bot.asking.conversations import Place, Role
from bot.delivery import Delivery, LaterError, Pacing, RefusedError, outbox
from bot.delivery.outbox import Job
from bot.delivery.outside import Outside
from bot.store import Store
from tests.bot.delivery.steps import enqueue, parked, settle
from tests.clock import Clock

PLACE = Place("T1", "D1", "U1")


@pytest.fixture
async def delivery(store: Store, clock: Clock) -> AsyncIterator[Delivery]:
    delivery = Delivery(store, clock=clock, pacing=Pacing(pace=timedelta(0), poll=timedelta(seconds=60)))
    yield delivery
    await delivery.stop()


async def log_line(session: AsyncSession, job: Job, now: datetime) -> None:
    await conversations.write_down(session, PLACE, key=job.key, role=Role.BOT, text=job.key, at=now)


async def lines(store: Store) -> list[str]:
    async with store.read() as session:
        return [line.text for line in await conversations.transcript(session, PLACE)]


async def test_a_local_effect_and_its_job_are_committed_together(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    failures = 2

    async def fail_at_first(session: AsyncSession, job: Job, now: datetime) -> None:
        nonlocal failures
        await log_line(session, job, now)
        await outbox.enqueue(session, key=f"after {job.key}", kind="next", payload={}, now=now)
        if failures:
            failures -= 1
            raise LookupError("half-way")

    delivery.handle("first", fail_at_first)
    delivery.handle("next", log_line)
    await enqueue(store, clock, key="a", kind="first")
    await delivery.drain()
    assert await lines(store) == []
    await settle(store, delivery, clock)
    assert sorted(await lines(store)) == ["a", "after a"]


async def test_what_is_found_outside_is_kept_once_with_the_end_of_the_job_and_nothing_before_it(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    attempts: list[int] = []

    async def find(attempt: int) -> str:
        assert await lines(store) == [], "the first transaction is undone"
        attempts.append(attempt)
        if attempt == 1:
            raise LookupError("far away")
        return "found"

    async def keep(session: AsyncSession, found: str, now: datetime) -> None:
        await conversations.write_down(session, PLACE, key=found, role=Role.BOT, text=found, at=now)

    async def go_outside(session: AsyncSession, job: Job, now: datetime) -> Outside:
        await log_line(session, job, now)
        return Outside(find, keep)

    delivery.handle("message", go_outside)
    await enqueue(store, clock, key="a", kind="message")
    await settle(store, delivery, clock)
    assert attempts == [1, 2]
    assert await lines(store) == ["found"]
    async with store.read() as session:
        assert await outbox.counts(session) == {"done": 1}


async def test_a_message_that_breaks_its_handler_is_parked_and_the_next_is_answered(
    store: Store, delivery: Delivery, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    async def choke(session: AsyncSession, job: Job, now: datetime) -> None:
        if job.key == "bad":
            raise ValueError("my secret is hunter2")
        await log_line(session, job, now)

    delivery.handle("message", choke)
    for key in ("bad", "good"):
        await enqueue(store, clock, key=key, kind="message", lane="conversation")
    await settle(store, delivery, clock)
    assert await lines(store) == ["good"]
    [reason] = (await parked(store)).values()
    assert reason.startswith("ValueError at choke:")
    assert "hunter2" not in reason + capsys.readouterr().out


async def test_a_continuation_happens_once_with_the_result_even_if_it_fails_at_first(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    sent: list[str] = []
    results: list[dict[str, Any]] = []

    async def send(job: Job) -> dict[str, Any]:
        sent.append(job.key)
        return {"ts": "1.0"}

    async def store_ts(session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        await log_line(session, job, now)
        results.append(result)
        if len(results) < 3:
            raise LookupError

    delivery.send("remote", send)
    delivery.after("store_ts", store_ts)
    await enqueue(store, clock, key="a", kind="remote", payload={"then": "store_ts"})
    await settle(store, delivery, clock)
    assert sent == ["a"], "what was sent is not sent again"
    assert results == [{"ts": "1.0"}] * 3
    assert await lines(store) == ["a"]


async def test_a_sender_decides_between_later_and_never(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    tried: list[tuple[str, datetime]] = []

    async def send(job: Job) -> dict[str, Any]:
        tried.append((job.key, clock()))
        if job.key == "never":
            raise RefusedError("gone")
        if len(tried) < 3:
            raise LaterError("busy", wait=timedelta(seconds=40))
        return {}

    began = clock()
    delivery.send("remote", send)
    await enqueue(store, clock, key="never", kind="remote")
    await enqueue(store, clock, key="later", kind="remote")
    await settle(store, delivery, clock)
    assert await parked(store) == {"never": "gone"}
    assert tried[1:] == [("later", began), ("later", began + timedelta(seconds=40))]


async def test_pauses_grow_and_differ_between_jobs(store: Store, delivery: Delivery, clock: Clock) -> None:
    tried: dict[str, list[float]] = {"a": [], "b": []}
    began = clock()

    async def send(job: Job) -> dict[str, Any]:
        tried[job.key].append((clock() - began).total_seconds())
        raise LaterError("busy")

    delivery.send("remote", send)
    for key in tried:
        await enqueue(store, clock, key=key, kind="remote")
    for _ in range(60):
        await delivery.drain()
        clock.forward(seconds=1)
    for times in tried.values():
        assert 5 <= len(times) <= 8
        pauses = [later - earlier for earlier, later in pairwise(times)]
        assert pauses == sorted(pauses)


async def test_a_sender_that_hangs_is_given_up_and_tried_again(store: Store, clock: Clock) -> None:
    pacing = Pacing(timeout=timedelta(milliseconds=20))
    delivery = Delivery(store, clock=clock, pacing=pacing)
    tried = 0

    async def send(job: Job) -> dict[str, Any]:
        nonlocal tried
        tried += 1
        if tried == 1:
            await asyncio.Event().wait()
        return {}

    delivery.send("remote", send)
    await enqueue(store, clock, key="a", kind="remote")
    await settle(store, delivery, clock)
    assert tried == 2


async def test_a_running_delivery_hears_of_new_work_at_once(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    came: asyncio.Queue[str] = asyncio.Queue()

    async def send(job: Job) -> dict[str, Any]:
        await came.put(job.key)
        return {}

    delivery.send("remote", send)
    await delivery.start()
    for n in range(3):  # it looks by itself once a minute only
        await enqueue(store, clock, key=f"{n}", kind="remote", lane="x")
        assert await asyncio.wait_for(came.get(), 30) == f"{n}"
    await delivery.drain()
    async with store.read() as session:
        assert await outbox.counts(session) == {"done": 3}


async def test_a_running_delivery_hears_of_what_another_process_enqueues(
    postgresql_url: str, clock: Clock
) -> None:
    here, elsewhere = [await Store.open(postgresql_url) for _ in range(2)]
    delivery = Delivery(here, clock=clock, pacing=Pacing(poll=timedelta(seconds=100)))
    came: asyncio.Queue[str] = asyncio.Queue()

    async def send(job: Job) -> dict[str, Any]:
        await came.put(job.key)
        return {}

    delivery.send("remote", send)
    await delivery.start()
    for n in range(3):
        await enqueue(elsewhere, clock, key=f"{n}", kind="remote")
        assert await asyncio.wait_for(came.get(), 30) == f"{n}"
    await delivery.stop()
    await here.close()
    await elsewhere.close()


async def test_a_running_delivery_survives_a_database_that_fails(store: Store) -> None:
    moment = timedelta(milliseconds=5)
    delivery = Delivery(store, pacing=Pacing(poll=moment, first_pause=moment))
    came = asyncio.Event()
    write, failures = store.write, 0

    def failing_write() -> Any:
        nonlocal failures
        failures += 1
        if failures <= 3:
            raise ConnectionError("the database is away")
        return write()

    async def handle(session: AsyncSession, job: Job, now: datetime) -> None:
        came.set()

    await enqueue(store, Clock(datetime.now(UTC)), key="a", kind="message")
    await delivery.start()
    store.write = failing_write  # type: ignore[method-assign] # the database's bad moment
    delivery.handle("message", handle)
    await asyncio.wait_for(came.wait(), 30)
    await delivery.stop()
    assert failures > 3
    async with store.read() as session:
        assert await outbox.counts(session) == {"done": 1}


async def test_stopping_lets_a_running_job_come_to_its_end(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def send(job: Job) -> dict[str, Any]:
        begun.set()
        await go.wait()
        return {}

    delivery.send("remote", send)
    await enqueue(store, clock, key="a", kind="remote")
    await delivery.start()
    await begun.wait()
    stopping = asyncio.create_task(delivery.stop())
    go.set()
    await stopping
    async with store.read() as session:
        assert await outbox.counts(session) == {"done": 1}


async def test_two_deliveries_on_one_database_share_the_work_and_keep_the_order(
    postgresql_url: str, clock: Clock
) -> None:
    stores = [await Store.open(postgresql_url) for _ in range(2)]
    seen: dict[str, list[str]] = {}
    running: set[str] = set()
    workers: set[int] = set()
    both = asyncio.Event()

    def sender(worker: int) -> Any:
        async def send(job: Job) -> dict[str, Any]:
            lane = str(job.lane)
            assert lane not in running
            running.add(lane)
            workers.add(worker)
            if workers == {0, 1}:
                both.set()
            await both.wait()  # neither can take all six lanes, so the other must come
            seen.setdefault(lane, []).append(job.key)
            running.discard(lane)
            return {}

        return send

    deliveries = []
    for n, store in enumerate(stores):
        delivery = Delivery(store, clock=clock, pacing=Pacing(pace=timedelta(0), workers=4))
        delivery.send("remote", sender(n))
        deliveries.append(delivery)
    async with stores[0].write() as session:
        for n in range(60):
            key = f"{n:02d}"
            await outbox.enqueue(
                session, key=key, kind="remote", payload={}, lane=f"{n % 6}", order=key, now=clock()
            )
    while True:
        await asyncio.gather(*(delivery.drain() for delivery in deliveries))
        async with stores[0].read() as session:
            if await outbox.counts(session) == {"done": 60}:
                break
    assert seen == {f"{lane}": [f"{n:02d}" for n in range(lane, 60, 6)] for lane in range(6)}
    assert workers == {0, 1}
    for store in stores:
        await store.close()


async def test_old_jobs_are_forgotten_by_themselves(store: Store, delivery: Delivery, clock: Clock) -> None:
    delivery.handle("message", log_line)
    await enqueue(store, clock, key="a", kind="message")
    await delivery.drain()
    clock.forward(days=8)
    await delivery.drain()
    assert await lines(store) == ["a"]
    async with store.read() as session:
        assert await outbox.counts(session) == {}
