"""What leaves for Slack: messages, edits, ephemeral notes, homes and files, each sent once."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.asking.answering import REPLY
from bot.delivery.doing import Sender
from bot.delivery.errors import DeliveryError, LaterError, RefusedError
from bot.delivery.outbox import Job
from bot.delivery.workers import Delivery
from bot.messages import is_dm
from bot.slack.counted import BoundedResponse, Count, CountedClient, code_of
from bot.slack.looking import LOOK, look

log = structlog.get_logger(__name__)

METADATA = "laurel"
"""The event type of our messages' metadata; its payload is {"key": the job's key}."""

# Errors that say nothing against the message itself: it may well work later (docs.slack.dev, each method).
_PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
TOKEN_REFUSED = frozenset({"invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Slack does not take the token: nothing is wrong with the message, it waits until there is a good one."""
_TOKEN_WAIT = timedelta(minutes=1)
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_LONGEST_WAIT = timedelta(hours=1)
_DEFAULT_WAIT = timedelta(seconds=30)  # Slack always names a time; this is for a proxy that does not
_SEARCH_MARGIN = timedelta(hours=2)  # how far our clock and Slack's may be apart
_PAGE = 200


def slack_session(timeout: int = 20) -> aiohttp.ClientSession:
    """Connections to Slack that are used again: without it each call begins with a handshake. Close it."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout), response_class=BoundedResponse)


def slack_client(
    token: str | None,
    base_url: str,
    *,
    timeout: int = 20,
    session: aiohttp.ClientSession | None = None,
    count: Count | None = None,
) -> AsyncWebClient:
    """A Web API client that never repeats a call by itself: only the outbox knows whether that is safe.

    With a `session` that one's timeout counts. `count` hears of each call and its outcome.
    """
    return CountedClient(
        token=token, base_url=base_url, timeout=timeout, session=session, retry_handlers=[], count=count
    )


def register_slack(
    delivery: Delivery, client: AsyncWebClient, *, replied: Callable[[Job], None] | None = None
) -> None:
    """Give `delivery` the senders of all `slack.*` kinds. `client` must come from `slack_client`.

    `replied` hears of each reply to a question once Slack has taken it.
    """
    sender = SlackSender(client)
    senders: dict[str, Sender] = {
        "slack.post": sender.post,
        "slack.dm": sender.direct,
        "slack.update": sender.update,
        "slack.ephemeral": sender.ephemeral,
        "slack.home": sender.home,
        "slack.upload": sender.upload,
        LOOK: partial(look, client),
    }
    for kind, fn in senders.items():
        delivery.send(kind, _translated(fn, replied))


class SlackSender:
    """Each method does one job and returns what Slack said that is worth keeping."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._channels: dict[str, str] = {}  # user id -> the id of the DM with them

    async def post(self, job: Job) -> dict[str, Any]:
        """`{channel, thread_ts?, text, blocks?, shares?}` -> `{channel, ts}`; looked for before a repetition.

        `shares`: its text links to files in Slack that its readers are to see. A link to a file that we can
        see shares it, where it may unfold.
        """
        return await self._post(job, str(job.payload["channel"]))

    async def direct(self, job: Job) -> dict[str, Any]:
        """`{user, thread_ts?, text, blocks?}` -> `{channel, ts}`, in the DM with that user."""
        user = str(job.payload["user"])
        if user not in self._channels:
            opened = await self._client.conversations_open(users=user)
            channel = opened.get("channel")
            if not isinstance(channel, dict) or not isinstance(channel.get("id"), str):
                raise LaterError("slack: no_channel")
            self._channels[user] = channel["id"]
        return await self._post(job, self._channels[user])

    async def update(self, job: Job) -> dict[str, Any]:
        """`{channel, ts, text, blocks?}`: a second time changes nothing."""
        payload = job.payload
        await self._client.chat_update(
            channel=payload["channel"], ts=payload["ts"], text=payload["text"], blocks=payload.get("blocks")
        )
        return {"channel": payload["channel"], "ts": payload["ts"]}

    async def ephemeral(self, job: Job) -> dict[str, Any]:
        """`{channel, user, thread_ts?, text, blocks?}`. After a lost reply it may repeat."""
        payload = job.payload
        sent = await self._client.chat_postEphemeral(
            channel=payload["channel"],
            user=payload["user"],
            thread_ts=payload.get("thread_ts"),
            text=payload["text"],
            blocks=payload.get("blocks"),
        )
        return {"channel": payload["channel"], "ts": sent.get("message_ts")}

    async def home(self, job: Job) -> dict[str, Any]:
        """`{user, view}`: the latest one stays, so a second time changes nothing."""
        await self._client.views_publish(user_id=job.payload["user"], view=job.payload["view"])
        return {}

    async def upload(self, job: Job) -> dict[str, Any]:
        """`{channel, thread_ts?, filename, content (base64) or path, title?, text?}` -> `{channel, file}`.

        A file carries no metadata, so its name carries a mark made from the job's key.
        """
        payload = job.payload
        name = _marked(str(payload["filename"]), job.key)
        if job.may_have_happened:
            async for message in self._messages(job, str(payload["channel"])):
                for file in _things(message.get("files")):
                    if file.get("name") == name:
                        return {"channel": payload["channel"], "file": file["id"]}
        if "content" in payload:
            content = base64.b64decode(payload["content"])
        else:
            content = await asyncio.to_thread(_read, str(payload["path"]))
        sent = await self._client.files_upload_v2(
            channel=payload["channel"],
            thread_ts=payload.get("thread_ts"),
            initial_comment=payload.get("text"),
            filename=name,
            title=payload.get("title", payload["filename"]),
            content=content,
        )
        files = [file for file in _things(sent.get("files")) if file.get("id")]
        if not files:
            raise LaterError("slack: no_file")
        return {"channel": payload["channel"], "file": files[0]["id"]}

    async def _post(self, job: Job, channel: str) -> dict[str, Any]:
        if job.may_have_happened:
            async for message in self._messages(job, channel):
                if _key(message) == job.key:
                    return {"channel": channel, "ts": message["ts"]}
        sent = await self._client.chat_postMessage(
            channel=channel,
            thread_ts=job.payload.get("thread_ts"),
            text=job.payload["text"],
            blocks=job.payload.get("blocks"),
            metadata={"event_type": METADATA, "event_payload": {"key": job.key}},
            unfurl_links=False,
            unfurl_media=bool(job.payload.get("shares")),
        )
        # "ok" without a message is no answer: it is looked for, and else posted again.
        if not isinstance(sent.get("ts"), str) or not sent["ts"]:
            raise LaterError("slack: no_ts")
        await self._in_its_thread(job, channel, sent)
        return {"channel": str(sent.get("channel") or channel), "ts": str(sent["ts"])}

    async def _in_its_thread(self, job: Job, channel: str, sent: Any) -> None:
        """Take a reply down whose question was deleted: Slack then posts it at the channel's root.

        Raises RefusedError. In a DM it may stand at the root: nobody else reads it there.
        """
        posted = sent.get("message")
        lost = isinstance(posted, dict) and job.payload.get("thread_ts") and not posted.get("thread_ts")
        if lost and not is_dm(channel):
            await self._client.chat_delete(channel=channel, ts=sent["ts"])
            raise RefusedError("slack: thread_gone")

    async def _messages(self, job: Job, channel: str) -> AsyncIterator[dict[str, Any]]:
        """What was said where the job belongs since the job came up, newest first, page by page."""
        thread = job.payload.get("thread_ts")
        oldest = f"{(job.created_at - _SEARCH_MARGIN).timestamp():.6f}"
        cursor = None
        while True:
            if thread is None:
                page = await self._client.conversations_history(
                    channel=channel, oldest=oldest, limit=_PAGE, cursor=cursor, include_all_metadata=True
                )
            else:
                page = await self._client.conversations_replies(
                    channel=channel,
                    ts=thread,
                    oldest=oldest,
                    limit=_PAGE,
                    cursor=cursor,
                    include_all_metadata=True,
                )
            if not isinstance(page.get("messages"), list):
                raise LaterError("slack: no_messages")
            for message in _things(page["messages"]):
                yield message
            after = page.get("response_metadata")
            cursor = after.get("next_cursor") if isinstance(after, dict) else None
            if not cursor:
                return


