"""kill -9 at each step between "accept" and the talk, and a restart: one talk, and each is told once."""

from typing import cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.content import Content
from bot.messages import Who
from bot.playground.workspace import Workspace
from bot.rooms.desk.specialists import accepting, chat, duty, queue
from bot.rooms.desk.specialists.content import CHAT
from bot.rooms.desk.specialists.queue import Entry
from bot.store import Store
from intents.dialogue import Understanding
from tests.bot.dying import KILLED, Death, live
from tests.bot.rooms.desk.specialists.conftest import ANA, KNOWLEDGE, LOUNGE, RENDERER, SPEC, House
from tests.bot.rooms.desk.specialists.test_answers import CATALOGUE
from tests.bot.way import settings_for
from tests.clock import Clock

STEPS: dict[str, Death] = {
    "while the place is taken": (queue, "take", True),
    "while they are connected": (chat, "connect", True),
    "when all is done but not yet kept": (accepting, "accept", True),
    "before the first message is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the first message is posted": (AsyncWebClient, "chat_postMessage", True),
    "before the place is shown in the message": (AsyncWebClient, "chat_update", False),
}
"""Where the process is killed."""


@pytest.mark.parametrize("step", STEPS)
async def test_who_is_accepted_is_connected_once(
    slack: Workspace, clock: Clock, sqlite_url: str, step: str
) -> None:
    slack.people.channel(LOUNGE, members=(SPEC,))
    settings = settings_for(slack, sqlite_url, LAUREL_SPECIALIST_CHANNEL=LOUNGE)
    content = Content(KNOWLEDGE, CATALOGUE, cast("Understanding", None), RENDERER)
    store = await Store.open(sqlite_url)
    house = House(store, slack, clock, meeting=None)
    async with store.write() as session:
        await duty.go_on(session, house.room, CHAT, Who(slack.team, SPEC), clock())
        await queue.join(session, house.room, Entry("e", Who(slack.team, ANA), CHAT, "A logo"), clock())
    await house.settle()
    await store.close()
    [card] = slack.posted(LOUNGE)
    press = slack.acts.presses(SPEC, "queue.accept", message=card)
    assert await live(slack, settings, content, press, now=clock(), death=STEPS[step]) == KILLED
    clock.forward(minutes=5)  # the dead process's lease runs out; Slack delivers the press again
    assert await live(slack, settings, content, press, now=clock()) == 0
    clock.forward(minutes=1)
    assert await live(slack, settings, content, now=clock()) == 0
    lounge = [message["text"] for message in slack.posted(LOUNGE)]
    assert [f"<@{SPEC}> took on <@{ANA}>" in text for text in lounge] == [True, False, False]
    assert sum("you are connected with" in text for text in lounge) == 1
    place, met = [message["text"] for message in slack.posted(slack.people.dm(ANA))]
    assert f"You are connected with <@{SPEC}>" in place
    assert "Your talk has the number" in met
