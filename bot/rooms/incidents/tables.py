"""Incidents, what was said about each, and who is told."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String
from sqlmodel import Field, SQLModel

from bot.store.types import BigId, Document, UTCDateTime, Words


class Incident(SQLModel, table=True):
    """One incident of a workspace; `resolved_at` None while it lasts."""

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_open", "team", "resolved_at", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    title: str = Field(sa_column=Column(Words, nullable=False))
    components: list[str] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    locations: list[str] = Field(default_factory=list, sa_column=Column(Document, nullable=False))
    state: str = Field(sa_column=Column(String(32), nullable=False))
    opened_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))

    @property
    def key(self) -> int:
        """The id of an incident that is in the database."""
        assert self.id is not None, "the incident was stored"
        return self.id


class IncidentUpdate(SQLModel, table=True):
    """One thing said about an incident, the first one included. Rows are only ever added."""

    __tablename__ = "incident_updates"
    __table_args__ = (Index("ix_incident_updates_incident", "incident_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    incident_id: int = Field(
        sa_column=Column(BigId, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False)
    )
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    state: str = Field(sa_column=Column(String(32), nullable=False))
    text: str = Field(sa_column=Column(Words, nullable=False))
    actor: str = Field(sa_column=Column(String(32), nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class IncidentSubscriber(SQLModel, table=True):
    """Somebody who is told of each change."""

    __tablename__ = "incident_subscribers"

    team: str = Field(sa_column=Column(String(32), primary_key=True))
    person: str = Field(sa_column=Column(String(32), primary_key=True))
    since: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
