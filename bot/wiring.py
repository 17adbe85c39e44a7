"""The rooms at Slack's door: what each takes, what the workers do for it. Part of the composition root."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.why import Explainer
from bot.delivery import Delivery, mail_sender
from bot.delivery.mail import MailServer
from bot.desk.forgetting import forget_words
from bot.desk.room import Desk
from bot.desk.threads import LANES as TICKET_LANES
from bot.incidents import incidents
from bot.incidents.content import IncidentContent
from bot.learning import answers
from bot.messages import Who
from bot.people import recheck
from bot.people.checking import Checker
from bot.people.facade import MAY_LOOK, People
from bot.people.linking import REQUEST, Linking, Mail
from bot.people.links import SEND_CODE
from bot.people.recheck import Recheck
from bot.people.records import RecordSource
from bot.people.roles import Role
from bot.people.surface import LOOK, PeopleSurface
from bot.people.telling import Telling
from bot.slack import builtin, stats
from bot.slack.desk import desk_room
from bot.slack.directory import Users
from bot.slack.duty import DutySurface
from bot.slack.front import Front
from bot.slack.incidents import IncidentSurface
from bot.slack.job_posts import JobPostSurface
from bot.slack.listeners import deliver, merged
from bot.slack.specialists import MESSAGE, Floor, SpecialistSurface
from bot.slack.stats import StatsSurface
from bot.slack.video import VideoSurface
from bot.slack.why import WhySurface
from bot.specialists import forgetting, work
from bot.specialists.room import Specialists
from bot.store import conversations, outbox
from bot.surfaces import Surfaces
from bot.upkeep import BEGIN, FORGET, Part, Upkeep
from knowledge.load import DIRECTORY


def join(
    front: Front,
    delivery: Delivery,
    *,
    desk: Desk,
    people: People,
    source: RecordSource,
    incident_content: IncidentContent,
    specialists: Specialists,
    mail_server: MailServer | None,
) -> tuple[Recheck, Upkeep]:
    """Give every room its surfaces and its jobs; returns the runs that whoever starts the house schedules."""
    send_mail = mail_sender(mail_server)
    delivery.send("mail", send_mail)
    users = Users(front.client)
    rooms = desk_room(front, desk, people, users)
    rooms.deliver(delivery)
    front.surfaces = merged(
        rooms.surfaces,
        _people(front, delivery, people, send_mail if mail_server else None),
        _incidents(front, delivery, incident_content, people),
        _stats(front, delivery, desk, people),
        *_specialists(front, delivery, Floor(specialists, rooms.counter, people.roles_of)),
        builtin.surfaces(front),
        _why(front, people),
    )
    deliver(front, delivery)
    return _recheck(front, delivery, source, users), _upkeep(front, delivery, people)


def _people(front: Front, delivery: Delivery, people: People, send_mail: Mail | None) -> Surfaces:
    """Links, privacy, and looking at another's record."""

    async def forget(session: AsyncSession, who: Who) -> None:
        await conversations.forget(session, who.team, who.user)
        await answers.forget(session, who)

    linking = Linking(
        front.store,
        people.links,
        render=front.renderer.message,
        render_text=front.renderer.text,
        mail=send_mail,
        clock=front.clock,
        forget=[forget, forgetting.forget, incidents.unsubscribe],
    )
    surface = PeopleSurface(front.store, people, linking, zone=front.settings.zone, clock=front.clock)
    delivery.send(REQUEST, linking.request)
    delivery.send(SEND_CODE, linking.send_code)
    delivery.send(LOOK, surface.look)
    taken = Surfaces()
    surface.register(taken)
    return taken


def _incidents(front: Front, delivery: Delivery, content: IncidentContent, people: People) -> Surfaces:
    """What is down."""
    delivery.handle(incidents.TELL, partial(incidents.tell, content=content, renderer=front.renderer))
    surface = IncidentSurface(
        content=content, renderer=front.renderer, store=front.store, is_agent=_agents(people)
    )
    return surface.surfaces()


def _specialists(front: Front, delivery: Delivery, floor: Floor) -> list[Surfaces]:
    """Category Specialists, video checks and job posts."""
    knowledge = front.conversation.rooms.knowledge
    talks = SpecialistSurface(floor)
    delivery.after(MESSAGE, talks.open_message)
    for kind, handler in work.handlers(floor.room).items():
        delivery.handle(kind, handler)
    for name, follow in work.continuations().items():
        delivery.after(name, follow)
    checks = VideoSurface(floor, knowledge)
    posts = JobPostSurface(floor, knowledge.wording.categories)
    return [talks.surfaces(), DutySurface(floor).surfaces(), checks.surfaces(), posts.surfaces()]


def _stats(front: Front, delivery: Delivery, desk: Desk, people: People) -> Surfaces:
    """How the desk does."""
    surface = StatsSurface(desk=desk, store=front.store, is_agent=_agents(people))
    delivery.send(stats.KIND, surface.draw)
    delivery.after(stats.THEN, surface.show)
    delivery.after(stats.CHARTS, surface.attach)
    return surface.surfaces()


def _why(front: Front, people: People) -> Surfaces:
    """Why something was understood as it was, for those who may see what others said."""

    async def may(who: Who) -> bool:
        return not (await people.roles_of(who)).isdisjoint(MAY_LOOK)

    conversation = front.conversation
    explainer = Explainer(conversation.understanding, conversation.rooms.catalogue)
    return WhySurface(front, explainer, may).surfaces()


def _recheck(front: Front, delivery: Delivery, source: RecordSource, users: Users) -> Recheck:
    """The weekly run and what it tells."""
    settings = front.settings
    weekly = Recheck(front.store, source, Checker(DIRECTORY), zone=settings.zone, clock=front.clock)
    telling = Telling(
        front.store,
        front.conversation.rooms.knowledge,
        render=front.renderer.message,
        zone=settings.zone,
        quiet=settings.quiet,
        clock=front.clock,
        profiles=users,
    )
    delivery.handle(recheck.BEGIN, weekly.begin)
    delivery.send(recheck.CHUNK, weekly.chunk)
    delivery.send(recheck.TELL, telling.tell)
    return weekly


def _upkeep(front: Front, delivery: Delivery, people: People) -> Upkeep:
    """What each room forgets in time."""

    async def codes(session: AsyncSession, before: datetime, now: datetime) -> None:
        del before
        await people.links.purge(session, now)

    async def jobs(session: AsyncSession, before: datetime, now: datetime) -> None:
        del now
        await outbox.purge(session, before)
        await outbox.purge_parked(session, before, spare=TICKET_LANES)

    def aged(forget: Callable[[AsyncSession, datetime], Awaitable[object]]) -> Part:
        async def part(session: AsyncSession, before: datetime, now: datetime) -> object:
            del now
            return await forget(session, before)

        return part

    upkeep = Upkeep(
        {
            "conversations": aged(conversations.purge),
            "answers": aged(answers.purge),
            "tickets": aged(forget_words),
            "specialists": aged(forgetting.purge),
            "codes": codes,
            "jobs": jobs,
        },
        keep=timedelta(days=front.settings.retention_days),
        zone=front.settings.zone,
    )
    delivery.handle(BEGIN, upkeep.begin)
    delivery.handle(FORGET, upkeep.forget)
    return upkeep


def _agents(people: People) -> Callable[[Who], Awaitable[bool]]:
    async def is_agent(who: Who) -> bool:
        return Role.AGENT in await people.roles_of(who)

    return is_agent
