"""kill -9 at each step of the way in, and a restart: the person gets exactly one reply."""

import json

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.asking import conversations
from bot.asking.conversation import Conversation
from bot.content import Content
from bot.playground.workspace import Workspace
from bot.slack import messages
from bot.slack.inbox import Inbox
from tests.bot.dying import KILLED, Death, live
from tests.bot.way import PERSON, settings_for
from tests.clock import Clock

STEPS: dict[str, Death] = {
    "before it is stored": (Inbox, "put", False),
    "after it is stored, before Slack hears": (Inbox, "put", True),
    "while it is sorted": (messages, "ask", True),
    "while it is answered": (Conversation, "answer", False),
    "after it is answered, before that is written down": (Conversation, "answer", True),
    "while the answer is written down": (conversations, "remember", True),
    "before the reply is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the reply is posted, before that is written down": (AsyncWebClient, "chat_postMessage", True),
}
"""Where the process is killed."""


@pytest.mark.parametrize("step", STEPS)
async def test_a_process_killed_on_the_way_costs_no_reply_and_doubles_none(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str, step: str
) -> None:
    workspace.people.user(PERSON)
    settings = settings_for(workspace, sqlite_url)
    [request] = workspace.acts.says(PERSON, "what are the criteria for top rated")
    event = json.loads(request.body)["event"]
    assert await live(workspace, settings, content, request, now=clock(), death=STEPS[step]) == KILLED
    clock.forward(minutes=5)  # the dead process's lease runs out; Slack's last retry comes then, too
    retry = workspace.acts.event(event, retry=3)
    assert await live(workspace, settings, content, retry, now=clock()) == 0
    assert len(workspace.posted()) == 1
    assert "Top Rated asks" in workspace.posted()[0]["text"]
