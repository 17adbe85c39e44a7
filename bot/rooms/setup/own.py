"""A workspace's own settings: kept in its database, read when its house is opened."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.setup.tables import OwnSetting
from bot.store.upsert import insert

OPEN = frozenset(
    {
        "LAUREL_TIMEZONE",
        "LAUREL_RETENTION_DAYS",
        "LAUREL_DESK_CHANNEL",
        "LAUREL_SPECIALIST_CHANNEL",
        "LAUREL_FAQ_CHANNELS",
        "LAUREL_FAQ_MODES",
        "LAUREL_AGENT_GROUP",
        "LAUREL_AGENT_CHANNEL",
        "LAUREL_MODERATOR_GROUP",
        "LAUREL_MODERATOR_CHANNEL",
        "LAUREL_SPECIALIST_GROUP",
        "LAUREL_APPROVALS",
        "LAUREL_COMMUNITY_CHANNEL",
        "LAUREL_QUIET_HOURS",
        "LAUREL_MEETING_URL",
    }
)
"""What a workspace's admins may set. Addresses of databases, files and mail servers are the operator's: an
admin of one workspace could else reach what belongs to another, or to the machine."""


async def read(session: AsyncSession) -> dict[str, str]:
    """The settings that were made, by name."""
    rows = (await session.scalars(select(OwnSetting))).all()
    return {row.name: row.value for row in rows if row.name in OPEN}


async def version(session: AsyncSession) -> datetime | None:
    """When something was changed last; None where nothing ever was."""
    found: datetime | None = await session.scalar(select(func.max(col(OwnSetting.changed_at))))
    return found


async def keep(session: AsyncSession, values: Mapping[str, str], *, by: str, now: datetime) -> None:
    """Set these; other settings stay as they are."""
    for name, value in values.items():
        row = {"value": value, "changed_by": by, "changed_at": now}
        await session.execute(
            insert(session, OwnSetting)
            .values(name=name, **row)
            .on_conflict_do_update(index_elements=["name"], set_=row)
        )
