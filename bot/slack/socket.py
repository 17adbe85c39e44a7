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


class Socket:
    """The connection that we open to Slack."""

    def __init__(self, door: Door, app_token: str, *, base_url: str) -> None:
        self._door, self._app_token, self._base_url = door, app_token, base_url
        self._client: SocketModeClient | None = None

    async def wrong(self) -> dict[str, str]:
        """What keeps Slack from reaching us through it; empty while it is connected."""
        if self._client is not None and await self._client.is_connected():
            return {}
        return {"socket mode": "is not connected"}

    async def run(self, stop: asyncio.Event, *, look: float = LOOK_SECONDS) -> None:
        """Listen until `stop`; a connection that is gone is opened anew, as often as it takes."""
        handler = _Handler(
            app=cast(AsyncApp, self._door),  # it is asked for nothing but `async_dispatch`
            app_token=self._app_token,
            logger=logging.getLogger("slack_bolt"),
            web_client=slack_client(None, self._base_url),
        )
        self._client = handler.client
        await handler.connect_async()  # type: ignore[no-untyped-call]  # slack-bolt leaves it so
        log.info("socket.connected")
        try:
            while not stop.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(look):
                        await stop.wait()
                if not stop.is_set() and not await handler.client.is_connected():
                    await _again(handler.client)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # the same


async def _again(client: SocketModeClient) -> None:
    """Try once to connect; Slack may be away for longer than that."""
    log.warning("socket.reconnecting")
    try:
        await client.connect_to_new_endpoint(force=True)
    except Exception as error:  # noqa: BLE001 - slack_sdk raises an AttributeError for a 500 of Slack's
        log.warning("socket.not_connected", error=type(error).__name__)
