"""The composition root: here all rooms are built and joined, and nowhere else.

    async with build(settings) as laurel:
        await laurel.delivery.start()

`build` only notes what is wanted; entering the context reads the content, opens the database and makes the
rooms. Nothing is sent to Slack before `delivery` runs.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers import Rooms
from bot.conversation import Conversation
from bot.delivery import Delivery, MailServer, Pacing, register_slack, slack_client, slack_session
from bot.desk.content import load_desk
from bot.desk.room import Desk
from bot.incidents.content import load_incidents
from bot.people.facade import People
from bot.people.links import Links
from bot.people.recheck import Recheck
from bot.people.records import RecordSource
from bot.people.roles import Role, Roles
from bot.people.sources import open_source
from bot.render import Renderer
from bot.settings import Settings
from bot.slack.directory import Directory, Users
from bot.slack.front import Front
from bot.slack.inbox import Inbox
from bot.slack.listeners import bolt_app
from bot.specialists import chat
from bot.specialists.content import load_specialists
from bot.specialists.room import Specialists
from bot.store import Store
from bot.surfaces import Surfaces
from bot.upkeep import Upkeep
from bot.wiring import join
from intents.dialogue import Understanding
from intents.entities import load_entities
from intents.load import load_catalogue
from intents.model import Catalogue
from intents.points import Wording
from knowledge.calendar import load_calendars
from knowledge.load import load
from knowledge.model import Knowledge

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
Clock = Callable[[], datetime]


def wordings(knowledge: Knowledge) -> list[Wording]:
    """What people ask for the points of the knowledge, for understanding, which knows no knowledge."""
    return [
        Wording(ask, point.id, point.intent, point.program, point.audience)
        for point in knowledge.points.values()
        for ask in point.asks
    ]


@dataclass(frozen=True, slots=True)
class Content:
    """What is read from files once: it is the same for every process and never changes while one runs."""

    knowledge: Knowledge
    catalogue: Catalogue
    understanding: Understanding
    renderer: Renderer

    @classmethod
    def read(cls, cache: Path | None = None) -> "Content":
        """Everything from YAML and templates, and the matcher trained on it, or what `cache` kept of that.

        Raises ContentError.
        """
        catalogue = load_catalogue()
        knowledge = load()
        return cls(
            knowledge=knowledge,
            catalogue=catalogue,
            understanding=Understanding.train(
                catalogue, load_entities(), points=wordings(knowledge), cache=cache
            ),
            renderer=Renderer(TEMPLATES),
        )


@dataclass(frozen=True, slots=True)
class Laurel:
    """The whole house."""

    settings: Settings
    clock: Clock
    content: Content
    store: Store
    people: People
    desk: Desk
    conversation: Conversation
    delivery: Delivery
    weekly: Recheck
    upkeep: Upkeep
    front: Front
    bolt: AsyncApp


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Clock = lambda: datetime.now(UTC),
    content: Content | None = None,
    pacing: Pacing | None = None,
) -> AsyncIterator[Laurel]:
    """The house while the context lasts. `content` may be shared by several.

    Raises ContentError, SettingsError, and SchemaError where the database's schema is another release's.
    """
    read = content if content is not None else await asyncio.to_thread(Content.read, settings.cache)
    store = await Store.open(settings.database_url)
    source = open_source(settings, store)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    connections = slack_session()
    client = slack_client(token, settings.slack_api_url, session=connections)
    try:
        yield _joined(settings, client, clock=clock, content=read, store=store, source=source, pacing=pacing)
    finally:
        await connections.close()
        await source.close()
        await store.close()


def _joined(
    settings: Settings,
    client: AsyncWebClient,
    *,
    clock: Clock,
    content: Content,
    store: Store,
    source: RecordSource,
    pacing: Pacing | None,
) -> Laurel:
    calendars = load_calendars()
    people = People(
        store,
        source,
        content.knowledge,
        Links(store, source, settings.key),
        Roles(Directory(client), _places(settings), lambda: asyncio.get_running_loop().time()),
        match_by_email=Users(client) if settings.link_by_email else None,
    )
    desk_content = load_desk()
    desk = Desk(
        content=desk_content,
        calendar=calendars[desk_content.calendar],
        renderer=content.renderer,
        channel=settings.desk_channel or "",
        marker=settings.relay_marker or desk_content.relay.marker,
        numbers=random.SystemRandom(),
        escalation=settings.agent_group,
    )
    specialists = Specialists(
        content=load_specialists(),
        calendars=calendars,
        desk=desk,
        channel=settings.specialist_channel,
        meeting_url=settings.meeting_url,
        numbers=random.SystemRandom(),
    )
    desk = replace(
        desk,
        on_hand_over=partial(chat.handed_over, room=specialists),
        on_turn=partial(chat.turned, room=specialists),
    )
    rooms = Rooms(
        knowledge=content.knowledge,
        catalogue=content.catalogue,
        calendars=calendars,
        zone=settings.zone,
        people=people,
        desk=desk,
        incidents=load_incidents(),
        specialists=specialists,
        store=store,
        settings=settings,
    )
    conversation = Conversation(rooms=rooms, understanding=content.understanding, renderer=content.renderer)
    front = Front(
        settings=settings,
        clock=clock,
        store=store,
        inbox=Inbox(store, clock),
        conversation=conversation,
        renderer=content.renderer,
        surfaces=Surfaces(),
        client=client,
    )
    delivery = Delivery(store, clock=clock, pacing=pacing)
    register_slack(delivery, client)
    weekly, upkeep = join(
        front,
        delivery,
        desk=desk,
        people=people,
        source=source,
        incident_content=rooms.incidents,
        specialists=specialists,
        mail_server=_mail_server(settings),
    )
    return Laurel(
        settings=settings,
        clock=clock,
        content=content,
        store=store,
        people=people,
        desk=desk,
        conversation=conversation,
        delivery=delivery,
        weekly=weekly,
        upkeep=upkeep,
        front=front,
        bolt=bolt_app(front),
    )


def _places(settings: Settings) -> dict[Role, list[str]]:
    """Whose members have which role."""
    named = {
        Role.AGENT: (settings.agent_group, settings.agent_channel),
        Role.MODERATOR: (settings.moderator_group, settings.moderator_channel),
        Role.SPECIALIST: (settings.specialist_group, settings.specialist_channel),
    }
    return {role: [place for place in places if place] for role, places in named.items()}


def _mail_server(settings: Settings) -> MailServer | None:
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        tls=settings.smtp_tls == "tls",
        start_tls={"starttls": True, "none": False}.get(settings.smtp_tls),
    )
