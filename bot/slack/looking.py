"""What a job looks up in Slack before it goes on: a message as it stands now, whose it is, its address."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.outbox import Job
from bot.slack.counted import code_of

LOOK = "slack.look"
_GONE = frozenset({"thread_not_found", "message_not_found"})


async def look(client: AsyncWebClient, job: Job) -> dict[str, Any]:
    """`{channel, ts}` -> `{ts, thread, user, name, text, link}`.

    All but `ts` are None where the message is gone, and so are `user` and `name` where a bot wrote it.
    """
    channel, ts = job.payload["channel"], job.payload["ts"]
    nothing = {"ts": ts, "thread": None, "user": None, "name": None, "text": None, "link": None}
    try:
        # The ts of a reply brings that reply alone, that of a thread its first message first.
        page = await client.conversations_replies(channel=channel, ts=ts, limit=1)
        address = await client.chat_getPermalink(channel=channel, message_ts=ts)
    except SlackApiError as error:
        if code_of(error) in _GONE:
            return nothing
        raise
    listed = page.get("messages")
    messages = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    message = next((one for one in messages if one.get("ts") == ts), None)
    if message is None:
        return nothing
    user = None if message.get("bot_id") else _word(message.get("user"))
    return {
        "ts": ts,
        "thread": _word(message.get("thread_ts")),
        "user": user,
        "name": None if user is None else await _name(client, user),
        "text": str(message.get("text") or ""),
        "link": _word(address.get("permalink")),
    }


async def _name(client: AsyncWebClient, user: str) -> str | None:
    """What somebody is called in Slack; None where Slack does not say."""
    try:
        found = (await client.users_info(user=user)).get("user")
    except SlackApiError:
        return None
    known = found if isinstance(found, dict) else {}
    profile = known.get("profile")
    shown = profile if isinstance(profile, dict) else {}
    names = (shown.get("display_name"), shown.get("real_name"), known.get("real_name"), known.get("name"))
    return next(filter(None, map(_word, names)), None)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
