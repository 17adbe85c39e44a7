"""What the engine on SQLite does alone: it reads back, serves by itself, and hears of what commands bring."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from bot.delivery import ServedError, outbox
from bot.delivery.jobs import JOBS
from bot.store import Store
from tests.bot.delivery.queue import KINDS, done, engine_of, give_back, keys, park, put, take
from tests.clock import Clock


async def test_what_a_process_left_behind_is_taken_up_and_looked_for_first(
    sqlite_url: str, clock: Clock
) -> None:
    store = await Store.open(sqlite_url)
    await put(store, clock, "a", "b", lane="conversation")
    await put(store, clock, "later", due=clock() + timedelta(hours=1))
    assert keys(await take(store, clock)) == ["a"]
    await store.close()  # as a process that dies: nothing was written down
    store = await Store.open(sqlite_url)
    [again] = await take(store, clock)
    assert (again.key, again.attempts, again.may_have_happened) == ("a", 1, True)
    assert again.payload == {}
    await done(store, clock, again)
    assert keys(await take(store, clock)) == ["b"]
    clock.forward(hours=1)
    [timer] = await take(store, clock)
    assert timer.key == "later"
    await store.close()


async def test_what_an_earlier_release_had_leased_is_taken_up(sqlite_url: str, clock: Clock) -> None:
    store = await Store.open(sqlite_url)
    async with store.write() as session:
        await outbox.enqueue(session, key="a", kind="k", payload={"n": 1}, now=clock())
        await session.execute(text("UPDATE jobs SET state = 'leased', token = 'x', attempts = 1"))
    [job] = await take(store, clock)
    assert (job.key, job.payload, job.may_have_happened) == ("a", {"n": 1}, True)
    await done(store, clock, job)
    await store.close()


async def test_a_second_serving_process_is_refused_with_what_to_do(sqlite_url: str, clock: Clock) -> None:
    one, other = await Store.open(sqlite_url), await Store.open(sqlite_url)
    await take(one, clock)
    with pytest.raises(ServedError, match="served by another process: stop that one first"):
        await take(other, clock)
    await one.close()
    assert await take(other, clock) == []
    await other.close()


async def test_what_a_command_does_beside_a_serving_process_is_found(
    sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.embedded.LOOK", 0.0)  # not to wait for the next look
    served, beside = await Store.open(sqlite_url), await Store.open(sqlite_url)
    await put(served, clock, "taken back", "stays")
    await put(served, clock, "parked", lane="x")
    engine = await engine_of(served, clock, timedelta(0))
    [job] = await engine.take(clock(), limit=1, kinds=KINDS)
    assert job.key == "taken back"
    async with beside.write() as session:
        await outbox.enqueue(session, key="new", kind="k", payload={"n": 1}, now=clock())
        await outbox.cancel(session, "stays")
    clock.forward(seconds=3)
    [parked, new] = await take(served, clock)
    assert (parked.key, new.key, new.payload) == ("parked", "new", {"n": 1})
    await park(served, clock, parked)
    assert await take(served, clock) == []
    async with beside.write() as session:
        assert await outbox.resend(session, "parked", now=clock())
    assert keys(await take(served, clock)) == ["parked"]
    for store in (served, beside):
        await store.close()


async def test_what_could_not_be_written_down_is_done_again(sqlite_store: Store, clock: Clock) -> None:
    await put(sqlite_store, clock, "a", "b", lane="x")
    [job] = await take(sqlite_store, clock)
    engine = await engine_of(sqlite_store, clock, timedelta(0))
    engine.returned(job, clock())
    assert await take(sqlite_store, clock) == []
    clock.forward(seconds=1)
    [again] = await take(sqlite_store, clock)
    assert (again.key, again.may_have_happened) == ("a", True)


async def test_what_could_not_be_written_down_is_looked_for_though_the_journal_is_read_meanwhile(
    sqlite_store: Store, clock: Clock
) -> None:
    await put(sqlite_store, clock, "a")
    [job] = await take(sqlite_store, clock)
    engine = await engine_of(sqlite_store, clock, timedelta(0))
    engine.returned(job, clock())
    await engine.look(clock())
    clock.forward(seconds=1)
    [again] = await take(sqlite_store, clock)
    assert again.may_have_happened


async def test_a_job_that_runs_anew_is_not_begun_a_third_time_when_its_first_run_is_given_back(
    sqlite_store: Store, clock: Clock
) -> None:
    await put(sqlite_store, clock, "a")
    [first] = await take(sqlite_store, clock)
    await give_back(sqlite_store, clock, first)
    clock.forward(seconds=10)
    [second] = await take(sqlite_store, clock)
    engine = await engine_of(sqlite_store, clock, timedelta(0))
    engine.returned(first, clock())  # so late is a process that had to wait for the machine
    clock.forward(seconds=10)
    assert await take(sqlite_store, clock) == []
    await done(sqlite_store, clock, second)
    engine.returned(second, clock())
    clock.forward(seconds=10)
    assert await take(sqlite_store, clock) == []


async def test_many_jobs_of_one_lane_that_a_command_brings_are_done_in_order(
    sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.embedded.LOOK", 0.0)  # not to wait for the next look
    served, beside = await Store.open(sqlite_url), await Store.open(sqlite_url)
    await take(served, clock)
    many = [f"{n:04d}" for n in range(1200)]
    async with beside.write() as session:
        for n in reversed(many):
            await outbox.enqueue(
                session, key=n, kind="k", payload={}, lane="one", order=n, now=clock() - timedelta(int(n) % 7)
            )
    done_in_order = []
    while jobs := await take(served, clock):
        [job] = jobs
        done_in_order.append(job.key)
        await done(served, clock, job)
    assert done_in_order == many
    for store in (served, beside):
        await store.close()


async def test_a_job_that_another_process_makes_due_earlier_is_done_then(
    sqlite_store: Store, sqlite_url: str, clock: Clock
) -> None:
    await put(sqlite_store, clock, "a", due=clock() + timedelta(hours=1))
    assert await take(sqlite_store, clock) == []
    beside = await Store.open(sqlite_url)
    async with beside.write() as session:
        await session.execute(update(JOBS).values(due_at=clock()))
    await beside.close()
    await (await engine_of(sqlite_store, clock, timedelta(0))).look(clock())
    assert keys(await take(sqlite_store, clock)) == ["a"]
