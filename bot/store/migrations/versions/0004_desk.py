"""The desk: tickets, their history and messages, ratings, and the full-text index over their words."""

import sqlalchemy as sa
from alembic import op

from bot.store.types import BigId, Document, UTCDateTime, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TICKETS = ("tickets.id",)

# The index follows ticket_words by triggers: FTS5 keeps no copy of the words.
SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE ticket_search USING fts5(
        words, content='ticket_words', content_rowid='ticket_id',
        tokenize='porter unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER ticket_words_added AFTER INSERT ON ticket_words BEGIN
        INSERT INTO ticket_search(rowid, words) VALUES (new.ticket_id, new.words);
    END""",
    """CREATE TRIGGER ticket_words_removed AFTER DELETE ON ticket_words BEGIN
        INSERT INTO ticket_search(ticket_search, rowid, words) VALUES ('delete', old.ticket_id, old.words);
    END""",
    """CREATE TRIGGER ticket_words_changed AFTER UPDATE ON ticket_words BEGIN
        INSERT INTO ticket_search(ticket_search, rowid, words) VALUES ('delete', old.ticket_id, old.words);
        INSERT INTO ticket_search(rowid, words) VALUES (new.ticket_id, new.words);
    END""",
    """CREATE TRIGGER ticket_history_stands BEFORE UPDATE ON ticket_history BEGIN
        SELECT RAISE(ABORT, 'the history of a ticket is only ever added to');
    END""",
)
POSTGRESQL_SEARCH = (
    "CREATE INDEX ticket_search ON ticket_words USING gin (to_tsvector('english', words))",
    """CREATE FUNCTION ticket_history_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the history of a ticket is only ever added to';
    END $$""",
    """CREATE TRIGGER ticket_history_stands BEFORE UPDATE ON ticket_history
    FOR EACH ROW EXECUTE FUNCTION ticket_history_stands()""",
)


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(16), nullable=False, unique=True),
        sa.Column("origin", sa.String(255), nullable=False, unique=True),
        sa.Column("opened_by", sa.String(32), nullable=False),
        sa.Column("category", sa.String(64), nullable=False),
        sa.Column("subcategory", sa.String(64), nullable=False),
        sa.Column("details", Words, nullable=False),
        sa.Column("files", Document, nullable=False),
        sa.Column("contact", Words, nullable=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("intents", Document, nullable=False),
        sa.Column("verdicts", Document, nullable=False),
        sa.Column("transcript", Document, nullable=False),
        sa.Column("account", sa.String(32), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("priority", sa.String(32), nullable=False),
        sa.Column("assignee", sa.String(32), nullable=True),
        sa.Column("queue", sa.String(32), nullable=True),
        sa.Column("follows_id", BigId, sa.ForeignKey(*TICKETS), nullable=True),
        sa.Column("merged_into_id", BigId, sa.ForeignKey(*TICKETS), nullable=True),
        sa.Column("resolution", sa.String(32), nullable=True),
        sa.Column("knowledge_link", Words, nullable=True),
        sa.Column("person_channel", sa.String(32), nullable=True),
        sa.Column("person_thread", sa.String(32), nullable=True),
        sa.Column("desk_channel", sa.String(32), nullable=False),
        sa.Column("desk_thread", sa.String(32), nullable=True),
        sa.Column("card_version", sa.Integer, nullable=False),
        sa.Column("opened_at", UTCDateTime, nullable=False),
        sa.Column("changed_at", UTCDateTime, nullable=False),
        sa.Column("first_reply_at", UTCDateTime, nullable=True),
        sa.Column("resolved_at", UTCDateTime, nullable=True),
        sa.Column("closed_at", UTCDateTime, nullable=True),
        sa.Column("snoozed_until", UTCDateTime, nullable=True),
        sa.Column("first_reply_due", UTCDateTime, nullable=False),
        sa.Column("resolution_due", UTCDateTime, nullable=False),
        sa.Column("due_at", UTCDateTime, nullable=False),
        sa.Column("running_since", UTCDateTime, nullable=True),
        sa.Column("used_seconds", sa.Integer, nullable=False),
        sa.Column("timer_round", sa.Integer, nullable=False),
        sa.Column("timer_at", UTCDateTime, nullable=True),
        sa.Column("first_reply_warned", sa.Boolean, nullable=False),
        sa.Column("resolution_warned", sa.Boolean, nullable=False),
        sa.Column("first_reply_breached_at", UTCDateTime, nullable=True),
        sa.Column("resolution_breached_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_tickets_due", "tickets", ["active", "due_at", "id"])
    op.create_index("ix_tickets_assignee", "tickets", ["active", "assignee", "due_at", "id"])
    op.create_index("ix_tickets_person", "tickets", ["team", "person", "id"])
    op.create_index("ix_tickets_person_thread", "tickets", ["person_channel", "person_thread"])
    op.create_index("ix_tickets_desk_thread", "tickets", ["desk_channel", "desk_thread"])
    op.create_index("ix_tickets_opened", "tickets", ["opened_at"])
    op.create_table(
        "ticket_history",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", BigId, sa.ForeignKey(*TICKETS, ondelete="CASCADE"), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=True),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("reason", Words, nullable=True),
        sa.Column("detail", Document, nullable=False),
    )
    op.create_index("ix_ticket_history_ticket", "ticket_history", ["ticket_id", "id"])
    op.create_table(
        "ticket_messages",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", BigId, sa.ForeignKey(*TICKETS, ondelete="CASCADE"), nullable=False),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("order_key", sa.String(64), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("files", Document, nullable=False),
        sa.Column("source_channel", sa.String(32), nullable=True),
        sa.Column("source_ts", sa.String(32), nullable=True),
        sa.Column("copy_channel", sa.String(32), nullable=True),
        sa.Column("copy_ts", sa.String(32), nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("shown_revision", sa.Integer, nullable=False),
        sa.Column("edited_ts", sa.String(32), nullable=True),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
    )
    op.create_index("ix_ticket_messages_ticket", "ticket_messages", ["ticket_id", "order_key", "id"])
    op.create_index("ix_ticket_messages_source", "ticket_messages", ["source_channel", "source_ts"])
    op.create_table(
        "ticket_ratings",
        sa.Column(
            "ticket_id",
            BigId,
            sa.ForeignKey(*TICKETS, ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("score", sa.Integer, nullable=True),
        sa.Column("comment", Words, nullable=True),
        sa.Column("rated_at", UTCDateTime, nullable=True),
    )
    op.create_index("ix_ticket_ratings_rated_at", "ticket_ratings", ["rated_at"])
    op.create_table(
        "ticket_words",
        sa.Column(
            "ticket_id",
            BigId,
            sa.ForeignKey(*TICKETS, ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("words", Words, nullable=False),
    )
    search = SQLITE_SEARCH if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_SEARCH
    for statement in search:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ticket_search")
    for table in ("ticket_words", "ticket_ratings", "ticket_messages", "ticket_history", "tickets"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ticket_history_stands")
