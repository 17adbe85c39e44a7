"""A process that is killed with SIGKILL at each step of the way, and started again: each reply comes once."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery import outbox
from bot.playground.workspace import Workspace
from bot.store import Store
from tests.bot.delivery.runner import STEPS

ROOT = Path(__file__).parents[3]
CHANNELS = ("C1", "C2", "C3")
MESSAGES = 4


@pytest.fixture
async def runner() -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.delivery.runner",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    yield process
    process.stdin.close()
    await process.wait()


async def run(runner: asyncio.subprocess.Process, *arguments: object) -> int:
    """How one life of the process ended."""
    assert runner.stdin
    assert runner.stderr
    runner.stdin.write(json.dumps(arguments).encode() + b"\n")
    return int(await runner.stderr.readline())


async def test_each_reply_comes_once_and_in_order_though_every_step_is_killed(
    database_url: str, runner: asyncio.subprocess.Process
) -> None:
    async with Workspace() as slack:
        for channel in CHANNELS:
            slack.people.channel(channel)
        store = await Store.open(database_url)
        async with store.write() as session:
            for n in range(MESSAGES):
                for channel in CHANNELS:
                    await outbox.enqueue(
                        session,
                        key=f"T1:{channel}:{n}",
                        kind="inbox.message",
                        payload={"channel": channel, "text": str(n)},
                        lane=f"in {channel}",
                        order=f"{n:06d}",
                        now=datetime.now(UTC),
                    )
        # The first life dies at the first occurrence of a step, later ones in the middle of the work.
        # Each begins five minutes later, so that its predecessor's leases have run out.
        for start, step in enumerate(STEPS):
            died = await run(runner, database_url, slack.api_url, 300 * start, step, 1 + start % 3)
            assert died == -signal.SIGKILL, step
        assert await run(runner, database_url, slack.api_url, 300 * len(STEPS), "", 0) == 0

        for channel in CHANNELS:
            said = [message["text"] for message in slack.posted(channel)]
            assert said == [f"{n}{part}" for n in range(MESSAGES) for part in "ab"]
        async with store.read() as session:
            assert await outbox.counts(session) == {"done": MESSAGES * len(CHANNELS) * 3}
        await store.close()
