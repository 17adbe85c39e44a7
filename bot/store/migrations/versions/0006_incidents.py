"""Incidents, what was said about each, and who is told."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, UTCDateTime, Words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("title", Words, nullable=False),
        sa.Column("components", Document, nullable=False),
        sa.Column("locations", Document, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("opened_at", UTCDateTime, nullable=False),
        sa.Column("changed_at", UTCDateTime, nullable=False),
        sa.Column("resolved_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_incidents_open", "incidents", ["team", "resolved_at", "id"])
    op.create_table(
        "incident_updates",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("incident_id", BigId, sa.ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_incident_updates_incident", "incident_updates", ["incident_id", "id"])
    op.create_table(
        "incident_subscribers",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column("since", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    for table in ("incident_subscribers", "incident_updates", "incidents"):
        op.drop_table(table)
