"""The Web API client, with each call counted by its method and what came of it."""

from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

Count = Callable[[str, str], None]
"""Hears the method and the outcome: "ok", Slack's own error code, an HTTP status, or "unreachable"."""

_LONGEST = 64  # characters of a code; Slack's own are below forty


class CountedClient(AsyncWebClient):
    """Calls Slack as AsyncWebClient does; `count` hears of each call."""

    def __init__(self, *args: Any, count: Count | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._count = count

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """As the client's own; raises what it raises."""
        outcome = "ok"
        try:
            return await super().api_call(api_method, **options)
        except SlackApiError as error:
            outcome = _outcome(error)
            raise
        except (aiohttp.ClientError, TimeoutError, OSError):
            outcome = "unreachable"
            raise
        finally:
            if self._count is not None:
                self._count(api_method, outcome)


def _outcome(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    # Slack's codes are short words; anything else is somebody else's page and no label.
    if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= _LONGEST:
        return code
    return f"http_{getattr(error.response, 'status_code', 0)}"
