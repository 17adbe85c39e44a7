"""Emojis on messages: stored where a room takes that emoji in that channel, and handled once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job
from bot.messages import Surface, Where, Who, is_dm
from bot.slack.front import Front
from bot.slack.messages import installed_in
from bot.surfaces import Reacted

log = structlog.get_logger(__name__)

KIND = "inbox.reaction"


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """Store a `reaction_added` event that somebody takes. A tone of skin makes no other emoji."""
    event = body.get("event") or {}
    item, user = event.get("item") or {}, event.get("user")
    emoji = str(event.get("reaction") or "").partition("::")[0]
    channel, ts = item.get("channel"), item.get("ts")
    if not isinstance(user, str) or user == front.identity.user or item.get("type") != "message" or not ts:
        log.debug("reaction.dropped", why="nobody's, or on no message")
        return
    if not front.ours(installed_in(body)) or (channel, emoji) not in front.surfaces.reactions:
        log.debug("reaction.dropped", why="nobody takes it")
        return
    moment = str(event.get("event_ts") or "")
    await front.inbox.put(
        KIND,
        key=f"reaction:{user}:{channel}:{ts}:{emoji}:{moment}",
        payload={
            "team": str(body.get("team_id") or event.get("team") or ""),
            "user": user,
            "channel": channel,
            "ts": ts,
            "emoji": emoji,
        },
        lane=f"in:{channel}:{ts}",
        order=moment,
    )


async def handle(session: AsyncSession, job: Job, now: datetime, front: Front) -> None:
    """Give a stored reaction to the room that takes it."""
    payload = job.payload
    handler = front.surfaces.reactions.get((payload["channel"], payload["emoji"]))
    if handler is None:
        log.warning("reaction.dropped", why="nobody takes it any more")
        return
    surface = Surface.DM if is_dm(payload["channel"]) else Surface.CHANNEL
    reacted = Reacted(
        emoji=payload["emoji"],
        who=Who(payload["team"], payload["user"]),
        where=Where(payload["channel"], surface, None, payload["ts"]),
        key=job.key,
        at=datetime.fromisoformat(payload["at"]),
    )
    await handler(session, reacted, now)
