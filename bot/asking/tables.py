"""Which answers were given, in ids alone, and the questions that were not answered, in their words."""

from datetime import datetime

from sqlalchemy import Column, Index, String
from sqlmodel import Field, SQLModel

from bot.store.types import BigId, UTCDateTime, Words


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


class MissedQuestion(SQLModel, table=True):
    """A question that was not answered, or not well: its words, by whom, and what tells so.

    `group_id` is the group of questions like it, once somebody sorted it.
    """

    __tablename__ = "missed_questions"
    __table_args__ = (
        Index("ix_missed_questions_group", "team", "group_id", "at"),
        Index("ix_missed_questions_at", "at"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    key: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    text: str = Field(sa_column=Column(Words, nullable=False))
    reason: str = Field(sa_column=Column(String(16), nullable=False))
    intent: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    group_id: int | None = Field(default=None, sa_column=Column(BigId, nullable=True))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
