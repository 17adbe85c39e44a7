"""The import and the weekly run: how long, how much memory, for people with 16 weeks and 20 contracts each.

Run by itself: `python -m tests.bench.bench_recheck [PEOPLE]`; wanted are 100,000 people in 10 minutes on
2 cores, and an import in less than 200 MB. Each step runs in a process of its own, to have a peak of its own.
"""

import asyncio
import datetime as dt
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

DAY = dt.date(2026, 11, 21)
PEOPLE = 10_000


def write_people(path: Path, count: int) -> int:
    """JSON Lines of people who differ; the size in bytes."""
    monday = DAY - dt.timedelta(days=DAY.weekday())
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(person(number, monday)) + "\n")
    return path.stat().st_size


def person(number: int, monday: dt.date) -> dict[str, object]:
    """One with a badge, two payments per contract, and as many good weeks as the number says."""
    good = number % 17
    contracts = [
        {
            "id": f"c{one}",
            "client_id": f"x{one}",
            "category": "writing",
            "started_on": "2024-01-01",
            "outcome": "positive",
            "via_agency": False,
            "payments": [
                {"on": str(DAY - dt.timedelta(days=17 * one + 31 * n)), "amount": f"{number % 97 + one}.50",
                 "kind": "payment", "status": "settled"}
                for n in range(2)
            ],
        }
        for one in range(20)
    ]  # fmt: skip
    return {
        "id": f"f-{number:06}",
        "name": f"Person {number}",
        "email": f"f-{number}@example.com",
        "country": "US",
        "user_type": "freelancer",
        "category": "writing",
        "joined_on": "2018-01-02",
        "profile_completeness": 100,
        "availability_updated_on": "2026-11-01",
        "as_of": "2026-11-21T00:00:00Z",
        "account_status": "active",
        "standing": [],
        "weeks": [
            {
                "week_of": str(monday - dt.timedelta(weeks=n)),
                "jss": 95 if n <= good else 85,
                "rising_talent": False,
            }
            for n in range(1, 17)
        ],
        "contracts": contracts,
        "activity": [{"on": "2026-11-01", "kind": "proposal"}],
        "badges": [{"program": "top_rated", "from": "2025-01-01"}] if number % 3 else [],
        "invitations": [],
    }


async def bring(database: str, path: Path) -> None:
    """The import, and a link for everybody."""
    from bot.rooms.people.importing import import_files
    from bot.rooms.people.tables import Link
    from bot.store import Store
    from bot.store.upsert import insert

    now = dt.datetime.combine(DAY, dt.time(12), dt.UTC)
    store = await Store.open(database)
    summary = await import_files(store, [path], report=path.with_suffix(".csv"), now=now)
    assert summary.refused == 0
    count = summary.added + summary.updated
    for start in range(0, count, 1000):
        rows = [
            {
                "team": "T1",
                "user_id": f"U{n:06}",
                "freelancer_id": f"f-{n:06}",
                "how": "admin",
                "linked_at": now,
            }
            for n in range(start, min(start + 1000, count))
        ]
        async with store.write() as session:
            await session.execute(insert(session, Link).on_conflict_do_nothing(), rows)
    await store.close()


async def run(database: str, name: str) -> None:
    """A whole weekly run."""
    from bot.delivery.workers import Delivery
    from bot.rooms.people.checking import Checker
    from bot.rooms.people.recheck import CHUNK, Recheck
    from bot.rooms.people.store_source import StoreSource
    from bot.store import Store
    from knowledge.load import DIRECTORY

    def now() -> dt.datetime:
        return dt.datetime.combine(DAY, dt.time(12), dt.UTC)

    store = await Store.open(database)
    checker = Checker(DIRECTORY)
    recheck = Recheck(store, StoreSource(store), checker, zone=dt.UTC, clock=now)
    async with store.write() as session:
        await recheck.start(session, name, now())
    delivery = Delivery(store)
    delivery.send(CHUNK, recheck.chunk)
    await delivery.drain()
    checker.rest()
    await store.close()


def measured(step: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """Seconds and the process's peak in MB, without its workers."""
    start = time.monotonic()
    asyncio.run(step(*arguments))  # type: ignore[arg-type]  # each step is a coroutine function
    return time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(step: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """`measured`, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured, step, *arguments).result()


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdecimal() else PEOPLE
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        path, database = Path(folder) / "people.jsonl", f"sqlite:///{folder}/laurel.db"
        size = write_people(path, count)
        print(f"{count:,} people, {size / 1e6:,.0f} MB of JSON Lines, {os.cpu_count()} cores, SQLite")
        for title, step, arguments in (
            ("import and link", bring, (database, path)),
            ("import again", bring, (database, path)),
            ("weekly run, the first", run, (database, "1")),
            ("weekly run, the second", run, (database, "2")),
        ):
            seconds, peak = apart(step, *arguments)
            print(f"{title:<24}{seconds:8.1f} s {count / seconds:8,.0f} a second {peak:6.0f} MB at most")
        print(f"{'database':<24}{Path(folder, 'laurel.db').stat().st_size / 1e6:8,.0f} MB")


if __name__ == "__main__":
    main()
