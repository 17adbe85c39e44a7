"""The people room put together as the app does it, with recorders for Slack and the mail server."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from bot.delivery import Delivery, Pacing
from bot.delivery.jobs import JobRow
from bot.delivery.outbox import Job
from bot.messages import Who
from bot.render import Renderer
from bot.roles import Profile, Role, Roles
from bot.rooms.people.checking import Checker
from bot.rooms.people.comparing import TELL
from bot.rooms.people.facade import People
from bot.rooms.people.importing import import_files
from bot.rooms.people.link_codes import SEND_CODE, LinkCodes
from bot.rooms.people.linking import REQUEST, Linking
from bot.rooms.people.links import How, Links
from bot.rooms.people.recheck import BEGIN, CHUNK, Recheck, RecheckPolicy
from bot.rooms.people.records import RecordSource
from bot.rooms.people.store_source import StoreSource
from bot.rooms.people.surface import LOOK, PeopleSurface
from bot.rooms.people.telling import Telling
from bot.store import Store
from bot.surfaces import Surfaces
from knowledge.load import DIRECTORY, load

ROOT = Path(__file__).parents[4]
SECRET = b"a secret of the tests"
ZONE = dt.UTC


class Slack:
    """What Slack knows: profiles and the members of groups."""

    def __init__(self) -> None:
        self.profiles: dict[str, Profile] = {}
        self.members: dict[str, set[str]] = {}
        self.asked = 0

    async def of(self, key: Who | str) -> Any:
        self.asked += 1
        if isinstance(key, Who):
            return self.profiles.get(key.user)
        return self.members.get(key, set())


class House:
    """Everything of this room on one store."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], dt.datetime],
        source: RecordSource | None = None,
        chunk: int = 3,
    ) -> None:
        self.store = store
        self.clock = clock
        self.slack = Slack()
        self.mails: list[dict[str, Any]] = []
        self.mail_fails = 0
        self.source = source or StoreSource(store)
        self.links = Links(store, self.source)
        self.codes = LinkCodes(store, self.source, SECRET, self.links)
        self.roles = Roles(self.slack, {Role.AGENT: ["S1"], Role.MODERATOR: ["C1"]}, lambda: 0.0)
        words = Renderer(ROOT / "templates")
        self.forgotten: list[Who] = []
        self.linking = Linking(
            store,
            self.links,
            self.codes,
            render=words.message,
            render_text=words.text,
            mail=self._mail,
            clock=clock,
            forget=self._forget,
            at_home=self.roles.at_home,
        )
        knowledge = load()
        self.people = People(
            store, self.source, lambda: knowledge, self.links, self.roles, match_by_email=self.slack
        )
        self.surface = PeopleSurface(store, self.people, self.linking, zone=ZONE, clock=clock)
        self.surfaces = Surfaces()
        self.surface.register(self.surfaces)
        self.recheck = Recheck(
            store,
            self.source,
            Checker(DIRECTORY, processes=0),
            zone=ZONE,
            clock=clock,
            policy=RecheckPolicy(chunk=chunk),
        )
        telling = Telling(
            store,
            knowledge,
            render=words.message,
            zone=ZONE,
            quiet=(dt.time(21), dt.time(8)),
            clock=clock,
            profiles=self.slack,
        )
        self.delivery = Delivery(store, clock=clock, pacing=Pacing(pace=dt.timedelta(0)))
        self.delivery.handle(BEGIN, self.recheck.begin)
        self.delivery.send(CHUNK, self.recheck.chunk)
        self.delivery.send(TELL, telling.tell)
        self.delivery.send(REQUEST, self.linking.request)
        self.delivery.send(SEND_CODE, self.linking.send_code)
        self.delivery.send(LOOK, self.surface.look)

    async def bring(self, folder: Path, *records: Mapping[str, Any]) -> None:
        """Import records."""
        path = folder / "records.json"
        path.write_text(json.dumps(records))
        await import_files(self.store, [path], report=folder / "refused.csv", now=self.clock())
        assert not (folder / "refused.csv").exists()

    async def link(self, *pairs: tuple[str, str]) -> None:
        """Link users of team T1 on an admin's word."""
        async with self.store.write() as session:
            for user, freelancer in pairs:
                await self.links.link(session, Who("T1", user), freelancer, How.ADMIN, self.clock())

    async def run(self, name: str) -> None:
        """A whole run, now, with what it has to tell."""
        async with self.store.write() as session:
            await self.recheck.start(session, name, self.clock())
        await self.delivery.drain()

    async def told(self) -> list[tuple[str, str]]:
        """The messages to people that are in the outbox: user and text, oldest first."""
        return [(row.payload["user"], row.payload["text"]) for row in await self.messages()]

    async def messages(self) -> list[JobRow]:
        async with self.store.read() as session:
            rows = await session.scalars(
                select(JobRow).where(col(JobRow.kind) == "slack.dm").order_by(col(JobRow.id))
            )
            return list(rows.all())

    async def _mail(self, job: Job) -> dict[str, Any]:
        if self.mail_fails:
            self.mail_fails -= 1
            raise ConnectionError
        self.mails.append(job.payload)
        return {}

    async def _forget(self, session: Any, who: Who) -> None:
        await self.links.forget(session, who, self.clock())
        self.forgotten.append(who)
