"""Freelancers' records, links to Slack users, who looked at a record, and the weekly run."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, UTCDateTime, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freelancers",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("email_key", sa.String(320), nullable=True),
        sa.Column("as_of", UTCDateTime, nullable=True),
        sa.Column("imported_at", UTCDateTime, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_freelancers_email_key", "freelancers", ["email_key"])
    op.create_table(
        "referrals",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("referrer_id", sa.String(255), nullable=False),
        sa.Column("friend_id", sa.String(255), nullable=False),
        sa.Column("code", sa.String(255), nullable=True),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.Column("new_to_platform", sa.Boolean, nullable=True),
        sa.Column("earned", Document, nullable=False),
        sa.Column("reached_on", sa.Date, nullable=True),
        sa.Column("as_of", UTCDateTime, nullable=True),
        sa.UniqueConstraint("referrer_id", "friend_id", name="uq_referrals_pair"),
    )
    op.create_table(
        "links",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("freelancer_id", sa.String(255), nullable=True),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("linked_at", UTCDateTime, nullable=False),
        sa.Column("opted_out", sa.Boolean, nullable=False),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("zone_at", UTCDateTime, nullable=True),
        sa.Column("told_at", UTCDateTime, nullable=True),
        sa.Column("baseline", Document, nullable=True),
        sa.UniqueConstraint("team", "freelancer_id", name="uq_links_freelancer"),
    )
    op.create_index("ix_links_freelancer_id", "links", ["freelancer_id"])
    op.create_table(
        "link_codes",
        sa.Column("team", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("freelancer_id", sa.String(255), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tries_left", sa.Integer, nullable=False),
        sa.Column("expires_at", UTCDateTime, nullable=False),
    )
    op.create_table(
        "link_requests",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("freelancer_id", sa.String(255), nullable=True),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_link_requests_user", "link_requests", ["team", "user_id", "at"])
    op.create_index("ix_link_requests_freelancer", "link_requests", ["freelancer_id", "at"])
    op.create_table(
        "record_views",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("freelancer_id", sa.String(255), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("viewer", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_record_views_freelancer", "record_views", ["freelancer_id", "at"])
    op.create_table(
        "verdict_history",
        sa.Column("freelancer_id", sa.String(255), primary_key=True),
        sa.Column("on", sa.Date, primary_key=True),
        sa.Column("states", Document, nullable=False),
    )
    op.create_table(
        "recheck_runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("started_at", UTCDateTime, nullable=False),
        sa.Column("finished_at", UTCDateTime, nullable=True),
        sa.Column("position_team", sa.String(32), nullable=False),
        sa.Column("position_user", sa.String(32), nullable=False),
        sa.Column("checked", sa.Integer, nullable=False),
        sa.Column("unreachable", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "recheck_runs",
        "verdict_history",
        "record_views",
        "link_requests",
        "link_codes",
        "links",
        "referrals",
        "freelancers",
    ):
        op.drop_table(table)
