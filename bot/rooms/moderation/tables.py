"""What moderators change while the house runs, what they decided, and what waits for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.types import BigId, Document, UTCDateTime, Words


class ContentItem(SQLModel, table=True):
    """A piece of content as it stands now, with what is said of it.

    `body` is the latest wording of it and `state` how far that has come. `live` holds the `body` that was
    published last and is said, and what it stands `over` in the files (None: nothing is said). `version`
    counts changes; `checked` is what testing `body` came to.
    """

    __tablename__ = "content_items"
    __table_args__ = (Index("ix_content_items_state", "team", "state", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    version: int = Field(nullable=False)
    body: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    live: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    author: str = Field(sa_column=Column(String(32), nullable=False))
    checked: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))

    @property
    def key(self) -> int:
        """The id of an item that is in the database."""
        assert self.id is not None, "the item was stored"
        return self.id


class ContentRevision(SQLModel, table=True):
    """One change of an item: who, when, why, and what it was afterwards. Rows are only ever added."""

    __tablename__ = "content_revisions"
    __table_args__ = (UniqueConstraint("item_id", "version", name="uq_content_revisions_version"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    item_id: int = Field(sa_column=Column(BigId, ForeignKey("content_items.id"), nullable=False))
    version: int = Field(nullable=False)
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    body: dict[str, Any] = Field(sa_column=Column(Document, nullable=False))
    actor: str = Field(sa_column=Column(String(32), nullable=False))
    reason: str = Field(sa_column=Column(Words, nullable=False))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class MissedGroup(SQLModel, table=True):
    """Questions that are alike and were not answered; `wording` is the first of them.

    `decision`: taught, out_of_scope or dismissed, by whom and when; None while it is open.
    """

    __tablename__ = "missed_groups"
    __table_args__ = (Index("ix_missed_groups_team", "team", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    wording: str = Field(sa_column=Column(Words, nullable=False))
    intent: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    decision: str | None = Field(default=None, sa_column=Column(String(16), nullable=True))
    decided_by: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    created_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))

    @property
    def key(self) -> int:
        """The id of a group that is in the database."""
        assert self.id is not None, "the group was stored"
        return self.id


class Suggestion(SQLModel, table=True):
    """An answer that waits for a moderator's word; `card` is its message in the moderators' channel.

    `state`: open, posted, another, no_question or answered (by a human, meanwhile).
    """

    __tablename__ = "faq_suggestions"
    __table_args__ = (UniqueConstraint("team", "channel", "ts", name="uq_faq_suggestions_message"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    channel: str = Field(sa_column=Column(String(32), nullable=False))
    ts: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    text: str = Field(sa_column=Column(Words, nullable=False))
    direct: str = Field(sa_column=Column(String(255), nullable=False))
    confidence: float = Field(nullable=False)
    state: str = Field(sa_column=Column(String(16), nullable=False))
    actor: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    card: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))

    @property
    def key(self) -> int:
        """The id of a suggestion that is in the database."""
        assert self.id is not None, "the suggestion was stored"
        return self.id


class CommunityQuestion(SQLModel, table=True):
    """A question that somebody put before the community: it stands in `channel` at `ts`, with its `link`.

    `state`: open, solved, taught or dismissed. A solution is the words of its author (`solver`), in the small
    markup of moderators; whoever asks to be forgotten takes theirs along.
    """

    __tablename__ = "community_questions"
    __table_args__ = (
        Index("ix_community_questions_thread", "team", "channel", "ts"),
        Index("ix_community_questions_state", "team", "state", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    person: str = Field(sa_column=Column(String(32), nullable=False))
    channel: str = Field(sa_column=Column(String(32), nullable=False))
    ts: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    link: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    text: str = Field(sa_column=Column(Words, nullable=False))
    state: str = Field(sa_column=Column(String(16), nullable=False))
    solver: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    solver_name: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    solution_ts: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    solution_link: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    solution: str | None = Field(default=None, sa_column=Column(Words, nullable=True))
    asked_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    solved_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))

    @property
    def key(self) -> int:
        """The id of a question that is in the database."""
        assert self.id is not None, "the question was stored"
        return self.id
