"""Running a house: identity, workers, and what whoever watches is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Laurel
from bot.delivery import outbox
from bot.settings import SettingsError
from bot.slack.front import Identity
from bot.slack.listening import listen
from bot.slack.web import Figures, Ready, watch_app

log = structlog.get_logger(__name__)

PATIENCE = 30  # seconds for which Slack may be away at the start
BEHIND = 500  # jobs waiting, from which on we are not ready for more


@asynccontextmanager
async def running(laurel: Laurel, identity: Identity | None = None) -> AsyncIterator[None]:
    """Know who we are (asked of Slack where nobody says), and do what is stored, while the context lasts."""
    if identity is None:
        await introduce(laurel)
    else:
        laurel.front.identity = identity
    await laurel.begin()
    await laurel.delivery.start()
    try:
        yield
    finally:
        await laurel.front.settled()
        await laurel.delivery.stop()


async def introduce(laurel: Laurel) -> None:
    """Ask Slack who we are. Raises SettingsError for a token that Slack refuses or a Slack out of reach."""
    pause = 0.5
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            answer = await laurel.front.client.auth_test()
            break
        except SlackApiError as error:
            code = error.response.get("error") if isinstance(error.response.data, dict) else None
            if code and code not in {"ratelimited", "service_unavailable", "internal_error", "fatal_error"}:
                raise SettingsError([f"SLACK_BOT_TOKEN: Slack refuses it ({code}); copy it anew"]) from error
            reason: Exception = error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = error
        if asyncio.get_running_loop().time() + pause > deadline:
            address = laurel.settings.slack_api_url
            raise SettingsError([f"SLACK_API_URL: {address} does not answer; check it"]) from reason
        await asyncio.sleep(pause)
        pause *= 2
    laurel.front.identity = Identity(
        team=str(answer["team_id"]), user=str(answer["user_id"]), bot=str(answer.get("bot_id") or "")
    )


async def wrong(laurel: Laurel) -> dict[str, str]:
    """What keeps us from being ready: the database, or work that piles up. Empty when all is fine."""
    try:
        async with laurel.store.read() as session:
            await session.execute(text("SELECT 1"))
            waiting = (await outbox.counts(session)).get("queued", 0)
    except (SQLAlchemyError, OSError):
        return {"database": "does not answer"}
    if not laurel.delivery.running:
        return {"delivery": "does not run"}
    return {"delivery": f"{waiting} jobs wait"} if waiting > BEHIND else {}


@asynccontextmanager
async def watched(ready: Ready, counted: Figures, host: str, port: int | None) -> AsyncIterator[None]:
    """Metrics and health on a port of their own, which need not be open to the world; without one, none."""
    if port is None:
        yield
        return
    over = asyncio.Event()
    watching = asyncio.create_task(listen(watch_app(ready, counted), host, port, over))
    try:
        yield
    finally:
        over.set()
        await watching


async def figures(laurel: Laurel) -> bytes:
    """What this process counted, and the rooms' figures where the database answers."""
    try:
        return laurel.metrics.text(await laurel.gauges())
    except (SQLAlchemyError, OSError):
        return laurel.metrics.text()
