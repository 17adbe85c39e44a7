"""Replies to a command or to a press in an ephemeral message: sent to the address that Slack gave with it."""

from typing import Any

import aiohttp

from bot.delivery import LaterError, RefusedError
from bot.delivery.outbox import Job

GONE = {404, 410}  # the address is used up (30 minutes, 5 replies)
SECONDS = 20


async def respond(job: Job) -> dict[str, Any]:
    """`{url, text, blocks}`: seen by the person alone. Nobody can look for it: a lost reply may repeat it."""
    payload = job.payload
    body = {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": payload["text"],
        "blocks": payload["blocks"],
    }
    try:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(payload["url"], json=body) as answer,
        ):
            if answer.status in GONE:
                raise RefusedError("slack: the response address is used up")
            if answer.status >= 400:  # noqa: PLR2004 - HTTP's own border
                raise LaterError(f"slack: response address said {answer.status}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise LaterError(f"slack: {type(error).__name__}") from error
    return {}
