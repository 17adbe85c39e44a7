"""The weekly run: who is told what, when, how often, and that a killed run never tells twice."""

import asyncio
import datetime as dt
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.delivery.jobs import JobRow
from bot.messages import Who
from bot.roles import Profile
from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.store_source import StoreSource
from bot.rooms.people.tables import History, Link, Run
from bot.store import Store
from tests.bot.rooms.people.house import ROOT, House
from tests.bot.rooms.people.samples import DAY, freelancer, payment
from tests.clock import Clock

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def house(store: Store, clock: Clock) -> House:
    return House(store, clock)


def fresh(clock: Clock, name: str = "f-1", **changes: Any) -> dict[str, Any]:
    """A record of today."""
    return freelancer(name, **{"as_of": clock().isoformat(), **changes})


def poor(clock: Clock, name: str = "f-1", **changes: Any) -> dict[str, Any]:
    """Not eligible: 41.28 short."""
    contract = {**freelancer(name)["contracts"][0], "payments": [payment("2026-10-05", "958.72")]}
    return fresh(clock, name, **{"contracts": [contract], **changes})


HELD = [{"program": "top_rated", "from": "2025-01-01"}]
LOST = [{"program": "top_rated", "from": "2025-01-01", "until": "2026-11-10"}]
BACK = [*LOST, {"program": "top_rated", "from": "2026-11-20"}]


async def test_the_first_run_tells_nothing_but_what_is_at_risk(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    soon = {**freelancer("f-3")["contracts"][0], "payments": [payment("2025-11-30", "1500.00")]}
    await house.bring(
        tmp_path,
        fresh(clock, "f-1"),
        poor(clock, "f-2", badges=HELD),
        fresh(clock, "f-3", badges=HELD, contracts=[soon]),
    )
    await house.link(("U1", "f-1"), ("U3", "f-3"))
    await house.run("1")
    ((user, text),) = await house.told()
    assert user == "U3"
    assert "at risk: it would fall on 30 November 2026" in text


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"badges": []}, {"eligible": True, "badges": []}, "You now meet everything that Top Rated asks for"),
        ({"badges": HELD}, {"badges": LOST}, "Your Top Rated badge is no longer on your record."),
        ({"badges": LOST}, {"eligible": True, "badges": BACK}, "Your Top Rated badge is back."),
        ({"badges": []}, {"badges": []}, None),
        ({"badges": []}, {"eligible": True, "badges": None}, "You now meet everything"),
        ({"badges": []}, {"badges": None, "contracts": None}, None),
    ],
)
async def test_each_change_that_matters_is_told_once(
    house: House, clock: Clock, tmp_path: Path, *, before: Any, after: Any, said: str | None
) -> None:
    # A held badge that is not deserved is at risk at once; that message is not what is looked at here.
    await house.bring(tmp_path, poor(clock, **before))
    await house.link(("U1", "f-1"))
    await house.run("1")
    at_first = len(await house.told())
    clock.forward(days=8)
    eligible = after.pop("eligible", False) if isinstance(after, dict) else False
    await house.bring(tmp_path, (fresh if eligible else poor)(clock, **after))
    after["eligible"] = eligible
    await house.run("2")
    clock.forward(days=8)
    await house.bring(tmp_path, (fresh if eligible else poor)(clock, **{**after, "eligible": None}))
    await house.run("3")
    news = (await house.told())[at_first:]
    if said is None:
        assert news == []
    else:
        ((_, text),) = news
        assert said in text


