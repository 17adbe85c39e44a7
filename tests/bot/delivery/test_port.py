"""What any engine behind the outbox must do: one on SQLite, one on PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest

from bot.delivery import outbox, purging
from bot.delivery.outbox import LeaseLostError
from bot.delivery.standing import Standing, by_kind
from bot.store import Store
from tests.bot.delivery.queue import (
    LEASE,
    done,
    engine_of,
    give_back,
    keys,
    next_due,
    park,
    put,
    resend,
    take,
)
from tests.clock import Clock


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
