"""A process that works on the run until it is done or killed, and says a line in the middle of each chunk.

Arguments: the database's address and the time. Run by test_recheck.py.
"""

import asyncio
import datetime as dt
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[4]))

from bot.delivery.outbox import Job
from bot.rooms.people.recheck import Recheck
from bot.store import Store
from tests.bot.rooms.people.house import House


async def main() -> None:
    now = dt.datetime.fromisoformat(sys.argv[2])
    store = await Store.open(sys.argv[1])
    write, chunk = Recheck._write, Recheck.chunk

    async def writing(self: Recheck, *arguments: Any) -> None:
        await write(self, *arguments)
        print("written, not committed", flush=True)

    async def checking(self: Recheck, job: Job) -> dict[str, Any]:
        result = await chunk(self, job)
        print("committed, not finished", flush=True)
        return result

    Recheck._write = writing  # type: ignore[method-assign,assignment]  # to be killed in the middle
    Recheck.chunk = checking  # type: ignore[method-assign]  # and at the end
    await House(store, lambda: now).delivery.drain()
    await store.close()


asyncio.run(main())
