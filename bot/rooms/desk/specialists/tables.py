"""Who is on duty, who waits, drafts of job posts with all their versions, and messages kept true in place."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.types import BigId, Document, UTCDateTime, Words


class Duty(SQLModel, table=True):
    """Somebody who is on duty for a queue until a moment. The row goes when the duty ends."""

    __tablename__ = "specialist_duties"

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    queue: str = Field(sa_column=Column(String(32), primary_key=True))
    member: str = Field(sa_column=Column(String(32), primary_key=True))
    since: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    until: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class WaitState(StrEnum):
    """How it stands with somebody in a queue."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    LEFT = "left"
    MISSED = "missed"
    MESSAGE = "message"
    DONE = "done"


class Wait(SQLModel, table=True):
    """One place in a queue. `slot` is unique while the person waits and None afterwards: one place each.

    `channel` and `thread` name the conversation that led here. `meeting`, `outcome` and `note` belong to
    video checks.
    """

    __tablename__ = "specialist_waits"
    __table_args__ = (
        Index("ix_specialist_waits_queue", "team", "queue", "state", "id"),
        Index("ix_specialist_waits_person", "team", "person", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    slot: str | None = Field(default=None, sa_column=Column(String(128), nullable=True, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    queue: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    details: str = Field(default="", sa_column=Column(Words, nullable=False))
    channel: str = Field(default="", sa_column=Column(String(32), nullable=False))
    thread: str = Field(default="", sa_column=Column(String(32), nullable=False))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    by: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    ticket_id: int | None = Field(
        default=None, sa_column=Column(BigId, ForeignKey("tickets.id", ondelete="SET NULL"), nullable=True)
    )
    meeting: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    outcome: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    note: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    entered_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    accepted_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))

    @property
    def key(self) -> int:
        """The id of a wait that is in the database."""
        assert self.id is not None, "the wait was stored"
        return self.id


class LiveMessage(SQLModel, table=True):
    """A message of ours that is kept up to date in place; `ts` None until Slack has taken it."""

    __tablename__ = "live_messages"

    name: str = Field(sa_column=Column(String(128), primary_key=True))
    channel: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    ts: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    version: int = Field(default=1, nullable=False)
    message: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Document, nullable=False))


class JobPost(SQLModel, table=True):
    """A draft of a job post; what it says stands in its versions. `turn` says who may edit it now."""

    __tablename__ = "job_posts"
    __table_args__ = (Index("ix_job_posts_person", "team", "person", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    specialist: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    turn: str = Field(sa_column=Column(String(16), nullable=False))
    version: int = Field(default=0, nullable=False)
    opened_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))

    @property
    def key(self) -> int:
        """The id of a draft that is in the database."""
        assert self.id is not None, "the draft was stored"
        return self.id


class JobPostVersion(SQLModel, table=True):
    """What a draft said at one time, and who wrote it. Rows are only ever added."""

    __tablename__ = "job_post_versions"
    __table_args__ = (UniqueConstraint("job_post_id", "version", name="uq_job_post_versions"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    job_post_id: int = Field(
        sa_column=Column(BigId, ForeignKey("job_posts.id", ondelete="CASCADE"), nullable=False)
    )
    version: int = Field(nullable=False)
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    author: str = Field(sa_column=Column(String(32), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(Document, nullable=False))
