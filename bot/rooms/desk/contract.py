"""What the desk brings to the house: tickets, specialists, job posts, video checks, and how it all does."""

import random
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.delivery.upkeep import aged
from bot.messages import Asked, Surface, Where, Who
from bot.render import Message
from bot.roles import Role, Roles
from bot.room import House, Jobs, Room
from bot.rooms.desk import absent, answers
from bot.rooms.desk.content import load_desk
from bot.rooms.desk.forgetting import forget_words
from bot.rooms.desk.gauges import gauges
from bot.rooms.desk.kept import kept
from bot.rooms.desk.room import Desk
from bot.rooms.desk.specialists import answers as specialist_answers
from bot.rooms.desk.specialists import chat, forgetting, work
from bot.rooms.desk.specialists.content import load_specialists
from bot.rooms.desk.specialists.room import Specialists
from bot.rooms.desk.specialists.surface.duty import DutySurface
from bot.rooms.desk.specialists.surface.job_posts import JobPostButtons, JobPostForms
from bot.rooms.desk.specialists.surface.talks import MESSAGE, Floor, SpecialistSurface
from bot.rooms.desk.specialists.surface.video import VideoSurface
from bot.rooms.desk.specialists.zones import Zones
from bot.rooms.desk.statistics import surface as statistics
from bot.rooms.desk.statistics.surface import StatsSurface
from bot.rooms.desk.surface import person_home
from bot.rooms.desk.surface.counter import About, Counter
from bot.rooms.desk.surface.room import DeskRoom
from bot.rooms.desk.threads import LANES
from bot.surfaces import Surfaces, merged


def room(house: House) -> Room:
    """The room, built from the settings and the content that stands beside it. Raises ContentError."""
    desk, specialists = _built(house)
    in_slack = DeskRoom(_counter(house, desk))
    floor = Floor(specialists, in_slack.counter, house.roles.of)
    talks = SpecialistSurface(floor)
    stats = StatsSurface(desk=desk, store=house.store, is_agent=house.has(Role.AGENT))
    knowledge = house.resources.knowledge
    zones = Zones(house.profiles, house.clock)
    home = partial(person_home.home, desk=desk, store=house.store, questions=house.conversation.prompts)
    return Room(
        name="desk",
        answers={**answers.kinds(desk), **specialist_answers.kinds(specialists, zones)},
        surfaces=merged(
            in_slack.surfaces,
            stats.surfaces(),
            talks.surfaces(),
            DutySurface(floor).surfaces(),
            VideoSurface(floor, knowledge).surfaces(),
            JobPostForms(floor, knowledge.wording.categories).surfaces(),
            JobPostButtons(floor, knowledge.wording.categories).surfaces(),
            Surfaces(common_home=home),
        ),
        jobs=(
            in_slack.jobs,
            Jobs(
                handle=work.handlers(specialists),
                after={**work.continuations(), MESSAGE: talks.open_message},
            ),
            absent.jobs(desk, partial(_workers, house.roles)),
            Jobs(
                send={statistics.KIND: stats.draw},
                after={statistics.THEN: stats.show, statistics.CHARTS: stats.attach},
            ),
        ),
        begin=absent.schedule,
        upkeep={"tickets": aged(forget_words), "specialists": aged(forgetting.purge)},
        gauges=gauges,
        kept=kept,
        forget=forgetting.forget,
        spared=(LANES,),
        facade=desk,
    )


async def _workers(roles: Roles) -> frozenset[str]:
    """Who may hold a ticket; nobody where Slack does not say who the agents are."""
    agents = await roles.holders(Role.AGENT)
    return agents | await roles.holders(Role.SPECIALIST) if agents else frozenset()


def _built(house: House) -> tuple[Desk, Specialists]:
    """The desk and the specialists, each told by the other of what concerns it."""
    settings, calendars = house.settings, house.resources.calendars
    content = load_desk()
    desk = Desk(
        content=content,
        calendar=calendars[content.calendar],
        renderer=house.renderer,
        channel=settings.desk_channel or "",
        marker=settings.relay_marker or content.relay.marker,
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
    hand_over, turn = partial(chat.handed_over, room=specialists), partial(chat.turned, room=specialists)
    return replace(desk, on_hand_over=hand_over, on_turn=turn), specialists


def _counter(house: House, desk: Desk) -> Counter:
    """What the desk's surfaces ask of the rest of the house."""
    conversation, catalogue = house.conversation, house.resources.catalogue

    async def about(who: Who, now: datetime) -> About:
        profile = await house.profiles.of(who)
        account = await house.account(who, now)
        zone, address = (None, None) if profile is None else (profile.zone, profile.address)
        figures = tuple(await house.figures(who, now))
        return About(zone, address, account.status, account.verdicts, figures)

    async def answer(intent: str, who: Who, now: datetime) -> Message:
        asked = Asked("", who, Where("", Surface.DM), f"popular:{who.user}", now, direct=intent)
        answered = await conversation.answer(asked, None, now)
        return answered.message or {"text": "", "blocks": []}

    def community() -> bool:
        return conversation.replies.community

    def title(intent: str) -> str | None:
        return catalogue[intent].title if intent in catalogue else None

    return Counter(
        desk=desk,
        store=house.store,
        clock=house.clock,
        is_agent=house.has(Role.AGENT),
        is_specialist=house.has(Role.SPECIALIST),
        about=about,
        answer=answer,
        title=title,
        category=conversation.replies.category,
        community=community,
    )
