"""Figures that a person let the agents of their ticket see."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import Document

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as table:
        table.add_column(sa.Column("figures", Document, nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("tickets") as table:
        table.drop_column("figures")
