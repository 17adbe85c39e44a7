"""Where Laurel is installed. It stands in the main database; what a workspace says has one of its own.

The tables of slack_sdk have its columns (slack_sdk.oauth.installation_store.sqlalchemy), but room for tokens
that are sealed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col

from bot.store.types import UTCDateTime


class Workspace(SQLModel, table=True):
    """A workspace, or an organisation that Laurel was installed in as a whole (`enterprise_wide`).

    `changed_at` grows with each installation and each new token, so that other processes hear of it.
    `gone_at` is when it was uninstalled: nothing is done for it from then on.
    """

    __tablename__ = "workspaces"

    id: str = Field(sa_column=Column(String(32), primary_key=True))
    team: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    enterprise: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    enterprise_wide: bool = Field(sa_column=Column(Boolean, nullable=False))
    name: str = Field(sa_column=Column(String(255), nullable=False))
    installed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    gone_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


async def listed(session: AsyncSession) -> Sequence[Workspace]:
    """Every workspace, those that are gone too, by name."""
    return (await session.scalars(select(Workspace).order_by(col(Workspace.name), col(Workspace.id)))).all()


def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _columns(kind: type[Any], *names: str) -> Sequence[Column[Any]]:
    return [Column(name, kind) for name in names]


def _whose() -> Sequence[Column[Any]]:
    return [
        Column("client_id", String(32), nullable=False),
        Column("app_id", String(32), nullable=False),
        Column("enterprise_id", String(32)),
        Column("enterprise_name", String(200)),
        Column("team_id", String(32)),
        Column("team_name", String(200)),
        *_columns(Text, "bot_token", "bot_refresh_token"),
        Column("bot_id", String(32)),
        Column("bot_user_id", String(32)),
        Column("bot_scopes", String(1000)),
        Column("bot_token_expires_at", DateTime),
        Column("is_enterprise_install", Boolean, nullable=False),
        Column("installed_at", DateTime, nullable=False),
    ]


BOTS = Table(
    "slack_bots",
    SQLModel.metadata,
    _number(),
    *_whose(),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)
INSTALLATIONS = Table(
    "slack_installations",
    SQLModel.metadata,
    _number(),
    *_whose(),
    Column("enterprise_url", String(200)),
    Column("user_id", String(32), nullable=False),
    *_columns(Text, "user_token", "user_refresh_token"),
    Column("user_scopes", String(1000)),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", String(200)),
    Column("incoming_webhook_channel", String(200)),
    Column("incoming_webhook_channel_id", String(200)),
    Column("incoming_webhook_configuration_url", String(200)),
    Column("token_type", String(32)),
    Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
)
STATES = Table(
    "slack_oauth_states",
    SQLModel.metadata,
    _number(),
    Column("state", String(200), nullable=False),
    Column("expire_at", DateTime, nullable=False),
)
