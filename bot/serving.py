"""Running the house: identity, workers, and the way in that the settings name."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette

from bot.app import Laurel, build
from bot.delivery import outbox
from bot.settings import Settings, SettingsError
from bot.slack.front import Identity
from bot.slack.listening import listen
from bot.slack.socket import run_socket
from bot.slack.web import watch_app, web_app

log = structlog.get_logger(__name__)

PATIENCE = 30  # seconds for which Slack may be away at the start
BEHIND = 500  # jobs waiting, from which on we are not ready for more


async def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises SettingsError where Slack refuses the token."""
    settings.check_serving()
    async with build(settings) as laurel, running(laurel):
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        async with _watched(laurel, host, settings.watch_port):
            if settings.slack_app_token is not None:
                await run_socket(laurel.bolt, settings.slack_app_token.get_secret_value(), stop)
            else:
                await listen(_door(laurel), host, port, stop)
    log.info("stopped")


@asynccontextmanager
async def running(laurel: Laurel) -> AsyncIterator[None]:
    """Know who we are, and work off what is stored, while the context lasts."""
    await introduce(laurel)
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


def _door(laurel: Laurel) -> Starlette:
    secret = laurel.settings.slack_signing_secret
    assert secret is not None, "check_serving asks for it"
    return web_app(laurel.bolt, lambda: wrong(laurel), secret.get_secret_value())


@asynccontextmanager
async def _watched(laurel: Laurel, host: str, port: int | None) -> AsyncIterator[None]:
    """Metrics and health on a port of their own, which need not be open to the world; without one, none."""
    if port is None:
        yield
        return
    over = asyncio.Event()
    app = watch_app(lambda: wrong(laurel), lambda: figures(laurel))
    watching = asyncio.create_task(listen(app, host, port, over))
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
