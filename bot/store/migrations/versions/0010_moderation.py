"""Content that moderators change, questions that were not answered, and suggestions for channels."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, UTCDateTime, Words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_items",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.Column("live", Document, nullable=True),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("checked", Document, nullable=True),
        sa.Column("changed_at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_content_items_state", "content_items", ["team", "state", "id"])
    op.create_table(
        "content_revisions",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("item_id", BigId, sa.ForeignKey("content_items.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body", Document, nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.UniqueConstraint("item_id", "version", name="uq_content_revisions_version"),
    )
    op.create_table(
        "missed_groups",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("wording", Words, nullable=False),
        sa.Column("intent", sa.String(64), nullable=True),
        sa.Column("decision", sa.String(16), nullable=True),
        sa.Column("decided_by", sa.String(32), nullable=True),
        sa.Column("decided_at", UTCDateTime, nullable=True),
        sa.Column("created_at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_missed_groups_team", "missed_groups", ["team", "id"])
    op.create_table(
        "missed_questions",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("intent", sa.String(64), nullable=True),
        sa.Column("group_id", BigId, nullable=True),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_missed_questions_group", "missed_questions", ["team", "group_id", "at"])
    op.create_index("ix_missed_questions_at", "missed_questions", ["at"])
    op.create_table(
        "faq_suggestions",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("ts", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("direct", sa.String(255), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(32), nullable=True),
        sa.Column("card", sa.String(32), nullable=True),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.UniqueConstraint("team", "channel", "ts", name="uq_faq_suggestions_message"),
    )


def downgrade() -> None:
    tables = (
        "faq_suggestions",
        "missed_questions",
        "missed_groups",
        "content_revisions",
        "content_items",
    )
    for table in tables:
        op.drop_table(table)
