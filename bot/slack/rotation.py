"""Tokens that end after some hours, and the new one that is asked for in time."""

from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.counted import code_of
from bot.slack.installations import Token

log = structlog.get_logger(__name__)

AHEAD = timedelta(hours=2)
"""How long before its end a token is replaced; Slack's last twelve hours."""


def due(token: Token, now: datetime) -> bool:
    """Whether it is time for a new one."""
    return token.expires is not None and token.refresh is not None and token.expires - now < AHEAD


async def rotated(client: AsyncWebClient, settings: Settings, token: Token, now: datetime) -> Token | None:
    """The token that follows; None where Slack gives none, and the present one has to do."""
    client_id, client_secret = settings.app
    try:
        told = await client.oauth_v2_access(
            client_id=client_id,
            client_secret=client_secret,
            grant_type="refresh_token",
            refresh_token=token.refresh,
        )
    except SlackApiError as error:
        # The error holds the request with its secrets: its code is all that is said.
        log.error("token.not_rotated", code=code_of(error), cure="install anew if it goes on")  # noqa: TRY400
        return None
    except (SlackRequestError, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("token.not_rotated", error=type(error).__name__)
        return None
    fresh, seconds = told.get("access_token"), told.get("expires_in")
    if not isinstance(fresh, str) or not isinstance(seconds, int):
        log.error("token.not_rotated", code="odd")
        return None
    return Token(fresh, told.get("refresh_token") or token.refresh, now + timedelta(seconds=seconds))
