"""Replies that agents saved to be used again."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, UTCDateTime, Words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ready_replies",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("title", sa.String(75), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("saved_by", sa.String(32), nullable=False),
        sa.Column("saved_at", UTCDateTime, nullable=False),
        sa.UniqueConstraint("team", "title", name="uq_ready_replies_title"),
    )


def downgrade() -> None:
    op.drop_table("ready_replies")
