"""A person's Home tab as work to be done: drawn and published by bot/slack/home.py."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import enqueue
from bot.messages import Who

KIND = "inbox.home"
THEN = "home.publish"


async def refresh(session: AsyncSession, who: Who, *, key: str, now: datetime, wanted: str = "") -> None:
    """Have somebody's Home tab drawn again, for rooms that changed what it shows."""
    payload = {"then": THEN, "team": who.team, "user": who.user, "wanted": wanted, "at": now.isoformat()}
    await enqueue(session, key=f"home:{key}", kind=KIND, payload=payload, lane=f"home:{who.user}", now=now)
