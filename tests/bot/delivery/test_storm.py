"""Many messages among processes that are killed with SIGKILL again and again: each is done once, in order."""

import asyncio
import random
import sys
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bot.delivery import outbox
from bot.store import Store

ROOT = Path(__file__).parents[3]
LANES = 100
MESSAGES = 20  # in each lane
KILLS = 12
LOOKS = 0.02  # seconds between two looks at how far it is


async def work(url: str) -> Process:
    return await create_subprocess_exec(
        sys.executable, "-m", "tests.bot.delivery.storm_worker", url, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL
    )


async def bring(store: Store, order: list[tuple[int, int]]) -> None:
    """Enqueue as another process does: beside those that work."""
    async with store.write() as session:
        for lane, n in order:
            await outbox.enqueue(
                session,
                key=f"{lane}:{n}",
                kind="thought",
                payload={"n": n},
                lane=f"lane {lane}",
                order=f"{n:06d}",
                now=datetime.now(UTC),
            )


async def effects(store: Store) -> int:
    async with store.read() as session:
        return int((await session.execute(text("SELECT count(*) FROM effects"))).scalar_one())


async def reached(store: Store, wanted: int) -> None:
    async with asyncio.timeout(60):  # nothing is stuck for longer, whoever dies
        while await effects(store) < wanted:  # noqa: ASYNC110 - the database alone tells of other processes
            await asyncio.sleep(LOOKS)


async def test_a_storm_of_kills_loses_doubles_and_swaps_nothing(database_url: str) -> None:
    draw = random.Random(13)
    store = await Store.open(database_url)
    serial = "INTEGER PRIMARY KEY" if store.dialect == "sqlite" else "BIGSERIAL PRIMARY KEY"
    async with store.write() as session:
        await session.execute(text(f"CREATE TABLE effects (id {serial}, lane TEXT, n INTEGER, step TEXT)"))
    workers = [await work(database_url) for _ in range(1 if store.dialect == "sqlite" else 2)]
    total = 2 * LANES * MESSAGES
    step = total // (KILLS + 1)
    try:
        for kill in range(KILLS):
            rounds = range(MESSAGES * kill // KILLS, MESSAGES * (kill + 1) // KILLS)
            await bring(store, [(lane, n) for n in rounds for lane in range(LANES)])
            await reached(store, min(step * kill + draw.randrange(step // 2), 2 * LANES * rounds.stop))
            unlucky = draw.randrange(len(workers))
            workers[unlucky].kill()
            await workers[unlucky].wait()
            workers[unlucky] = await work(database_url)
        await reached(store, total)
    finally:
        for worker in workers:
            worker.kill()
            await worker.wait()
    async with store.read() as session:
        rows = await session.execute(text("SELECT step, lane, n FROM effects ORDER BY id"))
        done: dict[tuple[str, str], list[int]] = {}
        for name, lane, n in rows:
            done.setdefault((name, lane), []).append(n)
        counts = await outbox.counts(session)
    await store.close()
    assert len(done) == 2 * LANES
    assert all(order == list(range(MESSAGES)) for order in done.values())
    assert counts == {"done": total}
