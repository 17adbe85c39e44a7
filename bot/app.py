"""The composition root: here all rooms are built and joined, and nowhere else.

    async with build(settings) as laurel:
        await laurel.delivery.start()

`build` only notes what is wanted; entering the context reads the content, opens the database and makes the
rooms, in the order of `ROOMS`. Nothing is sent to Slack before `delivery` runs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, conversations, missed, surface
from bot.asking.conversation import Conversation
from bot.asking.question import Resources
from bot.content import Content
from bot.delivery import Delivery, Pacing, mail_sender, mail_server, purging
from bot.delivery.gauges import gauges as queue_gauges
from bot.delivery.outbox import Job
from bot.delivery.upkeep import BEGIN, FORGET, Upkeep, aged
from bot.messages import Who
from bot.roles import Roles, places
from bot.room import House, Room
from bot.rooms.desk import contract as desk
from bot.rooms.incidents import contract as incidents
from bot.rooms.moderation import contract as moderation
from bot.rooms.people import contract as people
from bot.rooms.setup import contract as setup
from bot.settings import Settings
from bot.slack import tables as _tables  # noqa: F401 - so that whoever knows the house knows all tables
from bot.slack.directory import Directory, Users
from bot.slack.files import SlackFiles
from bot.slack.front import Front
from bot.slack.inbox import Inbox
from bot.slack.members import departed
from bot.slack.sending import register_slack, slack_client, slack_session
from bot.slack.stored import deliver
from bot.store import Store
from bot.store.kept import Kept
from bot.surfaces import merged
from bot.watch.metrics import Gauge, Metrics
from knowledge.calendar import load_calendars

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

Clock = Callable[[], datetime]
Build = Callable[[House], Room]
Facade = TypeVar("Facade")

ROOMS: tuple[Build, ...] = (desk.room, people.room, incidents.room, moderation.room, setup.room)
"""The house's rooms. Whoever adds one adds it here."""


@dataclass(frozen=True)
class Laurel:
    """The whole house."""

    settings: Settings
    clock: Clock
    content: Content
    store: Store
    rooms: tuple[Room, ...]
    conversation: Conversation
    delivery: Delivery
    upkeep: Upkeep
    front: Front
    metrics: Metrics

    @cached_property
    def bolt(self) -> "AsyncApp":
        """Slack's way in; built when somebody serves, for a command takes nothing in."""
        from bot.slack.listeners import bolt_app  # it brings Bolt

        return bolt_app(self.front)

    def of(self, kind: type[Facade]) -> Facade:
        """What a room lets commands and tests ask directly. Raises LookupError where no room has it."""
        for room in self.rooms:
            if isinstance(room.facade, kind):
                return room.facade
        raise LookupError(kind.__name__)

    async def gauges(self) -> list[Gauge]:
        """What the rooms and the queue have to show to whoever watches, as it stands now."""
        now = self.clock()
        async with self.store.read() as session:
            found = list(await queue_gauges(session, now))
            for room in self.rooms:
                if room.gauges is not None:
                    found += await room.gauges(session)
        return found

    async def begin(self) -> None:
        """Schedule what happens by itself from now on; what is scheduled already stays as it is."""
        now = self.clock()
        async with self.store.write() as session:
            await self.upkeep.schedule(session, now)
            for room in self.rooms:
                if room.begin is not None:
                    await room.begin(session, now)


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Clock = lambda: datetime.now(UTC),
    content: Content | None = None,
    pacing: Pacing | None = None,
    rooms: Sequence[Build] = ROOMS,
    metrics: Metrics | None = None,
) -> AsyncIterator[Laurel]:
    """The house while the context lasts. `content` and `metrics` may be shared by several.

    Raises ContentError, SettingsError, and SchemaError where the database's schema is another release's.
    """
    read = content if content is not None else await asyncio.to_thread(Content.read, settings.cache)
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.database_url)
        stack.push_async_callback(store.close)
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
        connections = slack_session()
        stack.push_async_callback(connections.close)
        metrics = metrics or Metrics()
        client = slack_client(token, settings.slack_api_url, session=connections, count=metrics.called)
        house = _house(settings, client, clock=clock, content=read, store=store)
        for room in (_asking, *rooms):
            built = room(house)
            house.rooms.append(built)
            if built.close is not None:
                stack.push_async_callback(built.close)
        yield _joined(house, client, content=read, pacing=pacing, metrics=metrics)


