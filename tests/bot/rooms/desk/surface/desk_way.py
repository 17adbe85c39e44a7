"""What people and agents do with tickets, through the real Bolt app."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.content import Content
from bot.messages import Who
from bot.playground.samples import samples
from bot.playground.workspace import Workspace
from bot.rooms.desk.content import load_desk
from bot.rooms.people.facade import People
from bot.rooms.people.importing import import_files
from bot.rooms.people.links import How
from bot.settings import Settings
from tests.bot.way import DESK, OTHER, PERSON, Way, open_way, settings_for
from tests.clock import Clock

AGENT, SECOND = "U0AGENT", "U0SECOND"
SHOT = {"id": "F0SHOT", "name": "shot.png", "permalink": "https://laurel.slack.com/files/F0SHOT"}
SETTLE = load_desk().relay.settle_seconds


class DeskWay(Way):
    """What people and agents do with tickets."""

    async def settle(self) -> None:
        await self.laurel.delivery.drain()
        self.clock.forward(seconds=SETTLE)
        await self.laurel.delivery.drain()

    async def opens_form(self, user: str = PERSON) -> dict[str, Any]:
        await self.bring(
            self.slack.acts.presses(user, "ticket.open", value="account", message=await self.hello(user))
        )
        return self.slack.opened[-1]

    async def hello(self, user: str) -> dict[str, Any]:
        await self.says("hello", user)
        return self.slack.posted(self.slack.people.dm(user))[-1]

    async def sends_form(self, view: dict[str, Any], user: str = PERSON, **values: Any) -> httpx.Response:
        [answer] = await self.bring(self.slack.acts.submits(user, view, filled_in(**values)))
        await self.settle()
        return answer

    async def ticket(self, user: str = PERSON) -> "Opened":
        await self.sends_form(await self.opens_form(user), user)
        return Opened(self, user)

    async def modal(
        self, user: str, action: str, ticket: "Opened", what: str | None = None
    ) -> dict[str, Any]:
        """The modal that a button of the card (or its menu) opens."""
        element = None
        if what is not None:
            element = select(f"{what}:{ticket.id}")
        request = self.slack.acts.presses(user, action, message=ticket.card, element=element)
        await self.bring(request)
        return self.slack.opened[-1]

    async def sends(self, user: str, view: dict[str, Any], **values: Any) -> None:
        state = {block.replace("__", "."): {"a": element} for block, element in values.items()}
        await self.bring(self.slack.acts.submits(user, view, state))
        await self.settle()

    async def writes(self, channel: str, thread: str, words: str, user: str) -> None:
        await self.bring(*self.slack.acts.says(user, words, channel=channel, thread=thread))
        await self.settle()

    async def home(self, user: str, tab: str | None = None) -> dict[str, Any]:
        """Somebody's home tab, opened now; `tab` is the button of a queue to press there."""
        await self.bring(self.slack.acts.opens_home(user))
        if tab is not None:
            await self.turns_page(user, tab)
        return {**self.slack.homes[user], "id": "V0HOME"}

    async def turns_page(self, user: str, button: str) -> None:
        """A button of a list in the home tab is pressed."""
        home = {**self.slack.homes[user], "id": "V0HOME"}
        await self.bring(self.slack.acts.presses(user, button, view=home))

    async def knows(self, user: str, folder: Path, **changes: Any) -> None:
        """Somebody is linked to a sample freelancer's record, which is changed so."""
        sample = samples(self.clock().date())[0]
        file = folder / "record.jsonl"
        file.write_text(json.dumps({**sample.record, **changes}), "utf-8")
        await import_files(self.laurel.store, [file], report=folder / "refused.csv", now=self.clock())
        async with self.laurel.store.write() as session:
            who = Who(self.slack.team, user)
            await self.laurel.of(People).links.link(session, who, sample.id, How.ADMIN, self.clock())

    def alone(self, user: str) -> str:
        """What only this user was shown."""
        return "\n".join(m["text"] for m in self.slack.ephemerals if m["user"] == user)


class Opened:
    """A ticket as it is seen in Slack."""

    def __init__(self, way: DeskWay, user: str) -> None:
        self._way = way
        self.dm = way.slack.people.dm(user)
        self.card_ts = next(m["ts"] for m in reversed(way.slack.posted(DESK)) if "thread_ts" not in m)
        self.root = next(m for m in reversed(way.slack.posted(self.dm)) if "Your ticket is" in m["text"])

    @property
    def card(self) -> dict[str, Any]:
        found = self._way.slack.message(DESK, self.card_ts)
        assert found is not None
        return found

    @property
    def id(self) -> str:
        return str(buttons(self.card)["ticket.note"]["value"])

    @property
    def number(self) -> str:
        return str(self.card["text"].split("*")[1])

    def told(self) -> list[str]:
        return self._in(self.dm, self.root["ts"])

    def thread(self) -> list[str]:
        return self._in(DESK, self.card_ts)

    def _in(self, channel: str, ts: str) -> list[str]:
        return [m["text"] for m in self._way.slack.posted(channel) if m.get("thread_ts") == ts]


def filled_in(**values: Any) -> dict[str, dict[str, Any]]:
    """The form's state as Slack sends it."""
    given = {
        "category": select("account"),
        "subcategory.account": select("account.other"),
        "details": text("My profile is gone"),
        "files": {"type": "file_input", "files": [SHOT]},
        "contact": text(""),
        **values,
    }
    return {block: {"ticket": element} for block, element in given.items()}


def select(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"text": {}, "value": value}}


def text(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    elements = [e for block in message["blocks"] for e in block.get("elements", [])]
    return {e["action_id"]: e for e in elements if "action_id" in e}


@asynccontextmanager
async def desk_way(
    content: Content, clock: Clock, workspace: Workspace, database: str, **more: Any
) -> AsyncIterator[DeskWay]:
    """A workspace with two agents and the house behind it; `more` are settings."""
    for user in (PERSON, OTHER, AGENT, SECOND):
        workspace.people.user(user, tz="Europe/Berlin")
    workspace.people.channel(DESK, members=(AGENT, SECOND, OTHER))
    workspace.people.group("S0AGENTS", AGENT, SECOND)
    settings: Settings = settings_for(workspace, database)
    settings = settings.model_copy(update={"agent_group": "S0AGENTS", **more})
    async with open_way(workspace, settings, content, clock) as way:
        yield DeskWay(way.slack, way.laurel, way.http, way.clock)
