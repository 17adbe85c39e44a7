"""The tables behind the outbox: one row per effect that must happen, one per rate-limited channel."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, String
from sqlmodel import Field, SQLModel

from bot.store.types import BigId, Document, OrderKey, UTCDateTime


class JobState(StrEnum):
    """Where a job stands: waiting, taken by a worker, done, or set aside until somebody sends it again."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    PARKED = "parked"


class JobRow(SQLModel, table=True):
    """One external effect, or one thing to handle, with what is known about doing it."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_due", "state", "due_at", "id"),
        Index("ix_jobs_lane", "lane", "state", "order_key", "id"),
        Index("ix_jobs_done", "state", "done_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    lane: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    order_key: str = Field(default="", sa_column=Column(OrderKey, nullable=False))
    bucket: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    payload: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    state: str = Field(default=JobState.QUEUED, sa_column=Column(String(8), nullable=False))
    due_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    attempts: int = Field(default=0, nullable=False)
    lease_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    token: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    last_error: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    created_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


class BucketRow(SQLModel, table=True):
    """A channel with a rate of its own: nothing goes there before `free_at`."""

    __tablename__ = "buckets"

    name: str = Field(sa_column=Column(String(255), primary_key=True))
    free_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


JOBS = SQLModel.metadata.tables["jobs"]
BUCKETS = SQLModel.metadata.tables["buckets"]
"""The bare tables: the outbox moves many rows and needs no objects for them."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its worker sees it. `attempts` counts this one: above 1, an earlier one may have succeeded.

    `result` is there when an earlier attempt did succeed and only what follows from it is left to do. `token`
    proves the lease; it is empty where nobody else works off the database, and `run` tells this run of the
    job from another in the same process. `unsure`: a process that died may have begun it.
    """

    id: int
    key: str
    kind: str
    lane: str | None
    order: str
    bucket: str | None
    payload: dict[str, Any]
    attempts: int
    created_at: datetime
    token: str
    result: dict[str, Any] | None = None
    unsure: bool = False
    run: int = 0

    @property
    def may_have_happened(self) -> bool:
        """Whether an earlier attempt may have had its effect, so that it is looked for first."""
        return self.unsure or self.attempts > 1


@dataclass(slots=True)
class Waiting:
    """A job that waits, as it stands in the journal; `attempts` counts those that were.

    `payload` None: it was not read (yet). `since` is when this process heard of it, `run` its latest run.
    """

    id: int
    kind: str
    lane: str | None
    order: str
    bucket: str | None
    due: datetime
    attempts: int
    since: datetime
    key: str = ""
    payload: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    created_at: datetime | None = None
    unsure: bool = False
    run: int = 0


def waiting(row: Any, now: datetime, *, unsure: bool = False) -> Waiting:
    """A row of the journal that is queued, as the engine keeps it; its payload stays unread."""
    return Waiting(
        id=row.id,
        kind=row.kind,
        lane=row.lane,
        order=row.order_key,
        bucket=row.bucket,
        due=row.due_at,
        attempts=row.attempts,
        since=now,
        unsure=unsure,
    )


@dataclass(frozen=True, slots=True)
class Gone:
    """News: the job with this id waits no more."""

    id: int


@dataclass(frozen=True, slots=True)
class Held:
    """News: nothing of the bucket may go before `until`."""

    bucket: str
    until: datetime


News = Waiting | Gone | Held
"""What the engine hears of when a transaction commits."""


@dataclass(frozen=True, slots=True)
class ParkedJob:
    """A job that was given up, with the reason (a class of error, never anybody's words)."""

    key: str
    kind: str
    lane: str | None
    payload: dict[str, Any]
    reason: str
    attempts: int
    created_at: datetime


class LeaseLostError(Exception):
    """The job is not this worker's any more: its lease ran out, or it was finished elsewhere."""
