"""Days on which people want to be checked again."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("program", sa.String(64), primary_key=True),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("risk", sa.Boolean, nullable=False),
        sa.Column("set_at", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("reminders")
