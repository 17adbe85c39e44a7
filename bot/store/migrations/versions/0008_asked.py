"""Beside a reply, what it takes to say why its question was understood so."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Document

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation_lines", sa.Column("asked", Document, nullable=True))


def downgrade() -> None:
    op.drop_column("conversation_lines", "asked")
