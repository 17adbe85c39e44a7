"""The desk's tables: tickets, what was done to them and said in them, ratings, and their words.

Specialists, job posts, video checks and incidents bring tables of their own, which point here by `ticket_id`.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.rooms.desk.forms import TicketForm
from bot.store.types import BigId, Document, UTCDateTime, Words

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of what is not due: sorts last, and a keyset needs no special case."""


class Ticket(TicketForm, table=True):
    """One ticket: what was asked, where it stands, where its two threads are, and its SLA clock."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_due", "active", "due_at", "id"),
        Index("ix_tickets_assignee", "active", "assignee", "due_at", "id"),
        Index("ix_tickets_person", "team", "person", "id"),
        Index("ix_tickets_person_thread", "person_channel", "person_thread"),
        Index("ix_tickets_desk_thread", "desk_channel", "desk_thread"),
        Index("ix_tickets_opened", "opened_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    number: str = Field(sa_column=Column(String(16), nullable=False, unique=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    opened_by: str = Field(sa_column=Column(String(32), nullable=False))

    team: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    zone: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    intents: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    verdicts: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    figures: list[str] = Field(
        default_factory=list, sa_column=Column(Document, nullable=False, server_default="[]")
    )
    transcript: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    account: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))

    state: str = Field(sa_column=Column(String(16), nullable=False))
    active: bool = Field(default=True, nullable=False)
    priority: str = Field(sa_column=Column(String(32), nullable=False))
    assignee: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    queue: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    follows_id: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("tickets.id"), nullable=True)
    )
    merged_into_id: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("tickets.id"), nullable=True)
    )
    resolution: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    knowledge_link: str | None = Field(default=None, sa_column=Column(Words, nullable=True))

    person_channel: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    person_thread: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    desk_channel: str = Field(sa_column=Column(String(32), nullable=False))
    desk_thread: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    card_version: int = Field(default=0, nullable=False)

    opened_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    first_reply_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    snoozed_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))

    first_reply_due: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    resolution_due: datetime = Field(default=NEVER, sa_column=Column(UTCDateTime, nullable=False))
    due_at: datetime = Field(default=NEVER, sa_column=Column(UTCDateTime, nullable=False))
    running_since: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    used_seconds: int = Field(default=0, nullable=False)
    timer_round: int = Field(default=0, nullable=False)
    timer_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    first_reply_warned: bool = Field(default=False, nullable=False)
    resolution_warned: bool = Field(default=False, nullable=False)
    first_reply_breached_at: datetime | None = Field(
        default=None, sa_column=Column(UTCDateTime, nullable=True)
    )
    resolution_breached_at: datetime | None = Field(
        default=None, sa_column=Column(UTCDateTime, nullable=True)
    )

    @property
    def key(self) -> int:
        """The id of a ticket that is in the database."""
        assert self.id is not None, "the ticket was stored"
        return self.id


class TicketEvent(SQLModel, table=True):
    """One thing that was done to a ticket. Rows are only ever added (a trigger refuses changes)."""

    __tablename__ = "ticket_history"
    __table_args__ = (Index("ix_ticket_history_ticket", "ticket_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    ticket_id: int = Field(
        sa_column=Column(BigId, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False)
    )
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    actor: str = Field(sa_column=Column(String(32), nullable=False))
    action: str = Field(sa_column=Column(String(16), nullable=False))
    from_state: str | None = Field(default=None, sa_column=Column(String(16), nullable=True))
    to_state: str = Field(sa_column=Column(String(16), nullable=False))
    reason: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Document, nullable=False))


class Side(StrEnum):
    """Which of a ticket's two threads something was said in."""

    PERSON = "person"
    DESK = "desk"


class TicketMessage(SQLModel, table=True):
    """One message of a ticket: where it was said, and where the relay put its copy.

    `shared` holds what crosses over; a desk message that is not shared is an internal remark.
    `source_ts` is None for what came through a modal, which then has its echo in the desk's thread.
    """

    __tablename__ = "ticket_messages"
    __table_args__ = (
        Index("ix_ticket_messages_ticket", "ticket_id", "order_key", "id"),
        Index("ix_ticket_messages_source", "source_channel", "source_ts"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    ticket_id: int = Field(
        sa_column=Column(BigId, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False)
    )
    key: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    order_key: str = Field(sa_column=Column(String(64), nullable=False))
    side: str = Field(sa_column=Column(String(8), nullable=False))
    shared: bool = Field(nullable=False)
    author: str = Field(sa_column=Column(String(32), nullable=False))
    text: str = Field(sa_column=Column(Words, nullable=False))
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    source_channel: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    source_ts: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    copy_channel: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    copy_ts: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    revision: int = Field(default=0, nullable=False)
    shown_revision: int = Field(default=0, nullable=False)
    edited_ts: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    deleted: bool = Field(default=False, nullable=False)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class TicketRating(SQLModel, table=True):
    """What the person thought of the help: 1 to 5 and a comment, each given once."""

    __tablename__ = "ticket_ratings"

    ticket_id: int = Field(
        sa_column=Column(BigId, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    )
    asked_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    score: int | None = Field(default=None, nullable=True)
    comment: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    rated_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True, index=True))


class TicketWords(SQLModel, table=True):
    """All words of a ticket in one place. The database's own full-text index stands on this table."""

    __tablename__ = "ticket_words"

    ticket_id: int = Field(
        sa_column=Column(BigId, ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    )
    words: str = Field(sa_column=Column(Words, nullable=False))


class ReadyReply(SQLModel, table=True):
    """A reply that an agent saved for the team; `text` has the placeholders of desk.yaml's macros."""

    __tablename__ = "ready_replies"
    __table_args__ = (UniqueConstraint("team", "title", name="uq_ready_replies_title"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    title: str = Field(sa_column=Column(String(75), nullable=False))
    text: str = Field(sa_column=Column(Words, nullable=False))
    saved_by: str = Field(sa_column=Column(String(32), nullable=False))
    saved_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
