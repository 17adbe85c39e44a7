"""What people tell of themselves, so that a check needs no record."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_facts",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", Words, nullable=False),
        sa.Column("told_on", sa.Date, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("declared_facts")
