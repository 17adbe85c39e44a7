"""Downloads that wait for a yes, and the dated sums of those that got it."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Document, UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "downloads",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("sent_at", UTCDateTime, nullable=False),
        sa.Column("mark", sa.String(64), nullable=True),
        sa.Column("found", Document, nullable=True),
    )
    op.create_index("ix_downloads_person", "downloads", ["team", "user_id"])
    op.create_index("ix_downloads_sent_at", "downloads", ["sent_at"])
    op.create_table(
        "earnings_ledgers",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("ledger", Document, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("earnings_ledgers")
    op.drop_table("downloads")
