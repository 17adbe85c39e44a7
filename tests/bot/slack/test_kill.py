"""kill -9 at each step of the way in, and a restart: the person gets exactly one reply."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Content, build
from bot.conversation import Conversation
from bot.delivery import Pacing
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.serving import introduce, wrong
from bot.settings import Settings
from bot.slack import messages
from bot.slack.inbox import Inbox
from bot.slack.web import EVENTS, web_app
from bot.store import conversations
from tests.bot.way import PERSON, settings_for, signed_now
from tests.clock import Clock

Function = Callable[..., Awaitable[Any]]

STEPS: dict[str, tuple[object, str, bool]] = {
    "before it is stored": (Inbox, "put", False),
    "after it is stored, before Slack hears": (Inbox, "put", True),
    "while it is sorted": (messages, "ask", True),
    "while it is answered": (Conversation, "answer", False),
    "after it is answered, before that is written down": (Conversation, "answer", True),
    "while the answer is written down": (conversations, "remember", True),
    "before the reply is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the reply is posted, before that is written down": (AsyncWebClient, "chat_postMessage", True),
}
"""Where the process is killed: (whose, function, whether after it)."""


@pytest.mark.parametrize("step", STEPS)
async def test_a_process_killed_on_the_way_costs_no_reply_and_doubles_none(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str, step: str
) -> None:
    workspace.people.user(PERSON)
    settings = settings_for(workspace, sqlite_url)
    [request] = workspace.acts.says(PERSON, "what are the criteria for top rated")
    event = json.loads(request.body)["event"]
    killed = await _run(settings, content, clock(), request, step)
    assert killed == -signal.SIGKILL
    clock.forward(minutes=5)  # the dead process's lease runs out; Slack's last retry comes then, too
    retry = workspace.acts.event(event, retry=3)
    assert await _run(settings, content, clock(), retry, None) == 0
    assert len(workspace.posted()) == 1
    assert "Top Rated asks" in workspace.posted()[0]["text"]


async def _run(
    settings: Settings, content: Content, now: datetime, request: SlackRequest, step: str | None
) -> int:
    """A process that takes the request and works it off, killed at `step`; its exit code."""
    process = get_context("fork").Process(target=_house, args=(settings, content, now, request, step))
    process.start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(process.sentinel, ended.set)
    await asyncio.wait_for(ended.wait(), 60)
    asyncio.get_running_loop().remove_reader(process.sentinel)
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _house(
    settings: Settings, content: Content, now: datetime, request: SlackRequest, step: str | None
) -> None:
    if step is not None:
        whose, name, after = STEPS[step]
        setattr(whose, name, _deadly(getattr(whose, name), after=after))
    asyncio.run(_take(settings, content, now, request))


def _deadly(function: Function, *, after: bool) -> Function:
    async def deadly(*args: Any, **kwargs: Any) -> None:
        if after:
            await function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return deadly


async def _take(settings: Settings, content: Content, now: datetime, request: SlackRequest) -> None:
    pacing = Pacing(pace=timedelta(0))
    async with build(settings, clock=lambda: now, content=content, pacing=pacing) as laurel:
        await introduce(laurel)
        transport = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel)))
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:
            signed = signed_now(request, settings.slack_signing_secret.get_secret_value())  # type: ignore[union-attr]  # it is set
            answer = await http.post(EVENTS, content=signed.body.encode(), headers=signed.headers)
            assert answer.status_code == 200
        await laurel.delivery.drain()
