"""The room put together: what app.py needs of it, in two calls (`people_room` and `register`)."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Who
from bot.people import linking as linking_
from bot.people import links as links_
from bot.people import recheck as recheck_
from bot.people import surface as surface_
from bot.people.checking import Checker
from bot.people.facade import People, Profiles
from bot.people.linking import Forget, Linking, Mail
from bot.people.links import Links
from bot.people.recheck import Recheck
from bot.people.records import RecordSource
from bot.people.roles import Members, Role, Roles
from bot.people.surface import PeopleSurface
from bot.people.telling import Telling
from bot.render import Renderer
from bot.settings import Settings
from bot.store.engine import Store
from bot.surfaces import Surfaces
from knowledge.load import DIRECTORY
from knowledge.model import Knowledge


class Jobs(Protocol):
    """Who does jobs: bot.delivery's Delivery."""

    def handle(self, kind: str, fn: Any) -> None:
        """Do jobs of `kind` inside the transaction that finishes them."""

    def send(self, kind: str, fn: Any) -> None:
        """Do jobs of `kind` outside of any transaction."""


@dataclass(frozen=True, slots=True)
class PeopleRoom:
    """Everything of this room. `people` is what answers use."""

    people: People
    links: Links
    linking: Linking
    surface: PeopleSurface
    checker: Checker
    recheck: Recheck
    telling: Telling

    def register(self, delivery: Jobs, surfaces: Surfaces) -> None:
        """Take this room's jobs, buttons, forms and commands."""
        self.surface.register(surfaces)
        delivery.handle(recheck_.BEGIN, self.recheck.begin)
        delivery.send(recheck_.CHUNK, self.recheck.chunk)
        delivery.send(recheck_.TELL, self.telling.tell)
        delivery.send(linking_.REQUEST, self.linking.request)
        delivery.send(links_.SEND_CODE, self.linking.send_code)
        delivery.send(surface_.LOOK, self.surface.look)


def people_room(
    settings: Settings,
    *,
    store: Store,
    source: RecordSource,
    knowledge: Knowledge,
    renderer: Renderer,
    members: Members,
    profiles: Profiles,
    mail: Mail,
    clock: Callable[[], dt.datetime],
    places: Mapping[Role, Sequence[str]],
    forget: Sequence[Forget] = (),
    processes: int | None = None,
) -> PeopleRoom:
    """Build the room. `mail` is the sender of kind `mail`, `forget` what other rooms delete with a person."""

    async def moved(session: AsyncSession, who: Who, now: dt.datetime) -> None:
        await linking.moved(session, who, now)

    links = Links(store, source, settings.key, moved=moved)
    linking = Linking(
        store,
        links,
        render=renderer.message,
        render_text=renderer.text,
        mail=mail,
        clock=clock,
        forget=forget,
    )
    people = People(
        store,
        source,
        knowledge,
        links,
        Roles(members, places, lambda: asyncio.get_running_loop().time()),
        match_by_email=profiles if settings.link_by_email else None,
    )
    checker = Checker(DIRECTORY, processes=processes)
    return PeopleRoom(
        people=people,
        links=links,
        linking=linking,
        surface=PeopleSurface(store, people, linking, zone=settings.zone, clock=clock),
        checker=checker,
        recheck=Recheck(store, source, checker, zone=settings.zone, clock=clock),
        telling=Telling(
            store,
            knowledge,
            render=renderer.message,
            zone=settings.zone,
            quiet=settings.quiet,
            clock=clock,
            profiles=profiles,
        ),
    )
