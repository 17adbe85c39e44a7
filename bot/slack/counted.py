"""The Web API client as we use it: each call counted by what came of it, each answer one that can be read."""

from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

Count = Callable[[str, str], None]
"""Hears the method and the outcome: "ok", Slack's own error code, an HTTP status, "odd" or "unreachable"."""

_LONGEST = 64  # characters of a code; Slack's own are below forty
_LARGEST = 8 * 1024 * 1024  # bytes of an answer; a page of 200 messages with their blocks stays below
_PIECE = 64 * 1024


class BoundedResponse(aiohttp.ClientResponse):
    """An answer that is never read beyond what Slack could have said."""

    async def read(self) -> bytes:
        """The body. Raises ClientPayloadError where it is too large."""
        if self._body is None:
            found = bytearray()
            async for piece in self.content.iter_chunked(_PIECE):
                found += piece
                if len(found) > _LARGEST:
                    self.close()
                    raise aiohttp.ClientPayloadError("larger than any answer of Slack's")
            self._body = bytes(found)
        return self._body


class CountedClient(AsyncWebClient):
    """Calls Slack as AsyncWebClient does; `count` hears of each call."""

    def __init__(self, *args: Any, count: Count | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._count = count

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """As the client's own; raises what it raises, and SlackRequestError for an answer that is none."""
        outcome = "ok"
        try:
            return await super().api_call(api_method, **options)
        except SlackApiError as error:
            outcome = code_of(error)
            raise
        except (AttributeError, ValueError, RecursionError) as error:
            # A list, a word, letters in no encoding, JSON without a bottom: slack_sdk trips over each.
            outcome = "odd"
            raise SlackRequestError("an answer that is none") from error
        except (aiohttp.ClientError, TimeoutError, OSError):
            outcome = "unreachable"
            raise
        finally:
            if self._count is not None:
                self._count(api_method, outcome)


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong, else the HTTP status: never anybody's text."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    # Slack's codes are short words; anything else is somebody else's page and no label.
    if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= _LONGEST:
        return code
    return f"http_{getattr(error.response, 'status_code', 0)}"
