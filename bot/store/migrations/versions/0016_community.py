"""Questions that people put before the community."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, UTCDateTime, Words

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "community_questions",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("ts", sa.String(32), nullable=True),
        sa.Column("link", Words, nullable=True),
        sa.Column("text", Words, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("solver", sa.String(32), nullable=True),
        sa.Column("solver_name", Words, nullable=True),
        sa.Column("solution_ts", sa.String(32), nullable=True),
        sa.Column("solution_link", Words, nullable=True),
        sa.Column("solution", Words, nullable=True),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("solved_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_community_questions_thread", "community_questions", ["team", "channel", "ts"])
    op.create_index("ix_community_questions_state", "community_questions", ["team", "state", "id"])


def downgrade() -> None:
    op.drop_table("community_questions")
