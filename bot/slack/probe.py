"""Single questions to Slack for `laurel doctor`: what it answered, never an exception."""

from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Told:
    """What Slack told. `error` is None where it said ok, UNREACHABLE where it said nothing we can read."""

    error: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


async def ask(client: AsyncWebClient, method: str, *, token: str | None = None, **arguments: Any) -> Told:
    """Call `method` once, with another token than the client's if one is given."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = await client.api_call(method, params=arguments, headers=headers)
    except SlackApiError as error:
        data = error.response.data if isinstance(error.response.data, dict) else {}
        return Told(str(data.get("error") or UNREACHABLE), data)
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
        return Told(UNREACHABLE)
    found = answer.data if isinstance(answer.data, dict) else {}
    return Told(None, found, {name.lower(): str(value) for name, value in answer.headers.items()})
