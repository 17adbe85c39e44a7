"""Socket Mode: the same listeners over a WebSocket that we open, watched so that it never goes silent."""

import asyncio
import logging
from contextlib import suppress
from typing import cast

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.door import Door
from bot.slack.sending import slack_client
from bot.slack.shape import fitted

log = structlog.get_logger(__name__)

LOOK_SECONDS = 20.0
"""How often the connection is looked at. Idle ones went silent (slackapi/bolt-python#1529)."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's own, with each payload in its shape."""

    async def handle(  # type: ignore[override]  # the parameters are those of Bolt's own
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        """Answer one payload of Slack's."""
        req.payload = fitted(req.payload)
        await super().handle(client, req)


async def run_socket(door: Door, app_token: str, stop: asyncio.Event, *, base_url: str) -> None:
    """Listen until `stop`; a connection that is gone is opened anew."""
    handler = _Handler(
        app=cast(AsyncApp, door),  # it is asked for nothing but `async_dispatch`
        app_token=app_token,
        logger=logging.getLogger("slack_bolt"),
        web_client=slack_client(None, base_url),
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack-bolt leaves it so
    log.info("socket.connected")
    try:
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()
            if not stop.is_set() and not await handler.client.is_connected():
                log.warning("socket.reconnecting")
                await handler.client.connect_to_new_endpoint(force=True)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the same
