"""What a test does at the desk, on a real database with the stand-in workspace behind it."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.delivery import Delivery, Pacing
from bot.delivery.outbox import Job
from bot.messages import Who
from bot.playground.workspace import Workspace
from bot.render import Renderer
from bot.rooms.desk import opening, search, tickets, work
from bot.rooms.desk.content import DeskContent, load_desk
from bot.rooms.desk.forms import TicketForm
from bot.rooms.desk.opening import Opening
from bot.rooms.desk.relay import find_thread, wrote
from bot.rooms.desk.room import Desk, by_number
from bot.rooms.desk.said import Said
from bot.rooms.desk.tables import Side, Ticket
from bot.slack.sending import register_slack, slack_client
from bot.store import Store
from knowledge.calendar import Calendar, load_calendars
from tests.clock import Clock

TEMPLATES = Path(__file__).parents[4] / "templates"
PERSON, AGENT, OTHER_AGENT = "U0PERSON", "U0AGENT", "U0OTHER"


@cache
def shared() -> tuple[DeskContent, Renderer, Calendar]:
    """What every test's desk has in common: read and compiled once."""
    content = load_desk()
    return content, Renderer(TEMPLATES), load_calendars()[content.calendar]


def make_desk(channel: str, *, settle: float | None = None, numbers: random.Random | None = None) -> Desk:
    content, renderer, calendar = shared()
    if settle is not None:
        relay = content.relay.model_copy(update={"settle_seconds": settle})
        content = content.model_copy(update={"relay": relay})
    return Desk(
        content=content,
        calendar=calendar,
        renderer=renderer,
        channel=channel,
        marker=content.relay.marker,
        numbers=numbers or random.Random(7),
        escalation="S0LEADS",
    )


def opening_of(room: "Room", *, key: str = "form:1", person: str = PERSON, **more: Any) -> Opening:
    """An opening as the form makes it."""
    given = {"category": "account", "subcategory": "other", "details": "Where is my badge?"}
    form = TicketForm(**{**given, **more.pop("form", {})})
    return Opening(key, Who(room.slack.team, person), form, "button", **more)


class Room:
    """What a test does at the desk: each act is one transaction, then the workers run dry."""

    def __init__(self, store: Store, slack: Workspace, clock: Clock, desk: Desk) -> None:
        self.store, self.slack, self.clock, self.desk = store, slack, clock, desk
        self.mails: list[dict[str, Any]] = []
        self.delivery = Delivery(store, clock=clock, pacing=Pacing(pace=timedelta(0)))
        register_slack(self.delivery, slack_client(slack.token, slack.api_url))
        self.delivery.send("mail", self._mail)
        for kind, handler in work.handlers(desk).items():
            self.delivery.handle(kind, handler)
        for name, follow in work.continuations(desk).items():
            self.delivery.after(name, follow)
        self._said = 0

    def use(self, **changes: Any) -> None:
        """Change the desk for this test."""
        self.desk = replace(self.desk, **changes)

    async def _mail(self, job: Job) -> dict[str, Any]:
        self.mails.append(job.payload)
        return {}

    async def settle(self) -> None:
        """Let everything that was said arrive, the relay's short wait included."""
        await self.delivery.drain()
        self.clock.forward(seconds=self.desk.content.relay.settle_seconds)
        await self.delivery.drain()

    async def open(self, *, key: str = "form:1", person: str = PERSON, **more: Any) -> Ticket:
        async with self.store.write() as session:
            ticket = await opening.open_ticket(
                session, self.desk, opening_of(self, key=key, person=person, **more), self.clock()
            )
        await self.settle()
        return await self.look(ticket.number)

    async def look(self, number: str) -> Ticket:
        async with self.store.read() as session:
            return await by_number(session, number)

    async def do(self, act: Callable[..., Awaitable[Any]], number: str, **arguments: Any) -> Any:
        """One of the use cases of `bot.rooms.desk.tickets` on a ticket."""
        async with self.store.write() as session:
            ticket = await by_number(session, number)
            result = await act(session, self.desk, ticket, now=self.clock(), **arguments)
        await self.settle()
        return result

    async def writes(self, ticket: Ticket, side: Side, author: str, text: str, **more: Any) -> Any:
        """Somebody writes in one of the ticket's threads; the message, and the ticket it went to."""
        channel = ticket.person_channel if side is Side.PERSON else ticket.desk_channel
        thread = ticket.person_thread if side is Side.PERSON else ticket.desk_thread
        assert channel is not None
        assert thread is not None
        ts = self.slack.new_ts()
        said = Said(f"message:{ts}", author, text, self.clock(), channel, ts, **more)
        async with self.store.write() as session:
            found = await find_thread(session, channel, thread)
            assert found is not None
            result = await wrote(session, self.desk, found, said, self.clock())
        await self.settle()
        return said, result

    async def replies(self, ticket: Ticket, text: str, **more: Any) -> None:
        """The agent answers with the Reply button."""
        self._said += 1
        said = Said(f"modal:{self._said}", AGENT, text, self.clock())
        await self.do(tickets.answer, ticket.number, said=said, **more)

    async def find(self, query: str) -> list[str]:
        """The numbers of the tickets that a search finds."""
        async with self.store.read() as session:
            return [ticket.number for ticket in await search.find(session, query, team=self.slack.team)]

    def in_thread(self, channel: str | None, thread: str | None) -> list[str]:
        """The texts of our messages in a thread, its root left out."""
        assert channel is not None
        found = self.slack.posted(channel)
        return [m["text"] for m in found if m.get("thread_ts") == thread and m["ts"] != thread]

    def root(self, channel: str | None, ts: str | None) -> dict[str, Any]:
        assert channel is not None
        assert ts is not None
        message = self.slack.message(channel, ts)
        assert message is not None
        return message
