"""The outbox."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, OrderKey, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("lane", sa.String(255), nullable=True),
        sa.Column("order_key", OrderKey, nullable=False),
        sa.Column("bucket", sa.String(255), nullable=True),
        sa.Column("payload", Document, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due_at", UTCDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", UTCDateTime, nullable=True),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("result", Document, nullable=True),
        sa.Column("last_error", sa.String(255), nullable=True),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("done_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_jobs_due", "jobs", ["state", "due_at", "id"])
    op.create_index("ix_jobs_lane", "jobs", ["lane", "state", "order_key", "id"])
    op.create_index("ix_jobs_done", "jobs", ["state", "done_at"])
    op.create_table(
        "buckets",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("free_at", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("buckets")
    op.drop_table("jobs")
