"""Many conversations at a desk that is killed again and again, with a Slack that has a bad day.

People open tickets, both sides write in bursts, agents resolve. Every request may be sent twice, those of a
burst arrive in any order, and calls to Slack meet 429s, 500s and lost answers. Afterwards everything is
counted, message by message, in the stand-in.
"""

import asyncio
import json
import random
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import kill
from pathlib import Path
from signal import SIGKILL
from typing import Any

import httpx

from bot.playground.faults import Trouble
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.slack.sending import slack_client
from bot.store import Store
from tests.bot.rooms.desk.room import AGENT
from tests.bot.rooms.desk.server import DESK, Build, hurry, now, room

ROOT = Path(__file__).parents[4]
BURST = 3
ANSWERS = 2
TROUBLE = {
    Trouble.LIMITED: 0.002,
    Trouble.BROKEN: 0.03,
    Trouble.LOST: 0.03,
    Trouble.CUT: 0.01,
    Trouble.HANGS: 0.005,
}
RESOLVED = "is resolved"
LATE = ("arrived late, written", "· written ")


@dataclass
class Talk:
    """One conversation and what is seen of it."""

    number: int
    dm: str
    card: dict[str, Any] | None = None
    root: dict[str, Any] | None = None
    person_side: int = 0
    desk_side: int = 0
    resolved: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def user(self) -> str:
        return f"U{self.number:05d}"

    @property
    def name(self) -> str:
        return f"Conversation {self.number:05d}."

    async def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            self.changed.clear()
            await self.changed.wait()


