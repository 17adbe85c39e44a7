"""What any engine behind the outbox must do: one on SQLite, one on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import delete, text, update

from bot.delivery import Pacing, ServedError, claims, outbox, purging
from bot.delivery.engine import Engine, engine_for
from bot.delivery.jobs import JOBS
from bot.delivery.outbox import Job, LeaseLostError
from bot.delivery.standing import Standing, by_kind
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


async def test_what_arrives_eleven_times_is_one_job(store: Store, clock: Clock) -> None:
    assert await put(store, clock, *["T1:C1:1.0"] * 11) == [True] + [False] * 10
    assert keys(await take(store, clock)) == ["T1:C1:1.0"]


async def test_a_key_is_still_known_after_its_job_is_done(store: Store, clock: Clock) -> None:
    await put(store, clock, "a")
    [job] = await take(store, clock)
    await done(store, clock, job)
    assert await put(store, clock, "a") == [False]


async def test_a_key_that_two_processes_enqueue_at_once_is_one_job(store: Store, clock: Clock) -> None:
    await engine_of(store, clock, timedelta(0))
    added = await asyncio.gather(*(put(store, clock, "a") for _ in range(5)))
    assert sorted(added) == [[False]] * 4 + [[True]]


async def test_a_job_of_a_transaction_that_failed_never_was(store: Store, clock: Clock) -> None:
    async def fail() -> None:
        async with store.write() as session:
            await outbox.enqueue(session, key="a", kind="k", payload={}, now=clock())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await take(store, clock) == []


async def test_a_payload_comes_back_as_it_was(store: Store, clock: Clock) -> None:
    payload = {"text": "naïve 🏅 <!channel> \0 \ud800", "blocks": [{"n": 1.5, "none": None}]}
    await put(store, clock, "a", payload=payload)
    [job] = await take(store, clock)
    assert job.payload == payload
    assert (job.kind, job.attempts, job.created_at) == ("k", 1, clock())


async def test_a_job_is_not_taken_before_it_is_due(store: Store, clock: Clock) -> None:
    await put(store, clock, "timer", due=clock() + timedelta(hours=1))
    assert await take(store, clock) == []
    clock.forward(hours=1)
    assert keys(await take(store, clock)) == ["timer"]


async def test_a_lane_runs_in_order_one_at_a_time(store: Store, clock: Clock) -> None:
    await put(store, clock, "a", "b", "c", lane="conversation")
    [first] = await take(store, clock)
    assert first.key == "a"
    assert await take(store, clock) == []
    await done(store, clock, first)
    assert keys(await take(store, clock)) == ["b"]


async def test_within_a_lane_the_order_goes_before_the_time_of_writing(store: Store, clock: Clock) -> None:
    for ts in ("3.0", "1.0", "2.0"):
        await put(store, clock, ts, lane="conversation", order=ts)
    seen = []
    while jobs := await take(store, clock):
        seen += keys(jobs)
        for job in jobs:
            await done(store, clock, job)
    assert seen == ["1.0", "2.0", "3.0"]


async def test_an_earlier_one_that_comes_late_does_not_run_beside_a_later_one(
    store: Store, clock: Clock
) -> None:
    await put(store, clock, "2.0", lane="conversation", order="2.0")
    [later] = await take(store, clock)
    await put(store, clock, "1.0", lane="conversation", order="1.0")
    assert await take(store, clock) == []
    await done(store, clock, later)
    assert keys(await take(store, clock)) == ["1.0"]


async def test_one_lane_does_not_wait_for_another(store: Store, clock: Clock) -> None:
    await put(store, clock, "a1", "a2", lane="a")
    await put(store, clock, "b1", "b2", lane="b")
    await put(store, clock, "free1", "free2")
    assert sorted(keys(await take(store, clock))) == ["a1", "b1", "free1", "free2"]


async def test_a_retry_holds_its_lane_until_it_is_due(store: Store, clock: Clock) -> None:
    await put(store, clock, "a", "b", lane="conversation")
    [job] = await take(store, clock)
    await give_back(store, clock, job)
    assert await take(store, clock) == []
    clock.forward(seconds=10)
    [again] = await take(store, clock)
    assert (again.key, again.attempts) == ("a", 2)


async def test_an_attempt_that_surely_did_nothing_does_not_count(store: Store, clock: Clock) -> None:
    await put(store, clock, "a")
    [job] = await take(store, clock)
    await give_back(store, clock, job, counts=False)
    clock.forward(seconds=10)
    [again] = await take(store, clock)
    assert again.attempts == 1


async def test_a_result_that_was_reached_is_there_at_the_next_attempt(store: Store, clock: Clock) -> None:
    await put(store, clock, "a")
    [job] = await take(store, clock)
    await give_back(store, clock, job, result={"ts": "1.0"})
    clock.forward(seconds=10)
    [again] = await take(store, clock)
    assert (job.result, again.result) == (None, {"ts": "1.0"})


async def test_a_parked_job_lets_the_next_of_its_lane_go(store: Store, clock: Clock) -> None:
    await put(store, clock, "a", "b", lane="conversation")
    [job] = await take(store, clock)
    await park(store, clock, job)
    assert keys(await take(store, clock)) == ["b"]


async def test_a_parked_job_is_shown_with_its_reason_and_can_be_sent_again(
    store: Store, clock: Clock
) -> None:
    await put(store, clock, "a", payload={"channel": "C1"})
    [job] = await take(store, clock)
    await park(store, clock, job)
    async with store.read() as session:
        [shown] = await outbox.parked(session)
    assert (shown.key, shown.reason, shown.payload) == ("a", "slack: is_archived", {"channel": "C1"})
    assert await resend(store, clock, "a")
    assert not await resend(store, clock, "a")
    [again] = await take(store, clock)
    assert (again.key, again.attempts) == ("a", 2), "what the first attempt did is looked for"
    async with store.read() as session:
        assert await outbox.parked(session) == []


async def test_only_parked_jobs_can_be_sent_again(store: Store, clock: Clock) -> None:
    await put(store, clock, "a", "b")
    [a, _] = await take(store, clock)
    await done(store, clock, a)
    assert [await resend(store, clock, key) for key in ("a", "b", "unknown")] == [False, False, False]


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


async def test_what_was_written_beside_a_lost_lease_is_taken_back(store: Store, clock: Clock) -> None:
    await put(store, clock, "a")
    [job] = await take(store, clock)
    await done(store, clock, job)

    async def finish_again() -> None:
        async with store.write() as session:
            await outbox.enqueue(session, key="follow-up", kind="k", payload={}, now=clock())
            await outbox.finish(session, job, now=clock())

    with pytest.raises(LeaseLostError):
        await finish_again()
    assert await take(store, clock) == []


async def test_a_channel_gets_one_message_per_pace_whatever_the_lanes(store: Store, clock: Clock) -> None:
    pace = timedelta(seconds=1)
    for n in range(3):
        await put(store, clock, f"c1-{n}", bucket="C1", lane=f"thread {n}")
    await put(store, clock, "c2", bucket="C2")
    assert keys(await take(store, clock, pace=pace)) == ["c1-0", "c2"]
    assert await take(store, clock, pace=pace) == []
    clock.forward(seconds=1)
    assert keys(await take(store, clock, pace=pace)) == ["c1-1"]


async def test_a_channel_that_slack_asked_to_wait_for_waits_and_no_other(store: Store, clock: Clock) -> None:
    await put(store, clock, "c1", bucket="C1")
    await put(store, clock, "c2", bucket="C2")
    async with store.write() as session:
        await outbox.hold(session, "C1", until=clock.now + timedelta(seconds=30))
        await outbox.hold(session, "C1", until=clock.now + timedelta(seconds=5))
    assert keys(await take(store, clock)) == ["c2"]
    clock.forward(seconds=29)
    assert await take(store, clock) == []
    clock.forward(seconds=1)
    assert keys(await take(store, clock)) == ["c1"]


async def test_messages_of_a_channel_share_its_pace_without_being_told(store: Store, clock: Clock) -> None:
    await put(store, clock, "1", "2", kind="slack.post", payload={"channel": "C1"})
    await put(store, clock, "edit", kind="slack.update", payload={"channel": "C1"})
    await put(store, clock, "dm", kind="slack.dm", payload={"user": "U1"})
    await put(store, clock, "home", "mail", kind="slack.home")
    taken = await take(store, clock, pace=timedelta(seconds=1))
    assert keys(taken) == ["1", "edit", "dm", "home", "mail"]


async def test_a_worker_takes_only_what_it_can_do_and_no_more_than_it_asks_for(
    store: Store, clock: Clock
) -> None:
    await put(store, clock, "a", "b", "c", kind="known")
    await put(store, clock, "x", kind="unknown")
    assert keys(await take(store, clock, kinds=["known"], limit=2)) == ["a", "b"]
    assert keys(await take(store, clock, kinds=["known"])) == ["c"]


async def test_two_workers_never_take_the_same_job_or_the_same_lane(store: Store, clock: Clock) -> None:
    for n in range(40):
        await put(store, clock, f"{n}", lane=f"lane {n % 8}")
    seen: dict[str, list[str]] = {}

    async def work() -> None:
        while jobs := await take(store, clock, limit=3):
            lanes = [str(job.lane) for job in jobs]
            assert not running.intersection(lanes), "a lane ran twice at once"
            running.update(lanes)
            for job in jobs:
                seen.setdefault(str(job.lane), []).append(job.key)
                running.discard(str(job.lane))
                await done(store, clock, job)

    running: set[str] = set()
    for _ in range(5):
        await asyncio.gather(*(work() for _ in range(4)))
    assert seen == {f"lane {n}": [str(n + 8 * m) for m in range(5)] for n in range(8)}


async def test_a_timer_that_is_taken_back_never_rings_and_may_be_set_anew(store: Store, clock: Clock) -> None:
    await put(store, clock, "timer", due=clock() + timedelta(hours=1))
    async with store.write() as session:
        assert await outbox.cancel(session, "timer")
        assert not await outbox.cancel(session, "timer")
    assert await put(store, clock, "timer", due=clock() + timedelta(minutes=5)) == [True]
    clock.forward(minutes=5)
    assert keys(await take(store, clock)) == ["timer"]


async def test_what_runs_or_ran_cannot_be_taken_back(store: Store, clock: Clock) -> None:
    await put(store, clock, "a")
    [job] = await take(store, clock)
    async with store.write() as session:
        assert not await outbox.cancel(session, "a")
    await done(store, clock, job)
    async with store.write() as session:
        assert not await outbox.cancel(session, "a")


async def test_the_next_due_time_is_known_with_paces_and_leases(store: Store, clock: Clock) -> None:
    assert await next_due(store, clock) is None
    await put(store, clock, "timer", due=clock() + timedelta(hours=1))
    assert await next_due(store, clock) == 3600
    await put(store, clock, "soon", bucket="C1", due=clock() + timedelta(seconds=2))
    async with store.write() as session:
        await outbox.hold(session, "C1", until=clock.now + timedelta(seconds=7))
    assert await next_due(store, clock) == 7
    clock.forward(seconds=7)
    await take(store, clock)
    # On PostgreSQL another process takes back what is not finished in time; on SQLite there is none.
    lease = LEASE.total_seconds() if store.dialect == "postgresql" else 3593
    assert await next_due(store, clock) == lease


async def test_what_was_done_long_ago_is_forgotten_and_what_is_parked_is_not(
    store: Store, clock: Clock
) -> None:
    await put(store, clock, "done", "parked")
    await put(store, clock, "timer", due=clock() + timedelta(days=30))
    [one, other] = await take(store, clock)
    await done(store, clock, one)
    await park(store, clock, other)
    clock.forward(days=8)
    async with store.write() as session:
        assert await purging.purge(session, clock.now - timedelta(days=7)) == 1
        assert await outbox.counts(session) == {"parked": 1, "queued": 1}


async def test_workers_hear_of_a_job_when_it_is_committed_and_not_before(store: Store, clock: Clock) -> None:
    heard: list[str] = []
    forget = store.on_commit(lambda _: heard.append("rang"))
    async with store.write() as session:
        await outbox.enqueue(session, key="a", kind="k", payload={}, now=clock())
        assert heard == []
    assert heard == ["rang"]
    await put(store, clock, "a")
    assert heard == ["rang"], "a known key is no news"
    forget()
    await put(store, clock, "b")
    assert heard == ["rang"]


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


async def test_an_operator_sees_how_the_queue_stands(store: Store, clock: Clock) -> None:
    await put(store, clock, "a", "b", kind="slack.post", bucket="C1")
    await put(store, clock, "later", due=clock() + timedelta(hours=1))
    [job] = await take(store, clock, limit=1)
    await park(store, clock, job)
    async with store.read() as session:
        standing = await by_kind(session, clock())
    assert standing == [
        Standing("k", later=1, due=0, doing=0, parked=0, since=None),
        Standing("slack.post", later=0, due=1, doing=0, parked=1, since=clock()),
    ]
