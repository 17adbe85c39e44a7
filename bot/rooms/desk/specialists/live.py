"""Messages that are kept up to date in place: posted once, then changed where they stand.

Only the latest state is sent: a change that still waits is replaced, one that changes nothing is left out.
Names are unique in the house (`wait:12:person`); whoever shows one holds the lock on what it is about.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.render import Message
from bot.rooms.desk.specialists.tables import LiveMessage

POSTED = "live.posted"


async def show(
    session: AsyncSession,
    name: str,
    message: Message,
    *,
    now: datetime,
    channel: str | None = None,
    user: str | None = None,
) -> None:
    """Show `message` under `name`: new in `channel` (or the DM with `user`), later in the same place."""
    row = await _locked(session, name)
    if row is None:
        session.add(LiveMessage(name=name, message=dict(message)))
        await session.flush()
        to = {"channel": channel} if channel is not None else {"user": user}
        await outbox.enqueue(
            session,
            key=f"live:{name}:1",
            kind="slack.post" if channel is not None else "slack.dm",
            payload={**to, **message, "then": POSTED, "ref": {"name": name, "version": 1}},
            lane=f"live:{name}",
            now=now,
        )
        return
    if row.message == dict(message):
        return
    before = row.version
    row.message = dict(message)
    row.version += 1
    if row.ts is not None:
        await outbox.cancel(session, f"live:{name}:{before}")
        await _update(session, row, now)


async def posted(session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
    """The continuation `POSTED`: the message has its place; what changed meanwhile is shown."""
    ref = job.payload["ref"]
    row = await _locked(session, ref["name"])
    if row is None:
        return
    row.channel, row.ts = result["channel"], result["ts"]
    if row.version != ref["version"]:
        await _update(session, row, now)


async def _update(session: AsyncSession, row: LiveMessage, now: datetime) -> None:
    await outbox.enqueue(
        session,
        key=f"live:{row.name}:{row.version}",
        kind="slack.update",
        payload={"channel": row.channel, "ts": row.ts, **row.message},
        lane=f"live:{row.name}",
        now=now,
    )


async def _locked(session: AsyncSession, name: str) -> LiveMessage | None:
    found = await session.execute(
        select(LiveMessage)
        .where(col(LiveMessage.name) == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.scalar_one_or_none()
