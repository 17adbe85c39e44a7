"""The specialists' room and its desk as a server that can be killed; see tests/bot/rooms/desk/server.py."""

import random
from datetime import timedelta
from typing import Any, cast

from bot.delivery import Delivery
from bot.messages import Who
from bot.roles import Role
from bot.rooms.desk.specialists import work
from bot.rooms.desk.specialists.room import Specialists
from bot.rooms.desk.specialists.surface.talks import MESSAGE, Floor, SpecialistSurface
from bot.rooms.desk.surface.counter import About, Counter
from bot.rooms.desk.surface.room import DeskRoom
from bot.settings import Settings
from bot.slack.front import Front
from bot.slack.sending import register_slack
from bot.slack.stored import deliver
from bot.store import Store
from bot.surfaces import merged
from knowledge.calendar import Calendar
from tests.bot.rooms.desk.room import make_desk
from tests.bot.rooms.desk.server import PACING, main, make_front, now
from tests.bot.rooms.desk.specialists.conftest import CONTENT, LOUNGE, SPEC, SPEC2, with_hooks


def specialists() -> Specialists:
    """The room, open for the next days: the server's time is the real one."""
    desk = make_desk("C0DESK", settle=1.0, numbers=random.SystemRandom())
    days = {now().date() + timedelta(days=n): ("00:00-24:00",) for n in (-1, 0, 1)}
    always = Calendar.model_validate(
        {"title": "Open", "zone": "UTC", "zone_title": "UTC", "week": {}, "open": days}
    )
    calendars = {queue.calendar: always for queue in CONTENT.queues.values()}
    return Specialists(CONTENT, calendars, desk, LOUNGE, None, random.SystemRandom())


def room(store: Store, client: Any, clock: Any) -> tuple[Front, Delivery]:
    """The room, its desk and their deliveries."""

    async def roles_of(who: Who) -> frozenset[Role]:
        return frozenset({Role.SPECIALIST} if who.user in {SPEC, SPEC2} else ())

    async def is_agent(who: Who) -> bool:
        return Role.AGENT in await roles_of(who)

    async def is_specialist(who: Who) -> bool:
        return Role.SPECIALIST in await roles_of(who)

    async def about(*_: object) -> About:
        return About(zone="Europe/Berlin")

    here = specialists()
    desk = with_hooks(here)
    settings = Settings.read({"SLACK_SIGNING_SECRET": "stand-in-signing-secret"})
    front = make_front(settings, store, client, clock, desk.renderer)
    counter = Counter(
        desk=desk,
        store=store,
        clock=clock,
        is_agent=is_agent,
        is_specialist=is_specialist,
        about=about,
        answer=cast(Any, None),  # nobody asks a question here
        title=lambda intent: intent,
        category=lambda _: "other",
    )
    at_desk = DeskRoom(counter)
    talks = SpecialistSurface(Floor(here, counter, roles_of))
    front.surfaces = merged(at_desk.surfaces, talks.surfaces())
    delivery = Delivery(store, clock=clock, pacing=PACING)
    register_slack(delivery, client)
    deliver(front, delivery)
    at_desk.jobs.register(delivery)
    delivery.after(MESSAGE, talks.open_message)
    for kind, handler in work.handlers(here).items():
        delivery.handle(kind, handler)
    for name, follow in work.continuations().items():
        delivery.after(name, follow)
    return front, delivery


if __name__ == "__main__":
    main(room)
