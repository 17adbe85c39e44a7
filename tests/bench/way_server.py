"""An app to be measured, in a process of its own: `… -m tests.bench.way_server KIND DATABASE API_URL PORT`.

KIND is `laurel`, or `bare`: a Bolt app that acknowledges each message and echoes it. It says "ready" once it
listens, and its CPU seconds for each line that it reads; at the end of the input it leaves.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.app import build
from bot.content import Content
from bot.delivery import Pacing
from bot.serving import introduce, wrong
from bot.settings import Settings
from bot.slack.sending import slack_client
from bot.slack.web import web_app
from tests.learned import LEARNED

DESK = "C0DESK"
SECRET = "stand-in-signing-secret"
TOKEN = "xoxb-stand-in"


@asynccontextmanager
async def bare(database: str, api_url: str) -> AsyncIterator[Any]:
    """Bolt alone: the signature is checked, the message acknowledged and said again."""
    del database
    client = slack_client(TOKEN, api_url)

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0LAUREL", bot_token=TOKEN, bot_id="B0LAUREL")

    app = AsyncApp(client=client, authorize=authorize, request_verification_enabled=False)

    @app.event("message")
    async def echo(event: dict[str, Any]) -> None:
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event.get("thread_ts"), text=event["text"]
        )

    async def ready() -> dict[str, str]:
        return {}

    yield web_app(app, ready, SECRET)


@asynccontextmanager
async def laurel(database: str, api_url: str) -> AsyncIterator[Any]:
    """The whole house, without Slack's pace of a message a second per channel."""
    settings = Settings.read(
        {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": api_url,
            "LAUREL_DATABASE_URL": database,
            "LAUREL_DESK_CHANNEL": DESK,
        }
    )
    content = Content.read(LEARNED)
    async with build(settings, content=content, pacing=Pacing(pace=timedelta(0))) as house:
        await introduce(house)
        await house.delivery.start()
        yield web_app(house.bolt, lambda: wrong(house), SECRET)
        await house.delivery.stop()


async def serve(kind: str, database: str, api_url: str, port: int) -> None:
    """Until the input ends."""
    async with {"bare": bare, "laurel": laurel}[kind](database, api_url) as app:
        config = uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        threading.Thread(target=answer, daemon=True).start()
        await serving


def answer() -> None:
    """CPU seconds, as often as they are asked for."""
    print("ready", flush=True)
    for _ in sys.stdin:
        print(time.process_time(), flush=True)
    os._exit(0)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    asyncio.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