async def test_an_unreachable_or_stale_record_changes_nothing_and_hides_nothing(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    class Moody(StoreSource):
        up = True

        async def documents(self, ids: Any) -> Any:
            return await super().documents(ids) if self.up else {}

        async def document(self, freelancer_id: str) -> bytes | None:
            if not self.up:
                raise SourceUnreachableError
            return await super().document(freelancer_id)

    source = Moody(store)
    house = House(store, clock, source)
    await house.bring(tmp_path, poor(clock))
    await house.link(("U1", "f-1"))
    await house.run("1")
    clock.forward(days=8)
    source.up = False
    await house.run("2")
    source.up = True
    clock.forward(days=40)  # the record is stale now
    await house.run("3")
    assert await house.told() == []
    clock.forward(days=8)
    await house.bring(tmp_path, fresh(clock, weeks=None, availability_updated_on="2027-01-01"))
    await house.run("4")
    async with store.read() as session:
        runs = (await session.scalars(select(Run).order_by(col(Run.id)))).all()
    assert [run.unreachable for run in runs] == [0, 1, 0, 0]
    assert await house.told() == [], "unknown after not eligible is no news"


async def test_history_keeps_a_verdict_only_where_it_changed(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    await house.bring(tmp_path, poor(clock))
    await house.link(("U1", "f-1"))
    for week in range(3):
        await house.run(str(week))
        clock.forward(days=7)
    await house.bring(tmp_path, fresh(clock))
    await house.run("last")
    history = await house.people.history("f-1")
    assert [(entry.on - DAY).days for entry in history] == [0, 21]
    assert history[0].states["top_rated"] == {
        "status": "not_eligible",
        "holds": False,
        "unmet": ["earnings_12m"],
    }
    assert history[1].states["top_rated"]["status"] == "eligible"


async def test_at_most_one_message_a_week_and_what_was_held_back_is_told_by_the_next_run(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    await house.bring(tmp_path, fresh(clock, badges=LOST))
    await house.link(("U1", "f-1"))
    await house.run("1")
    clock.forward(days=7)
    await house.bring(tmp_path, fresh(clock, badges=BACK))
    await house.run("2")
    clock.forward(days=3)
    await house.bring(tmp_path, fresh(clock, badges=LOST))
    await house.run("3")
    assert len(await house.told()) == 1
    clock.forward(days=4)
    await house.run("4")
    first, second = await house.told()
    assert "is back" in first[1]
    assert "no longer on your record" in second[1]
    jobs = await house.messages()
    assert jobs[1].due_at - jobs[0].due_at >= dt.timedelta(days=7)


async def test_who_opted_out_hears_nothing_and_who_comes_back_hears_only_what_is_new(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    who = Who("T1", "U1")
    await house.bring(tmp_path, poor(clock))
    await house.link(("U1", "f-1"))
    await house.run("1")
    async with house.store.write() as session:
        await house.linking.messages_wanted(session, who, wanted=False)
    clock.forward(days=7)
    await house.bring(tmp_path, fresh(clock))
    await house.run("2")
    async with house.store.write() as session:
        await house.linking.messages_wanted(session, who, wanted=True)
    clock.forward(days=7)
    await house.bring(tmp_path, fresh(clock))
    await house.run("3")
    assert await house.told() == []


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Europe/Berlin", NOON),
        ("Asia/Tokyo", dt.datetime(2026, 11, 21, 23, tzinfo=dt.UTC)),  # 21:00 there, until 08:00 on the 22nd
        ("America/Los_Angeles", dt.datetime(2026, 11, 21, 16, tzinfo=dt.UTC)),  # 04:00 there, until 08:00
        (None, NOON),
        ("Nowhere/Land", NOON),
    ],
)
async def test_nobody_is_woken(
    house: House, clock: Clock, tmp_path: Path, *, zone: str | None, due: dt.datetime
) -> None:
    house.slack.profiles["U1"] = Profile(zone=zone)
    await house.bring(tmp_path, fresh(clock, badges=HELD))
    await house.link(("U1", "f-1"))
    clock.now = NOON - dt.timedelta(days=7)
    await house.run("1")
    clock.now = NOON
    await house.bring(tmp_path, fresh(clock, badges=LOST))
    await house.run("2")
    (job,) = await house.messages()
    assert job.due_at == due


async def test_who_unlinks_before_the_message_leaves_gets_none(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    await house.bring(tmp_path, fresh(clock, badges=HELD))
    await house.link(("U1", "f-1"))
    await house.run("1")
    clock.forward(days=7)
    await house.bring(tmp_path, fresh(clock, badges=LOST))
    async with house.store.write() as session:
        await house.recheck.start(session, "2", clock())
    async with house.store.read() as session:
        job = await session.scalar(select(JobRow).where(col(JobRow.key).like("recheck:2:after:%")))
    assert job is not None
    await house.recheck.chunk(job)  # type: ignore[arg-type]  # a row has what a job has
    async with house.store.write() as session:
        await house.links.unlink(session, Who("T1", "U1"), clock())
    await house.delivery.drain()
    assert await house.told() == []


async def test_two_runs_at_once_tell_once(house: House, clock: Clock, tmp_path: Path) -> None:
    users = [(f"U{n}", f"f-{n}") for n in range(7)]
    await house.bring(tmp_path, *(fresh(clock, name, badges=HELD) for _, name in users))
    await house.link(*users)
    await house.run("1")
    clock.forward(days=7)
    await house.bring(tmp_path, *(fresh(clock, name, badges=LOST) for _, name in users))
    async with house.store.write() as session:
        await house.recheck.start(session, "a", clock())
        await house.recheck.start(session, "b", clock())
    await house.delivery.drain()
    assert sorted(user for user, _ in await house.told()) == [user for user, _ in users]


async def test_the_timer_runs_the_week_and_sets_the_next(house: House, clock: Clock, tmp_path: Path) -> None:
    await house.bring(tmp_path, fresh(clock))
    await house.link(("U1", "f-1"))
    for _ in range(3):  # as on three starts of the app
        async with house.store.write() as session:
            await house.recheck.schedule(session, clock())
    await house.delivery.drain()
    clock.now = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
    await house.delivery.drain()
    clock.now = dt.datetime(2026, 12, 10, tzinfo=dt.UTC)  # the app was down when the next was due
    await house.delivery.drain()
    async with house.store.read() as session:
        runs = (await session.scalars(select(Run).order_by(col(Run.day)))).all()
        timers = await session.scalars(
            select(JobRow.due_at).where(col(JobRow.kind) == "recheck.begin", col(JobRow.state) == "queued")
        )
        assert timers.all() == [dt.datetime(2026, 12, 14, 6, tzinfo=dt.UTC)]
    assert [(run.id, str(run.day), run.checked) for run in runs] == [
        ("2026-W48", "2026-11-23", 1),
        ("2026-W49", "2026-12-10", 1),
    ]


async def test_a_run_killed_again_and_again_checks_everybody_and_tells_everybody_once(
    database_url: str, clock: Clock, tmp_path: Path
) -> None:
    store = await Store.open(database_url)
    house = House(store, clock)
    users = [(f"U{n:02}", f"f-{n:02}") for n in range(15)]
    await house.bring(tmp_path, *(fresh(clock, name, badges=HELD) for _, name in users))
    await house.link(*users)
    await house.run("before")
    clock.forward(days=7)
    await house.bring(tmp_path, *(fresh(clock, name, badges=LOST) for _, name in users))
    async with store.write() as session:
        await house.recheck.start(session, "killed", clock())
    await store.close()
    for line in (1, 4):  # inside a chunk's transaction; between its end and the end of its job
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "tests/bot/rooms/people/recheck_worker.py"),
            database_url,
            clock().isoformat(),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert worker.stdout is not None
        for _ in range(line):
            assert await worker.stdout.readline()
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        clock.forward(minutes=3)  # the lease of what the dead one held runs out
    store = await Store.open(database_url)
    house = House(store, clock)
    await house.delivery.drain()
    async with store.read() as session:
        run = await session.get(Run, "killed")
        assert run is not None
        assert (run.checked, run.told, run.finished_at is not None) == (15, 15, True)
        assert len((await session.scalars(select(History))).all()) == 30
        assert all((await session.scalars(select(col(Link.told_at)))).all())
    assert sorted(user for user, _ in await house.told()) == [user for user, _ in users]
    await store.close()
