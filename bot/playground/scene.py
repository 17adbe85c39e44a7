"""A workspace with sample freelancers and a team, a fresh database, and the app between them.

Terminal and page play in it. Nothing leaves the machine, and nothing is kept.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Laurel
from bot.content import Content
from bot.delivery import Pacing
from bot.messages import Who
from bot.playground.samples import Sample, samples
from bot.playground.scopes import granted
from bot.playground.team import GROUPS, Member, settle, team
from bot.playground.workspace import Workspace
from bot.rooms.people.facade import People
from bot.rooms.people.importing import import_files
from bot.rooms.people.links import How
from bot.settings import Settings
from bot.watch.metrics import Metrics
from bot.workspaces.house import WorkspaceHouse

PASSED_ON = ("LAUREL_CACHE_DIR",)
"""Settings of the machine's that count here, too; the workspace's are the stand-in's."""
COMMUNITY = "C0COMMUNITY"
DESK = "C0DESK"
SPECIALISTS = "C0SPECIALISTS"
MODERATORS = "C0MODERATORS"


def real_time() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    """The workspace, the house behind it, and who is in it."""

    slack: Workspace
    house: WorkspaceHouse
    samples: Sequence[Sample]
    members: Sequence[Member]
    folder: Path

    @property
    def laurel(self) -> Laurel:
        """The house as it stands now; another one once the workspace's settings changed."""
        return self.house.laurel

    async def bring_in(self, people: Sequence[Sample]) -> None:
        """Import the sample freelancers' records as they are now, and link their users to them."""
        file = self.folder / "samples.jsonl"
        file.write_text("\n".join(json.dumps(sample.record) for sample in people), "utf-8")
        laurel, now = self.laurel, self.laurel.clock()
        await import_files(laurel.store, [file], report=self.folder / "refused.csv", now=now)
        async with laurel.store.write() as session:
            for sample in people:
                who = Who(self.slack.team, sample.user)
                await laurel.of(People).links.link(session, who, sample.id, How.ADMIN, now)


@asynccontextmanager
async def scene(
    *,
    clock: Callable[[], datetime] = real_time,
    content: Content | None = None,
    alone: Member | None = None,
) -> AsyncIterator[Scene]:
    """The scene while the context lasts, at work. `alone`: one member who is the whole team."""
    people = samples(clock().date())
    members, places = team()
    if alone is not None:
        members = [alone]
    members += [
        Member(sample.user, sample.record["name"], (), sample.about, sample.record["email"])
        for sample in people
    ]
    with tempfile.TemporaryDirectory(prefix="laurel-playground-") as folder:
        async with Workspace(clock=clock, wall=real_time, scopes=granted()) as slack:
            settle(slack.people, members, places)
            settings = _settings(slack, folder)
            if content is None:
                content = await asyncio.to_thread(Content.read, settings.cache)
            pacing = Pacing(pace=timedelta(0))
            house = WorkspaceHouse(settings, content=content, clock=clock, metrics=Metrics(), pacing=pacing)
            await house.open()
            try:
                opened = Scene(slack, house, people, members, Path(folder))
                await opened.bring_in(people)
                yield opened
            finally:
                await house.close()


def _settings(slack: Workspace, folder: str) -> Settings:
    return Settings.read(
        {
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "LAUREL_DATABASE_URL": f"sqlite:///{folder}/laurel.db",
            "LAUREL_DESK_CHANNEL": DESK,
            "LAUREL_SPECIALIST_CHANNEL": SPECIALISTS,
            "LAUREL_FAQ_CHANNELS": COMMUNITY,
            "LAUREL_COMMUNITY_CHANNEL": COMMUNITY,
            "LAUREL_MODERATOR_CHANNEL": MODERATORS,
            "LAUREL_AGENT_GROUP": GROUPS["agent"],
            "LAUREL_SPECIALIST_GROUP": GROUPS["specialist"],
            "LAUREL_MODERATOR_GROUP": GROUPS["moderator"],
            "LAUREL_MEETING_URL": "https://meet.example/{id}",
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        }
    )
