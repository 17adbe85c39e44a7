"""What conversations remember."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, UTCDateTime, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=False),
        sa.Column("turn", Document, nullable=True),
        sa.Column("human_present", sa.Boolean, nullable=False),
        sa.Column("updated_at", UTCDateTime, nullable=False),
        sa.UniqueConstraint("team", "channel", "thread", name="uq_conversations_place"),
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])
    op.create_table(
        "conversation_lines",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column(
            "conversation_id", BigId, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_conversation_lines_order", "conversation_lines", ["conversation_id", "at", "id"])
    op.create_index("ix_conversation_lines_at", "conversation_lines", ["at"])


def downgrade() -> None:
    op.drop_table("conversation_lines")
    op.drop_table("conversations")
