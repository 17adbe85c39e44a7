"""Specialists: duty, queues, drafts of job posts, and messages kept up to date in place."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, UTCDateTime, Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "specialist_duties",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("queue", sa.String(32), primary_key=True),
        sa.Column("member", sa.String(32), primary_key=True),
        sa.Column("since", UTCDateTime, nullable=False),
        sa.Column("until", UTCDateTime, nullable=False),
    )
    op.create_table(
        "specialist_waits",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("slot", sa.String(128), nullable=True, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("queue", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("details", Words, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.String(32), nullable=True),
        sa.Column("ticket_id", BigId, sa.ForeignKey("tickets.id", ondelete="SET NULL"), nullable=True),
        sa.Column("meeting", Words, nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("note", Words, nullable=True),
        sa.Column("entered_at", UTCDateTime, nullable=False),
        sa.Column("accepted_at", UTCDateTime, nullable=True),
        sa.Column("ended_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_specialist_waits_queue", "specialist_waits", ["team", "queue", "state", "id"])
    op.create_index("ix_specialist_waits_person", "specialist_waits", ["team", "person", "id"])
    op.create_table(
        "live_messages",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("ts", sa.String(32), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("message", Document, nullable=False),
    )
    op.create_table(
        "job_posts",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("specialist", sa.String(32), nullable=True),
        sa.Column("turn", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_at", UTCDateTime, nullable=False),
        sa.Column("finished_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_job_posts_person", "job_posts", ["team", "person", "id"])
    op.create_table(
        "job_post_versions",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("job_post_id", BigId, sa.ForeignKey("job_posts.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("fields", Document, nullable=False),
        sa.UniqueConstraint("job_post_id", "version", name="uq_job_post_versions"),
    )


def downgrade() -> None:
    for table in (
        "job_post_versions",
        "job_posts",
        "live_messages",
        "specialist_waits",
        "specialist_duties",
    ):
        op.drop_table(table)
