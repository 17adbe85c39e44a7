"""Workspaces that Laurel was installed in from a link, with slack_sdk's tables of their tokens.

The columns are slack_sdk's; those of secrets are longer than its own, because they are sealed.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.store.types import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _columns(*, user: bool) -> list[sa.Column[Any]]:
    """slack_sdk's columns of a bot, and of a whole installation (`user`)."""
    text, name, flag = sa.Text, sa.String(200), sa.Boolean
    columns: list[sa.Column[Any]] = [
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("client_id", sa.String(32), nullable=False),
        sa.Column("app_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("enterprise_name", name),
        sa.Column("team_id", sa.String(32)),
        sa.Column("team_name", name),
        sa.Column("bot_token", text),
        sa.Column("bot_refresh_token", text),
        sa.Column("bot_id", sa.String(32)),
        sa.Column("bot_user_id", sa.String(32)),
        sa.Column("bot_scopes", sa.String(1000)),
        sa.Column("bot_token_expires_at", sa.DateTime),
        sa.Column("is_enterprise_install", flag, nullable=False),
        sa.Column("installed_at", sa.DateTime, nullable=False),
    ]
    if user:
        columns += [
            sa.Column("enterprise_url", name),
            sa.Column("user_id", sa.String(32), nullable=False),
            sa.Column("user_token", text),
            sa.Column("user_refresh_token", text),
            sa.Column("user_scopes", sa.String(1000)),
            sa.Column("user_token_expires_at", sa.DateTime),
            sa.Column("incoming_webhook_url", name),
            sa.Column("incoming_webhook_channel", name),
            sa.Column("incoming_webhook_channel_id", name),
            sa.Column("incoming_webhook_configuration_url", name),
            sa.Column("token_type", sa.String(32)),
        ]
    return columns


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("team", sa.String(32)),
        sa.Column("enterprise", sa.String(32)),
        sa.Column("enterprise_wide", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("installed_at", UTCDateTime, nullable=False),
        sa.Column("changed_at", UTCDateTime, nullable=False),
        sa.Column("gone_at", UTCDateTime),
    )
    op.create_table("slack_bots", *_columns(user=False))
    op.create_table("slack_installations", *_columns(user=True))
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(200), nullable=False),
        sa.Column("expire_at", sa.DateTime, nullable=False),
    )
    whose = ["client_id", "enterprise_id", "team_id"]
    op.create_index("slack_bots_idx", "slack_bots", [*whose, "installed_at"])
    op.create_index("slack_installations_idx", "slack_installations", [*whose, "user_id", "installed_at"])
    op.create_table(
        "departed",
        sa.Column("user", sa.String(32), primary_key=True),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_table(
        "workspace_settings",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "workspace_settings",
        "departed",
        "slack_oauth_states",
        "slack_installations",
        "slack_bots",
        "workspaces",
    ):
        op.drop_table(table)
