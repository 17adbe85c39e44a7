"""Who looked at whose record, in which role and why: written down before it is shown, and never changed."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.roles import Role
from bot.rooms.people.tables import RecordView

SHOWN = 20


async def write_view(
    session: AsyncSession, *, freelancer_id: str, viewer: Who, role: Role, reason: str, now: dt.datetime
) -> None:
    """Note that `viewer` looks at the record, in the transaction of `session`."""
    session.add(
        RecordView(
            freelancer_id=freelancer_id,
            team=viewer.team,
            viewer=viewer.user,
            role=role.value,
            reason=reason,
            at=now,
        )
    )


async def views_of(session: AsyncSession, freelancer_id: str, *, limit: int = SHOWN) -> Sequence[RecordView]:
    """Who looked at this record, the latest first."""
    found = await session.scalars(
        select(RecordView)
        .where(col(RecordView.freelancer_id) == freelancer_id)
        .order_by(col(RecordView.at).desc(), col(RecordView.id).desc())
        .limit(limit)
    )
    return found.all()
