"""The specialists' room on a real database, with its surfaces, the desk's relay and the stand-in."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery import Delivery, Pacing
from bot.messages import Surface, Where, Who
from bot.playground.limits import message_problems, view_problems
from bot.playground.workspace import Workspace
from bot.render import Message, Renderer
from bot.roles import Role
from bot.rooms.desk.content import load_desk
from bot.rooms.desk.room import Desk
from bot.rooms.desk.specialists import chat, work
from bot.rooms.desk.specialists.content import load_specialists
from bot.rooms.desk.specialists.room import Specialists
from bot.rooms.desk.specialists.surface.duty import DutySurface
from bot.rooms.desk.specialists.surface.job_posts import JobPostButtons, JobPostForms
from bot.rooms.desk.specialists.surface.talks import MESSAGE, Floor, SpecialistSurface
from bot.rooms.desk.specialists.surface.video import VideoSurface
from bot.rooms.desk.surface.counter import About, Counter
from bot.rooms.desk.surface.room import DeskRoom
from bot.rooms.desk.tables import Ticket
from bot.slack.sending import register_slack, slack_client
from bot.store import Store
from bot.surfaces import Commanded, Pressed, Said, Submitted, View, merged
from knowledge.calendar import load_calendars
from knowledge.load import load
from tests.clock import Clock

TEMPLATES = Path(__file__).parents[5] / "templates"
DESK, LOUNGE = "C0DESK", "C0LOUNGE"
ANA, BEN, CAT = "U0ANA", "U0BEN", "U0CAT"
SPEC, SPEC2, AGENT = "U0SPEC", "U0SPEC2", "U0AGENT"
ROLES = {SPEC: {Role.SPECIALIST}, SPEC2: {Role.SPECIALIST}, AGENT: {Role.AGENT}}
KNOWLEDGE = load()
CALENDARS, DESK_CONTENT, CONTENT = load_calendars(), load_desk(), load_specialists()
RENDERER = Renderer(TEMPLATES)


class House:
    """What people do in Slack, each act as Slack would bring it, once or twice."""

    def __init__(self, store: Store, slack: Workspace, clock: Clock, *, meeting: str | None) -> None:
        self.store, self.slack, self.clock = store, slack, clock
        calendars, content = CALENDARS, DESK_CONTENT
        desk = Desk(
            content=content,
            calendar=calendars["desk"],
            renderer=RENDERER,
            channel=DESK,
            marker=content.relay.marker,
            numbers=random.Random(7),
        )
        self.room = Specialists(CONTENT, calendars, desk, LOUNGE, meeting, random.Random(7))
        self.desk = with_hooks(self.room)
        self.delivery = Delivery(store, clock=clock, pacing=Pacing(pace=timedelta(0)))
        register_slack(self.delivery, slack_client(slack.token, slack.api_url))
        counter = Counter(
            desk=self.desk,
            store=store,
            clock=clock,
            is_agent=partial(self._has, Role.AGENT),
            is_specialist=partial(self._has, Role.SPECIALIST),
            about=_about,
            answer=_nothing,
            title=lambda _: None,
            category=lambda _: "other",
        )
        self.at_desk = DeskRoom(counter)
        self.at_desk.jobs.register(self.delivery)
        floor = Floor(self.room, counter, self._roles)
        talks = SpecialistSurface(floor)
        posts = JobPostForms(floor, KNOWLEDGE.wording.categories)
        buttons = JobPostButtons(floor, KNOWLEDGE.wording.categories)
        checks = VideoSurface(floor, KNOWLEDGE)
        self.surfaces = merged(
            self.at_desk.surfaces,
            talks.surfaces(),
            DutySurface(floor).surfaces(),
            checks.surfaces(),
            posts.surfaces(),
            buttons.surfaces(),
        )
        self.delivery.after(MESSAGE, talks.open_message)
        for kind, handler in work.handlers(self.room).items():
            self.delivery.handle(kind, handler)
        for name, follow in work.continuations().items():
            self.delivery.after(name, follow)
        self._count = 0

    async def _roles(self, who: Who) -> frozenset[Role]:
        return frozenset(ROLES.get(who.user, ()))

    async def _has(self, role: Role, who: Who) -> bool:
        return role in await self._roles(who)

    # What people do

    async def press(self, user: str, action: str, value: object = "", *, key: str | None = None) -> None:
        """Somebody presses a button; what comes of it has arrived when this returns."""
        await self.pressed(self.pressing(user, action, value, key=key))
        await self.settle()

    def pressing(self, user: str, action: str, value: object = "", *, key: str | None = None) -> Pressed:
        self._count += 1
        where = Where(self.slack.people.dm(user), Surface.DM)
        key = key or f"press:{user}:{self._count}"
        return Pressed(action, str(value), Who(self.slack.team, user), where, key, self.clock())

    async def pressed(self, press: Pressed) -> None:
        async with self.store.write() as session:
            await self.surfaces.presses[press.action](session, press, self.clock())

    async def both(self, *presses: Pressed) -> None:
        """Two people press at the same moment."""
        await asyncio.gather(*map(self.pressed, presses))
        await self.settle()

    async def opens(self, user: str, action: str, value: object = "") -> dict[str, Any]:
        """Somebody opens a modal: what they see."""
        view = await self.surfaces.openers[action](self.pressing(user, action, value), self.clock())
        return self._drawn(view)

    async def chooses(self, user: str, action: str, value: object, view: dict[str, Any]) -> dict[str, Any]:
        """Somebody chooses from a menu of a modal: what they see then."""
        pressed = replace(self.pressing(user, action, value), metadata=view["private_metadata"])
        return self._drawn(await self.surfaces.updates[action](pressed, self.clock()))

    def _drawn(self, view: View | None) -> dict[str, Any]:
        assert isinstance(view, View)
        drawn = self.room.renderer.view(view.template, view.context)
        assert view_problems(drawn) == []
        return drawn

    async def sends(
        self, user: str, view: dict[str, Any], fields: dict[str, Any], *, key: str | None = None
    ) -> dict[str, str]:
        """Somebody sends a modal; what is wrong with it, by block."""
        self._count += 1
        form = Submitted(
            view["callback_id"],
            Who(self.slack.team, user),
            fields,
            view.get("private_metadata", ""),
            key or f"form:{self._count}",
            self.clock(),
        )
        check = self.surfaces.checks.get(form.form)
        errors = {} if check is None else dict(await check(form, self.clock()))
        if not errors:
            await self.submitted(form)
            await self.settle()
        return errors

    async def submitted(self, form: Submitted) -> None:
        async with self.store.write() as session:
            await self.surfaces.forms[form.form](session, form, self.clock())

    async def commands(self, user: str, name: str, words: str = "") -> None:
        self._count += 1
        where = Where(self.slack.people.dm(user), Surface.COMMAND)
        command = Commanded(
            name, words, Who(self.slack.team, user), where, f"command:{self._count}", self.clock()
        )
        async with self.store.write() as session:
            await self.surfaces.commands[name](session, command, self.clock())
        await self.settle()

    async def writes(self, user: str, channel: str, thread: str, text: str) -> None:
        """Somebody writes in a thread."""
        ts = self.slack.new_ts()
        where = Where(channel, Surface.DM if channel.startswith("D") else Surface.CHANNEL, thread, ts)
        said = Said(Who(self.slack.team, user), where, text, (), f"message:{ts}", self.clock(), text)
        async with self.store.write() as session:
            for hear in self.surfaces.said:
                if await hear(session, said, self.clock()):
                    break
        await self.settle()

    async def joins(self, user: str, details: str = "Plan my project") -> None:
        """Somebody gets in line for a talk."""
        view = await self.opens(user, "specialist.talk")
        assert await self.sends(user, view, {"details": details}) == {}

    async def settle(self) -> None:
        """Let everything arrive, short waits included."""
        await self.delivery.drain()
        self.clock.forward(seconds=2)
        await self.delivery.drain()

    # What is seen

    def texts(self, channel: str) -> list[str]:
        """All messages of ours in a channel as they stand now, and none that Slack would refuse."""
        found = self.slack.posted(channel)
        assert [problem for message in found for problem in message_problems(message)] == []
        return [message["text"] for message in found]

    def dm(self, user: str) -> list[str]:
        """What somebody reads in their DM with us."""
        return self.texts(self.slack.people.dm(user))

    def buttons(self, channel: str, action: str) -> list[str]:
        """The values of all buttons of that action that stand in a channel now."""
        return [
            element.get("value", element.get("url", ""))
            for message in self.slack.posted(channel)
            for block in message["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
            if element["action_id"].partition("#")[0] == action
        ]

    async def tickets(self) -> list[Ticket]:
        async with self.store.read() as session:
            return list((await session.scalars(select(Ticket).order_by("id"))).all())


def with_hooks(room: Specialists) -> Desk:
    """The desk that tells the specialists what concerns them, as bot/app.py joins them."""
    return replace(
        room.desk,
        on_hand_over=partial(chat.handed_over, room=room),
        on_turn=partial(chat.turned, room=room),
    )


async def _about(*_: object) -> About:
    return About(zone="Europe/Berlin")


async def _nothing(*_: object) -> Message:
    return {"text": "", "blocks": []}


@pytest.fixture
def slack(workspace: Workspace) -> Workspace:
    for user in (ANA, BEN, CAT, SPEC, SPEC2, AGENT):
        workspace.people.user(user)
    for channel in (DESK, LOUNGE):
        workspace.people.channel(channel)
    return workspace


@pytest.fixture
def house(store: Store, slack: Workspace, clock: Clock) -> House:
    """On each database; it is Monday, 9 am Pacific."""
    return House(store, slack, clock, meeting="https://meet.example/{id}")


@pytest.fixture
def sqlite_house(sqlite_store: Store, slack: Workspace, clock: Clock) -> House:
    """On SQLite alone, where the database makes no difference."""
    return House(sqlite_store, slack, clock, meeting="https://meet.example/{id}")
