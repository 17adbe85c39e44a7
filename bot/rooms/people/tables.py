"""The tables of this room: imported records, links, what people told, who looked, and the weekly run."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Index, LargeBinary, String, UniqueConstraint
from sqlmodel import Field, SQLModel, col

from bot.messages import Who
from bot.store.types import BigId, Document, UTCDateTime, Words


class Freelancer(SQLModel, table=True):
    """An imported record: its JSON, compressed, and how to find it."""

    __tablename__ = "freelancers"

    id: str = Field(sa_column=Column(String(255), primary_key=True))
    email_key: str | None = Field(default=None, sa_column=Column(String(320), nullable=True, index=True))
    as_of: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    imported_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    record: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ReferralRow(SQLModel, table=True):
    """A friend who registered through somebody's personal link; `earned` is USD by category."""

    __tablename__ = "referrals"
    __table_args__ = (UniqueConstraint("referrer_id", "friend_id", name="uq_referrals_pair"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    referrer_id: str = Field(sa_column=Column(String(255), nullable=False))
    friend_id: str = Field(sa_column=Column(String(255), nullable=False))
    code: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    registered_on: date = Field(sa_column=Column(Date, nullable=False))
    new_to_platform: bool | None = Field(default=None, nullable=True)
    earned: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    reached_on: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    as_of: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


class Link(SQLModel, table=True):
    """A Slack user and the freelancer they are, with what the weekly run remembers about telling them.

    Without a `freelancer_id` the row says that the person wants no link, so that none is made for them.
    """

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("team", "freelancer_id", name="uq_links_freelancer"),)

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String(32), primary_key=True))
    freelancer_id: str | None = Field(default=None, sa_column=Column(String(255), nullable=True, index=True))
    how: str = Field(sa_column=Column(String(16), nullable=False))
    linked_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    opted_out: bool = Field(default=False, nullable=False)
    zone: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    zone_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    told_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    baseline: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))


class DeclaredFact(SQLModel, table=True):
    """What a person told of themselves: one fact (bot/rooms/people/own/facts.py), its day and its source."""

    __tablename__ = "declared_facts"

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String(32), primary_key=True))
    name: str = Field(sa_column=Column(String(32), primary_key=True))
    value: str = Field(sa_column=Column(Words, nullable=False))
    told_on: date = Field(sa_column=Column(Date, nullable=False))
    source: str = Field(sa_column=Column(String(16), nullable=False))


class Download(SQLModel, table=True):
    """A download that somebody sent: being read (`found` None), or read and waiting for a yes.

    `key` is that of the message it came with. `found` is statements/ledger.py's Read, never the file.
    """

    __tablename__ = "downloads"
    __table_args__ = (Index("ix_downloads_person", "team", "user_id"),)

    key: str = Field(sa_column=Column(String(255), primary_key=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    user_id: str = Field(sa_column=Column(String(32), nullable=False))
    program: str = Field(sa_column=Column(String(64), nullable=False))
    sent_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False, index=True))
    mark: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    found: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))


class EarningsLedger(SQLModel, table=True):
    """What somebody's downloads show: statements/ledger.py's Ledger, dated sums per contract."""

    __tablename__ = "earnings_ledgers"

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String(32), primary_key=True))
    ledger: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))


class Reminder(SQLModel, table=True):
    """Somebody wants to be checked again on a day: one a program. `risk`: a badge held may fall then.

    `set_at` tells the timer that counts from earlier ones.
    """

    __tablename__ = "reminders"

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String(32), primary_key=True))
    program: str = Field(sa_column=Column(String(64), primary_key=True))
    on: date = Field(sa_column=Column(Date, nullable=False))
    risk: bool = Field(nullable=False)
    set_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class LinkCode(SQLModel, table=True):
    """A one-time code that is out: never the code, only what proves it together with the house's secret."""

    __tablename__ = "link_codes"

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String(32), primary_key=True))
    freelancer_id: str = Field(sa_column=Column(String(255), nullable=False))
    nonce: str = Field(sa_column=Column(String(64), nullable=False))
    digest: str = Field(sa_column=Column(String(64), nullable=False))
    tries_left: int = Field(nullable=False)
    expires_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class LinkRequest(SQLModel, table=True):
    """A request for a code, for the rate limits; `freelancer_id` is empty where nobody was found.

    `key` is that of the form it came by: one that comes twice counts once.
    """

    __tablename__ = "link_requests"
    __table_args__ = (
        Index("ix_link_requests_user", "team", "user_id", "at"),
        Index("ix_link_requests_freelancer", "freelancer_id", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    user_id: str = Field(sa_column=Column(String(32), nullable=False))
    freelancer_id: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class RecordView(SQLModel, table=True):
    """Somebody with a role looked at another's record, and why. Rows are only ever added."""

    __tablename__ = "record_views"
    __table_args__ = (Index("ix_record_views_freelancer", "freelancer_id", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    freelancer_id: str = Field(sa_column=Column(String(255), nullable=False))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    viewer: str = Field(sa_column=Column(String(32), nullable=False))
    role: str = Field(sa_column=Column(String(16), nullable=False))
    reason: str = Field(sa_column=Column(Words, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class History(SQLModel, table=True):
    """A freelancer's verdicts as a run found them, kept only where they differ from the ones before."""

    __tablename__ = "verdict_history"

    freelancer_id: str = Field(sa_column=Column(String(255), primary_key=True))
    on: date = Field(sa_column=Column(Date, primary_key=True))
    states: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))


class Run(SQLModel, table=True):
    """One run over all links. The position is the last link done: a run goes on there after a crash."""

    __tablename__ = "recheck_runs"

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    day: date = Field(sa_column=Column(Date, nullable=False))
    started_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    position_team: str = Field(default="", sa_column=Column(String(32), nullable=False))
    position_user: str = Field(default="", sa_column=Column(String(32), nullable=False))
    checked: int = Field(default=0, nullable=False)
    unreachable: int = Field(default=0, nullable=False)
    changed: int = Field(default=0, nullable=False)
    told: int = Field(default=0, nullable=False)


Owned = Link | LinkCode | LinkRequest | DeclaredFact | Download | EarningsLedger | Reminder
"""The tables whose rows belong to one Slack user."""


def is_of(table: type[Owned], who: Who) -> tuple[Any, Any]:
    """The conditions that tell a person's own rows of `table`, for a `where`."""
    return col(table.team) == who.team, col(table.user_id) == who.user
