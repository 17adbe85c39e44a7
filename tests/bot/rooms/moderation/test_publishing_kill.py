"""kill -9 at each step from a moderator's form to what is said: one draft, one card, one publication."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.content import Content
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.rooms.moderation import revisions, trials
from bot.rooms.moderation.room import Moderation
from bot.rooms.moderation.trials import Trials
from bot.slack.inbox import Inbox
from bot.store import Store
from bot.surfaces import pack
from tests.bot.dying import Death, Life
from tests.bot.rooms.moderation.conftest import MOD, MODS, buttons, words
from tests.bot.way import PERSON, open_way, settings_for
from tests.clock import Clock

DRAFTED: dict[str, Death] = {
    "before the form is taken": (Inbox, "put", False),
    "after the form is taken": (Inbox, "put", True),
    "while the draft is written": (revisions, "add", True),
    "while its test is asked for": (trials, "begin", True),
    "before it is tested": (Trials, "run", False),
    "after it is tested": (Trials, "run", True),
    "while that is written down": (revisions, "checked", True),
    "before the card is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the card is posted": (AsyncWebClient, "chat_postMessage", True),
}
PUBLISHED: dict[str, Death] = {
    "before the press is taken": (Inbox, "put", False),
    "after the press is taken": (Inbox, "put", True),
    "while it is published": (revisions, "publish", True),
    "while the moderators are told": (Moderation, "tell_all", True),
    "before the word is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the word is posted": (AsyncWebClient, "chat_postMessage", True),
}
PATH = "connects.price"
FORM = {
    "what": "new",
    "value": "0.20",
    "from": "2025-03-01",
    "link": "https://support.example/connects-2025",
    "title": "Connects: prices",
    "kind": "official",
    "confidence": "H",
}


class Moderating(Life):
    """The moderators' channel."""

    def __init__(self, slack: Workspace, database: str, content: Content, clock: Clock) -> None:
        for user in (PERSON, MOD):
            slack.people.user(user)
        slack.people.channel(MODS, members=(MOD,))
        settings = settings_for(slack, database, LAUREL_MODERATOR_CHANNEL=MODS)
        super().__init__(slack, settings, content, clock)

    def form(self) -> SlackRequest:
        state: dict[str, Any] = {}
        for name, value in FORM.items():
            kind = {"from": "datepicker"}.get(name, "plain_text_input")
            held = {"selected_date": value} if kind == "datepicker" else {"value": value}
            state[name] = {name: {"type": kind, **held}}
        view = {
            "id": "V0FACT",
            "type": "modal",
            "callback_id": "fact.change",
            "private_metadata": pack(path=PATH),
            "blocks": [],
        }
        return self.slack.acts.submits(MOD, view, state)

    async def items(self) -> list[tuple[str, int]]:
        """Every item, how far it is and how often it was changed."""
        store = await Store.open(self.settings.database_url)
        try:
            async with store.read() as session:
                return [(item.state, item.version) for item in await revisions.listed(session)]
        finally:
            await store.close()

    async def price(self) -> str:
        """What somebody is told who asks."""
        async with open_way(self.slack, self.settings, self.content, self.clock) as way:
            await way.says("how much does one connect cost")
        return str(self.slack.posted(self.slack.people.dm(PERSON))[-1]["text"])


@pytest.fixture
def life(content: Content, clock: Clock, workspace: Workspace, sqlite_url: str) -> Moderating:
    return Moderating(workspace, sqlite_url, content, clock)


@pytest.mark.parametrize("step", DRAFTED)
async def test_a_killed_process_costs_a_moderator_no_draft_and_doubles_none(
    life: Moderating, step: str
) -> None:
    form = life.form()
    await life.is_killed(form, at=DRAFTED[step])
    await life.goes_on(form)
    assert await life.items() == [("tested", 1)]
    [card] = life.slack.posted(MODS)
    assert "reply changes" in words(card) or "replies change" in words(card)


@pytest.mark.parametrize("step", PUBLISHED)
async def test_a_killed_process_publishes_once_or_not_yet(life: Moderating, step: str) -> None:
    await life.goes_on(life.form())
    [card] = life.slack.posted(MODS)
    press = life.slack.acts.presses(MOD, buttons(card)["Publish"], message=card)
    await life.is_killed(press, at=PUBLISHED[step])
    await life.goes_on(press)
    assert await life.items() == [("published", 2)]
    assert len(life.slack.posted(MODS)) == 2
    assert "$0.20" in await life.price()


async def test_what_one_process_publishes_another_says_within_seconds(
    content: Content, clock: Clock, workspace: Workspace, postgresql_url: str
) -> None:
    life = Moderating(workspace, postgresql_url, content, clock)
    settings = life.settings
    async with open_way(workspace, settings, content, clock) as other:
        await other.says("how much does one connect cost")
        before = workspace.posted(workspace.people.dm(PERSON))[-1]
        async with open_way(workspace, settings, content, clock) as one:
            await one.bring(life.form())
            [card] = workspace.posted(MODS)
            await one.bring(workspace.acts.presses(MOD, buttons(card)["Publish"], message=card))
        # The other looks at the database at most every two seconds of real time: it is made to look now.
        refresh = other.laurel.conversation.refresh
        assert refresh is not None
        await refresh(at_once=True)  # type: ignore[call-arg]  # it is Published.refresh
        await other.says("how much does one connect cost")
    after = workspace.posted(workspace.people.dm(PERSON))[-1]
    assert "$0.15" in before["text"]
    assert "$0.20" in after["text"]