@dataclass
class Report:
    """What was counted. All of `wrong` should be empty."""

    conversations: int = 0
    messages: int = 0
    events: int = 0
    calls: int = 0
    troubles: int = 0
    kills: int = 0
    late: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Storm:
    """Drives it. `database` is migrated; `kills` are spread over the expected calls to Slack."""

    server = "tests.bot.rooms.desk.server"
    build: Build = staticmethod(room)
    channel = DESK

    def __init__(self, slack: Workspace, database: str, *, talks: int, kills: int, seed: int) -> None:
        self.slack, self.database = slack, database
        self.dice = random.Random(seed)
        self.report = Report(conversations=talks)
        for number in range(talks):
            slack.people.user(f"U{number:05d}")
        self.talks = [Talk(number, slack.people.dm(f"U{number:05d}")) for number in range(talks)]
        expected = talks * 10
        self._deaths = sorted(self.dice.randrange(expected // 10, expected) for _ in range(kills))
        self._seen: dict[str, int] = {}
        self._cards: dict[str, Talk] = {}
        self._dms = {talk.dm: talk for talk in self.talks}
        self._up = asyncio.Event()
        self._turn = asyncio.Semaphore(24)
        self._pid = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]

    async def run(self) -> Report:
        """All of it, then the rest in peace, then the count."""
        began = asyncio.get_running_loop().time()
        self.slack.faults.storm({"chat.postMessage", "chat.update"}, seed=3, shares=TROUBLE)
        async with self._server() as nursery, httpx.AsyncClient(timeout=20) as self._http:
            watcher = asyncio.create_task(self._watch(nursery))
            talks: asyncio.Future[Any] = asyncio.gather(*(self._talk(talk) for talk in self.talks))
            ended: set[asyncio.Future[Any]] = {talks, watcher}
            await asyncio.wait(ended, return_when=asyncio.FIRST_COMPLETED)
            if watcher.done():
                watcher.result()
            await talks
            watcher.cancel()
            kill(self._pid, SIGKILL)
        self.report.troubles = len(self.slack.faults.met)
        self.slack.faults.clear()
        await self._finish()
        self.report.seconds = asyncio.get_running_loop().time() - began
        self.report.calls = len(self.slack.calls)
        for talk in self.talks:
            self._count(talk)
        return self.report

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[asyncio.subprocess.Process]:
        nursery = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.server,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await self._start(nursery)
            yield nursery
        finally:
            assert nursery.stdin is not None
            nursery.stdin.close()
            await nursery.wait()

    async def _start(self, nursery: asyncio.subprocess.Process) -> None:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        line = json.dumps([self.database, self.slack.api_url, self._port])
        nursery.stdin.write(f"{line}\n".encode())
        self._pid = int(await nursery.stdout.readline())
        assert await nursery.stdout.readline() == b"ready\n"
        self._up.set()

    async def _watch(self, nursery: asyncio.subprocess.Process) -> None:
        """See what arrives in Slack, and kill the server when its time has come."""
        while True:
            calls = len(self.slack.calls)
            await self.slack.until(lambda calls=calls: len(self.slack.calls) > calls, seconds=120)  # type: ignore[misc]  # a default of a lambda
            for channel in (self.channel, *self._dms):
                log = self.slack.messages[channel]
                for message in log[self._seen.get(channel, 0) :]:
                    self._see(channel, message)
                self._seen[channel] = len(log)
            if self._deaths and len(self.slack.calls) >= self._deaths[0]:
                del self._deaths[0]
                self._up.clear()
                kill(self._pid, SIGKILL)
                assert nursery.stdout is not None
                assert await nursery.stdout.readline() == b"died\n"
                self.report.kills += 1
                await self._start(nursery)

    def _see(self, channel: str, message: dict[str, Any]) -> None:
        if message.get("bot_id") is None:
            return
        thread = message.get("thread_ts")
        if channel == self.channel and thread is None:
            talk = self.talks[int(message["text"].split("Conversation ")[1][:5])]
            talk.card = message
            self._cards[message["ts"]] = talk
        elif channel == self.channel:
            talk = self._cards[str(thread)]
            talk.desk_side += message["text"].startswith("word ")
        else:
            talk = self._dms[channel]
            if thread is None:
                talk.root = message
            talk.person_side += message["text"].startswith("answer ")
            talk.resolved = talk.resolved or RESOLVED in message["text"]
        talk.changed.set()

    async def _talk(self, talk: Talk) -> None:
        acts = self.slack.acts
        async with self._turn:
            view = form(f"V{talk.number}", "ticket.form")
            values = {
                "category": {"a": chosen("account")},
                "subcategory.account": {"a": chosen("account.other")},
                "details": {"a": {"type": "plain_text_input", "value": talk.name}},
            }
            await self._send([acts.submits(talk.user, view, values)])
            await self._converse(talk, [AGENT])

    async def _converse(self, talk: Talk, agents: Sequence[str]) -> None:
        """Both sides write in bursts as soon as their threads are there, then an agent resolves."""
        acts = self.slack.acts
        await talk.until(lambda: talk.card is not None and talk.root is not None)
        assert talk.card is not None
        assert talk.root is not None
        burst: list[SlackRequest] = []
        for n in range(BURST):
            burst += acts.says(talk.user, f"word {n}", channel=talk.dm, thread=talk.root["ts"])
            if n < ANSWERS:
                agent, words = agents[n % len(agents)], f"&gt;&gt; answer {n}"
                burst += acts.says(agent, words, channel=self.channel, thread=talk.card["ts"])
                burst += acts.says(agent, "a remark", channel=self.channel, thread=talk.card["ts"])
        await self._send(burst)
        await talk.until(lambda: talk.desk_side >= BURST and talk.person_side >= ANSWERS)
        ticket = value_of(talk.card, "ticket.note")
        view = form(f"R{talk.number}", "ticket.resolve", ticket=int(ticket), what="resolve")
        await self._send([acts.submits(agents[0], view, {"reason": {"a": chosen("fixed")}})])
        await talk.until(lambda: talk.resolved)

    async def _send(self, requests: Sequence[SlackRequest]) -> None:
        """As Slack sends: in any order, some twice, again and again until somebody says "got it"."""
        sent = [request for request in requests for _ in range(1 + (self.dice.random() < 0.2))]
        self.dice.shuffle(sent)
        await asyncio.gather(*(self._deliver(request) for request in sent))

    async def _deliver(self, request: SlackRequest) -> None:
        address = f"http://127.0.0.1:{self._port}/slack/events"
        for attempt in range(60):
            await self._up.wait()
            headers = {**request.headers, **({"x-slack-retry-num": str(attempt)} if attempt else {})}
            self.report.events += 1
            try:
                answer = await self._http.post(address, content=request.body.encode(), headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.01)  # Slack pauses between its attempts, too
                continue
            if answer.status_code == httpx.codes.OK:
                return
        raise AssertionError("never acknowledged")

    async def _finish(self) -> None:
        """What the last kill left behind is done here, with leases that are over."""
        store = await Store.open(self.database)
        hurry(store)
        client = slack_client("xoxb-stand-in", self.slack.api_url)
        ahead = timedelta(seconds=60)
        _, delivery = self.build(store, client, lambda: now() + ahead)
        await delivery.drain()
        await store.close()

    def _count(self, talk: Talk) -> None:
        posted = self.slack.posted(self.channel)
        cards = [m for m in posted if m.get("thread_ts") is None and talk.name in m["text"]]
        roots = [m for m in self.slack.posted(talk.dm) if self._is_root(m)]
        if len(cards) != 1 or len(roots) != 1:
            self.report.wrong.append(f"{talk.name} {len(cards)} cards, {len(roots)} roots")
            return
        desk = [m["text"] for m in posted if m.get("thread_ts") == cards[0]["ts"]]
        person = [m["text"] for m in self.slack.posted(talk.dm) if m.get("thread_ts") == roots[0]["ts"]]
        self._compare(talk, desk, [f"word {n}" for n in range(BURST)])
        self._compare(talk, person, [f"answer {n}" for n in range(ANSWERS)])
        if sum(RESOLVED in text for text in person) != 1 or "Resolved" not in cards[0]["text"]:
            self.report.wrong.append(f"{talk.name} not resolved once")
        if any("remark" in text for text in person):
            self.report.wrong.append(f"{talk.name} a remark leaked")

    def _is_root(self, message: dict[str, Any]) -> bool:
        """Whether a thread of the person's begins with this message."""
        return message.get("thread_ts") is None

    def _compare(self, talk: Talk, texts: list[str], expected: list[str]) -> None:
        copies = [text for text in texts if text.split(" ")[0] == expected[0].split(" ")[0]]
        heads = [text.splitlines()[0] for text in copies]
        self.report.messages += len(heads)
        if sorted(heads) != expected:
            self.report.wrong.append(f"{talk.name} {heads}")
        late = [any(mark in text for mark in LATE) for text in copies]
        self.report.late += sum(late)
        in_time = [head for head, was_late in zip(heads, late, strict=True) if not was_late]
        if in_time != sorted(in_time):
            self.report.wrong.append(f"{talk.name} out of order: {heads}")


def form(view: str, callback: str, **metadata: Any) -> dict[str, Any]:
    return {
        "id": view,
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(metadata),
    }


def value_of(message: dict[str, Any], action: str) -> str:
    """What the button of that action carries."""
    elements = [e for block in message["blocks"] for e in block.get("elements", [])]
    return str(next(e["value"] for e in elements if e.get("action_id") == action))


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


@asynccontextmanager
async def stand_in() -> AsyncIterator[Workspace]:
    async with Workspace(clock=lambda: datetime.now(UTC)) as slack:
        slack.people.user(AGENT)
        slack.people.channel(DESK)
        yield slack
