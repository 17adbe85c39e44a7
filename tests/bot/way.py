"""The whole way without a socket to Slack: signed request -> real Bolt app -> job -> delivery -> stand-in."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.app import ROOMS, Build, Laurel, build
from bot.content import Content
from bot.delivery import Pacing
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.serving import introduce, wrong
from bot.settings import Settings
from bot.slack.web import EVENTS, web_app
from tests.clock import Clock

DESK = "C0DESK"
FAQ = "C0FAQ"
GENERAL = "C0GENERAL"
PERSON = "U0PERSON"
OTHER = "U0OTHER"


@dataclass
class Way:
    """A workspace and the house behind it."""

    slack: Workspace
    laurel: Laurel
    http: httpx.AsyncClient
    clock: Clock

    async def bring(self, *requests: SlackRequest) -> list[httpx.Response]:
        """Send what Slack would send, and work off what it caused."""
        answers = [await self.send(request) for request in requests]
        await self.laurel.delivery.drain()
        return answers

    async def send(self, request: SlackRequest) -> httpx.Response:
        """Bolt's check of signatures reads the real time, so the request is signed for it."""
        signed = signed_now(request, self.slack.signing_secret)
        answer = await self.http.post(EVENTS, content=signed.body.encode(), headers=signed.headers)
        await self.laurel.front.settled()
        return answer

    async def says(self, text: str, user: str = PERSON, **more: Any) -> list[dict[str, Any]]:
        """Somebody writes; what the bot posted because of it."""
        before = len(self.slack.posted())
        await self.bring(*self.slack.acts.says(user, text, **more))
        return self.slack.posted()[before:]


@asynccontextmanager
async def open_way(
    workspace: Workspace,
    settings: Settings,
    content: Content,
    clock: Clock,
    *,
    rooms: Sequence[Build] = ROOMS,
) -> AsyncIterator[Way]:
    """The house of these settings behind that workspace."""
    pacing = Pacing(pace=timedelta(0))
    async with build(settings, clock=clock, content=content, pacing=pacing, rooms=rooms) as laurel:
        await introduce(laurel)
        transport = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel), workspace.signing_secret))
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:
            yield Way(workspace, laurel, http, clock)


def signed_now(request: SlackRequest, secret: str) -> SlackRequest:
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{request.body}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
    return SlackRequest(request.body, {**request.headers, **headers})


def settings_for(workspace: Workspace, database: str, **more: str) -> Settings:
    return Settings.read(
        {
            "SLACK_BOT_TOKEN": workspace.token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": workspace.api_url,
            "LAUREL_DATABASE_URL": database,
            "LAUREL_DESK_CHANNEL": DESK,
            "LAUREL_FAQ_CHANNELS": FAQ,
            **more,
        }
    )


def shown(messages: Sequence[dict[str, Any]]) -> str:
    """All texts of messages, for a look at what is said."""
    return "\n".join(message["text"] for message in messages)
