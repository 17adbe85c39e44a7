"""The desk's room at Slack's door: its surfaces in one, and its part of the workers' list."""

from datetime import datetime

from bot.delivery import Delivery
from bot.desk import work
from bot.desk.room import Desk
from bot.messages import Asked, Surface, Where, Who
from bot.people.facade import People, Profiles
from bot.people.records import SourceUnreachableError
from bot.people.roles import Role
from bot.render import Message
from bot.slack import tickets
from bot.slack.agent_modals import AgentModals
from bot.slack.agents import AgentSurface
from bot.slack.counter import About, Counter
from bot.slack.desk_home import DeskHome
from bot.slack.front import Front
from bot.slack.relay import RelaySurface
from bot.surfaces import Surfaces


class DeskRoom:
    """Everything of the desk that Slack reaches."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.tickets = tickets.TicketSurface(counter)
        self.surfaces = Surfaces()
        for part in (AgentModals, AgentSurface, RelaySurface, DeskHome):
            part(counter).register(self.surfaces)
        self.tickets.register(self.surfaces)

    def deliver(self, delivery: Delivery) -> None:
        """Register what the desk's jobs do."""
        for kind, handler in work.handlers(self.counter.desk).items():
            delivery.handle(kind, handler)
        for name, follow in work.continuations(self.counter.desk).items():
            delivery.after(name, follow)
        delivery.parked(work.parked(self.counter.desk))
        delivery.send(tickets.GATHER, self.tickets.gather)
        delivery.after(tickets.OPEN, self.tickets.open)


def desk_room(front: Front, desk: Desk, people: People, profiles: Profiles) -> DeskRoom:
    """The desk's room, asking the other rooms of the house."""
    zone = front.settings.zone

    async def is_agent(who: Who) -> bool:
        return Role.AGENT in await people.roles_of(who)

    async def is_specialist(who: Who) -> bool:
        return Role.SPECIALIST in await people.roles_of(who)

    async def about(who: Who, now: datetime) -> About:
        profile = await profiles.of(who)
        try:
            record = await people.record_of(who)
        except SourceUnreachableError:
            record = None
        zone_name, address = (None, None) if profile is None else (profile.zone, profile.address)
        if record is None:
            return About(zone_name, address)
        verdicts = people.verdicts(record, now.astimezone(zone).date())
        status = None if record.account_status is None else str(record.account_status)
        return About(zone_name, address, status, tuple(verdict.as_dict() for verdict in verdicts))

    async def answer(intent: str, who: Who, now: datetime) -> Message:
        where = Where("", Surface.DM)
        asked = Asked("", who, where, f"popular:{who.user}", now, direct=intent)
        answered = await front.conversation.answer(asked, None, now)
        return answered.message or {"text": "", "blocks": []}

    def title(intent: str) -> str | None:
        catalogue = front.conversation.rooms.catalogue
        return catalogue[intent].title if intent in catalogue else None

    return DeskRoom(
        Counter(
            desk=desk,
            store=front.store,
            clock=front.clock,
            is_agent=is_agent,
            is_specialist=is_specialist,
            about=about,
            answer=answer,
            title=title,
            category=front.conversation.category,
        )
    )