def _house(
    settings: Settings, client: AsyncWebClient, *, clock: Clock, content: Content, store: Store
) -> House:
    """What the rooms are given."""
    resources = Resources(
        knowledge=content.knowledge,
        catalogue=content.catalogue,
        calendars=load_calendars(),
        zone=settings.zone,
        store=store,
    )
    server, directory = mail_server(settings), Directory(client)
    return House(
        settings=settings,
        clock=clock,
        store=store,
        resources=resources,
        renderer=content.renderer,
        conversation=Conversation(
            resources=resources, understanding=content.understanding, renderer=content.renderer
        ),
        roles=Roles(directory, places(settings), lambda: asyncio.get_running_loop().time()),
        profiles=Users(client),
        places=directory,
        files=SlackFiles(client),
        mail=None if server is None else mail_sender(server),
    )


def _asking(house: House) -> Room:
    """The controls below answers, and what is remembered of conversations."""

    async def forget(session: AsyncSession, who: Who) -> None:
        await conversations.forget(session, who.team, who.user)
        await answers.forget(session, who)
        await missed.forget(session, who)

    async def kept(session: AsyncSession, who: Who) -> Kept:
        return {
            **await conversations.kept(session, who),
            **await answers.kept(session, who),
            **await missed.kept(session, who),
        }

    return Room(
        name="asking",
        surfaces=surface.surfaces(house.conversation),
        upkeep={
            "conversations": aged(conversations.purge),
            "answers": aged(answers.purge),
            "missed": aged(missed.purge),
        },
        kept=kept,
        forget=forget,
    )


def _joined(
    house: House, client: AsyncWebClient, *, content: Content, pacing: Pacing | None, metrics: Metrics
) -> Laurel:
    """The rooms joined: answers to the conversation, surfaces to Slack, jobs to delivery."""
    settings, rooms, conversation = house.settings, tuple(house.rooms), house.conversation
    for room in rooms:
        twice = conversation.replies.answers.keys() & room.answers.keys()
        if twice:
            raise ValueError(f"answers: two rooms answer {', '.join(sorted(twice))}")
        conversation.replies.answers |= room.answers
        conversation.replies.notices += room.notices
        conversation.replies.own = room.own or conversation.replies.own
    front = Front(
        settings=settings,
        clock=house.clock,
        store=house.store,
        inbox=Inbox(house.store, house.clock),
        conversation=conversation,
        renderer=house.renderer,
        surfaces=merged(*(room.surfaces for room in rooms)),
        client=client,
        roles=house.roles,
    )
    house.roles.ours = front.ours
    house.roles.departed = partial(departed, house.store)
    delivery = Delivery(house.store, clock=house.clock, pacing=pacing)
    register_slack(delivery, client, replied=_replied(house.clock, metrics))
    delivery.send("mail", house.mail or mail_sender(None))
    conversation.told = metrics.answered
    deliver(front, delivery)
    for room in rooms:
        for jobs in room.jobs:
            jobs.register(delivery)
    return Laurel(
        settings=settings,
        clock=house.clock,
        content=content,
        store=house.store,
        rooms=rooms,
        conversation=conversation,
        delivery=delivery,
        upkeep=_upkeep(house, delivery),
        front=front,
        metrics=metrics,
    )


def _replied(clock: Clock, metrics: Metrics) -> Callable[[Job], None]:
    """Measures from the event that a reply answers, whose time is the reply's order, to now."""

    def replied(job: Job) -> None:
        metrics.replied(clock().timestamp() - float(job.order))

    return replied


def _upkeep(house: House, delivery: Delivery) -> Upkeep:
    """What is forgotten in time: each room's part, and the jobs that are done."""
    spared = tuple(lane for room in house.rooms for lane in room.spared)

    async def jobs(session: AsyncSession, before: datetime, now: datetime) -> None:
        del now
        await purging.purge(session, before)
        await purging.purge_parked(session, before, spare=spared)

    parts = {name: part for room in house.rooms for name, part in room.upkeep.items()}
    settings = house.settings
    upkeep = Upkeep({**parts, "jobs": jobs}, keep=timedelta(days=settings.retention_days), zone=settings.zone)
    delivery.handle(BEGIN, upkeep.begin)
    delivery.handle(FORGET, upkeep.forget)
    return upkeep