def explained(error: Exception) -> DeliveryError:
    """What an error of the client means for the job."""
    if not isinstance(error, SlackApiError):
        return LaterError(f"slack: {type(error).__name__}")
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = code_of(error) if isinstance(data, dict) and data.get("error") else ""
    if code in TOKEN_REFUSED:
        log.error("slack.token_refused", code=code, cure="copy the bot token anew; what waits goes out then")
        return LaterError(f"slack: {code}", wait=_TOKEN_WAIT, counts=False)
    if status == 429 or code in _LIMITED:  # noqa: PLR2004 - HTTP's own name for it
        return LaterError("slack: ratelimited", wait=_retry_after(response), counts=False)
    if status >= 500 or code in _PASSING or not code:  # noqa: PLR2004
        return LaterError(f"slack: {code or status}")
    return RefusedError(f"slack: {code}")


def _translated(
    fn: Callable[[Job], Awaitable[dict[str, Any]]], replied: Callable[[Job], None] | None
) -> Callable[[Job], Awaitable[dict[str, Any]]]:
    async def send(job: Job) -> dict[str, Any]:
        try:
            sent = await fn(job)
        except (SlackApiError, SlackRequestError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise explained(error) from error
        if replied is not None and job.key.startswith(REPLY):
            replied(job)
        return sent

    return send


def _retry_after(response: Any) -> timedelta:
    headers = getattr(response, "headers", None) or {}
    given = str(headers.get("Retry-After") or headers.get("retry-after") or "")
    if not given.isdigit():
        return _DEFAULT_WAIT
    # A proxy's slip must not hold a channel for years; a number of many digits is no time at all.
    return timedelta(seconds=min(int(given[:12]), _LONGEST_WAIT.total_seconds()))


def _things(value: Any) -> list[dict[str, Any]]:
    """The objects in what should be a list of them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _key(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != METADATA:
        return None
    payload = metadata.get("event_payload")
    key = payload.get("key") if isinstance(payload, dict) else None
    return None if key is None else str(key)


def _marked(filename: str, key: str) -> str:
    path = PurePosixPath(filename)
    return f"{path.stem}-{hashlib.sha256(key.encode()).hexdigest()[:10]}{path.suffix}"


def _read(path: str) -> bytes:
    return Path(path).read_bytes()
