"""Who came and went: roles follow at once, and whoever was deactivated has none, in every process."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Column, String, delete, select
from sqlmodel import Field, SQLModel, col

from bot.slack.front import Front
from bot.store import Store
from bot.store.types import UTCDateTime
from bot.store.upsert import insert

log = structlog.get_logger(__name__)


class Departed(SQLModel, table=True):
    """A user whom Slack deactivated. They keep their rows, and lose their roles."""

    __tablename__ = "departed"

    user: str = Field(sa_column=Column(String(32), primary_key=True))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """`user_change`, and all that changes who is in a group or a channel."""
    if not front.ours(str(body.get("team_id") or "")):
        return
    event = body.get("event") or {}
    user: Any = event.get("user")
    if event.get("type") == "user_change":
        # It comes with every new status of anybody: only who leaves or comes back is of interest.
        known = isinstance(user, dict) and bool(user.get("id"))
        gone = known and user.get("deleted") is True
        if not known or await departed(front.store, str(user["id"])) is gone:
            return
        await _changed(front.store, str(user["id"]), gone=gone, now=front.clock())
    elif not front.roles.counts(event.get("channel") or event.get("subteam_id")):
        return
    front.roles.forget()


async def _changed(store: Store, user: str, *, gone: bool, now: datetime) -> None:
    async with store.write() as session:
        if gone:
            row = insert(session, Departed).values(user=user, at=now)
            await session.execute(row.on_conflict_do_nothing())
        else:
            await session.execute(delete(Departed).where(col(Departed.user) == user))
    if gone:
        log.info("user.departed")


async def departed(store: Store, user: str) -> bool:
    """Whether Slack deactivated them."""
    async with store.read() as session:
        return (
            await session.scalar(select(col(Departed.user)).where(col(Departed.user) == user))
        ) is not None
