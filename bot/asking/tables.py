"""The learning room's table: which answers were given. It holds no words of anybody's."""

from datetime import datetime

from sqlalchemy import Column, Index, String
from sqlmodel import Field, SQLModel

from bot.store.types import BigId, UTCDateTime


class AnswerGiven(SQLModel, table=True):
    """One reply to a question: its intent and tier, to whom, when, and whether it helped (None: not said)."""

    __tablename__ = "answers_given"
    __table_args__ = (
        Index("ix_answers_given_at", "at"),
        Index("ix_answers_given_person", "team", "person", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    surface: str = Field(sa_column=Column(String(16), nullable=False))
    intent: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    category: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    tier: str = Field(sa_column=Column(String(16), nullable=False))
    helpful: bool | None = Field(default=None, nullable=True)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
