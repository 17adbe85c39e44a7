"""What a conversation remembers: the last turn, whether a human took over, and the words so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col

from bot.messages import Who
from bot.store.kept import Kept, rows
from bot.store.types import BigId, Document, UTCDateTime, Words
from bot.store.upsert import INSERT, dialect_of


class Role(StrEnum):
    """Who spoke."""

    PERSON = "person"
    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation happens. `thread` is a thread's ts, or the user's id where there is none."""

    team: str
    channel: str
    thread: str


class Conversation(SQLModel, table=True):
    """One row per place; `turn` is the JSON of intents.model.Turn."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("team", "channel", "thread", name="uq_conversations_place"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    team: str = Field(sa_column=Column(String(32), nullable=False))
    channel: str = Field(sa_column=Column(String(32), nullable=False))
    thread: str = Field(sa_column=Column(String(32), nullable=False))
    turn: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    human_present: bool = Field(default=False, nullable=False)
    updated_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False, index=True))


class Line(SQLModel, table=True):
    """One message of a conversation, kept for a while so that the desk need not ask again.

    `asked`, on a reply of the bot's, is what it takes beside the question's words to say later why they were
    understood so.
    """

    __tablename__ = "conversation_lines"
    __table_args__ = (Index("ix_conversation_lines_order", "conversation_id", "at", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigId, primary_key=True, autoincrement=True))
    conversation_id: int = Field(
        sa_column=Column(BigId, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False)
    )
    key: str = Field(sa_column=Column(String(255), nullable=False, unique=True))
    role: str = Field(sa_column=Column(String(16), nullable=False))
    text: str = Field(sa_column=Column(Words, nullable=False))
    asked: dict[str, Any] | None = Field(default=None, sa_column=Column(Document, nullable=True))
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False, index=True))


CONVERSATIONS = SQLModel.metadata.tables["conversations"]
LINES = SQLModel.metadata.tables["conversation_lines"]
"""The bare tables: what each question passes needs no objects for them."""

# Built once: building them costs more than running them.
_PLACE = ("team", "channel", "thread")
_AT = tuple(CONVERSATIONS.c[name] == bindparam(f"at_{name}") for name in _PLACE)
_FIND = select(Conversation).where(*_AT)
_RECALL = select(CONVERSATIONS.c.turn).where(*_AT)
_OPEN = {
    dialect: insert_into(CONVERSATIONS).on_conflict_do_nothing(index_elements=_PLACE)
    for dialect, insert_into in INSERT.items()
}
_WRITE_DOWN = {
    dialect: insert_into(LINES).on_conflict_do_nothing(index_elements=["key"]).returning(LINES.c.id)
    for dialect, insert_into in INSERT.items()
}


def _remember(insert_into: Any) -> Any:
    statement = insert_into(CONVERSATIONS)
    changed = {"turn": statement.excluded.turn, "updated_at": statement.excluded.updated_at}
    upsert = statement.on_conflict_do_update(index_elements=_PLACE, set_=changed)
    return upsert.returning(CONVERSATIONS.c.id)


_REMEMBER = {dialect: _remember(insert_into) for dialect, insert_into in INSERT.items()}


async def find(session: AsyncSession, place: Place) -> Conversation | None:
    """The conversation at `place`, if one was ever remembered."""
    return (await session.execute(_FIND, _at(place))).scalar_one_or_none()


async def open_at(session: AsyncSession, place: Place, now: datetime) -> Conversation:
    """The conversation at `place`, begun now if it is new. Safe when two workers begin it at once."""
    known = await find(session, place)
    if known is not None:
        return known
    await session.execute(_OPEN[dialect_of(session)], _row(place, now))
    found = await find(session, place)
    assert found is not None, "it was inserted, or was there"
    return found


async def remember(session: AsyncSession, place: Place, turn: dict[str, Any] | None, now: datetime) -> int:
    """Keep `turn` (the JSON of a Turn; None forgets it) as the last one at `place`; the conversation's id."""
    kept = await session.execute(_REMEMBER[dialect_of(session)], {**_row(place, now), "turn": turn})
    return int(kept.scalar_one())


async def recall(session: AsyncSession, place: Place) -> dict[str, Any] | None:
    """The last turn at `place`, as it was remembered."""
    turn: dict[str, Any] | None = (await session.execute(_RECALL, _at(place))).scalar_one_or_none()
    return turn


def _at(place: Place) -> dict[str, str]:
    return {"at_team": place.team, "at_channel": place.channel, "at_thread": place.thread}


def _row(place: Place, now: datetime) -> dict[str, Any]:
    return {
        "team": place.team,
        "channel": place.channel,
        "thread": place.thread,
        "human_present": False,
        "updated_at": now,
    }


async def human_joined(session: AsyncSession, place: Place, now: datetime, *, present: bool = True) -> None:
    """A human answers here now, so the bot keeps quiet (`present=False`: the bot may speak again)."""
    conversation = await open_at(session, place, now)
    conversation.human_present = present
    conversation.updated_at = now


async def human_present(session: AsyncSession, place: Place) -> bool:
    """Whether a human has taken over at `place`."""
    conversation = await find(session, place)
    return conversation is not None and conversation.human_present


async def write_down(
    session: AsyncSession,
    place: Place,
    *,
    key: str,
    role: Role,
    text: str,
    at: datetime,
    asked: dict[str, Any] | None = None,
) -> bool:
    """Add a line to the conversation; False, and nothing happens, when its key is known."""
    conversation = await open_at(session, place, at)
    assert conversation.id is not None, "it is stored"
    return await add_line(session, conversation.id, key=key, role=role, text=text, at=at, asked=asked)


async def add_line(
    session: AsyncSession,
    conversation: int,
    *,
    key: str,
    role: Role,
    text: str,
    at: datetime,
    asked: dict[str, Any] | None = None,
) -> bool:
    """As `write_down`, to the conversation with this id."""
    row = {"conversation_id": conversation, "key": key, "role": role.value, "text": text, "asked": asked}
    added = await session.execute(_WRITE_DOWN[dialect_of(session)], {**row, "at": at})
    return added.scalar_one_or_none() is not None


async def line(session: AsyncSession, team: str, key: str) -> Line | None:
    """The message with this key, None where it is not kept (any more)."""
    found = await session.execute(
        select(Line)
        .join(Conversation, col(Line.conversation_id) == col(Conversation.id))
        .where(col(Conversation.team) == team, col(Line.key) == key)
    )
    return found.scalar_one_or_none()


async def said_before(session: AsyncSession, line: Line) -> Line | None:
    """What a person said before that line in the same conversation."""
    found = await session.execute(
        select(Line)
        .where(
            col(Line.conversation_id) == line.conversation_id,
            col(Line.role) == Role.PERSON.value,
            col(Line.id) < line.id,
        )
        .order_by(col(Line.id).desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def transcript(session: AsyncSession, place: Place, *, limit: int = 50) -> Sequence[Line]:
    """The latest `limit` lines at `place`, oldest first."""
    found = await session.execute(
        select(Line)
        .join(Conversation, col(Line.conversation_id) == col(Conversation.id))
        .where(
            col(Conversation.team) == place.team,
            col(Conversation.channel) == place.channel,
            col(Conversation.thread) == place.thread,
        )
        .order_by(col(Line.at).desc(), col(Line.id).desc())
        .limit(limit)
    )
    return found.scalars().all()[::-1]


async def latest_alone(session: AsyncSession, team: str, user: str) -> Place | None:
    """Where a person and we last spoke with nobody else listening: their DM, or a thread in it."""
    direct = (
        select(col(Conversation.channel))
        .where(col(Conversation.team) == team, col(Conversation.thread) == user)
        .where(col(Conversation.channel).startswith("D"))
    )
    found = await session.execute(
        select(Conversation)
        .where(col(Conversation.team) == team, col(Conversation.channel).in_(direct))
        .order_by(col(Conversation.updated_at).desc(), col(Conversation.id).desc())
        .limit(1)
    )
    latest = found.scalar_one_or_none()
    return None if latest is None else Place(latest.team, latest.channel, latest.thread)


async def kept(session: AsyncSession, who: Who) -> Kept:
    """What is remembered of talks with a person where nobody else listened, and what was said in them."""
    ids = await _alone_with(session, who.team, who.user)
    return {
        **await rows(session, Conversation, col(Conversation.id).in_(ids)),
        **await rows(session, Line, col(Line.conversation_id).in_(ids)),
    }


async def forget(session: AsyncSession, team: str, user: str) -> None:
    """Forget what was said with a person where nobody else listened: in their DM and by commands."""
    ids = await _alone_with(session, team, user)
    for table, key in ((Line, Line.conversation_id), (Conversation, Conversation.id)):
        await session.execute(
            delete(table).where(col(key).in_(ids)).execution_options(synchronize_session=False)
        )


async def _alone_with(session: AsyncSession, team: str, user: str) -> Sequence[int | None]:
    """The conversations in a person's DM, in its threads, and by commands."""
    mine = select(col(Conversation.channel)).where(
        col(Conversation.team) == team, col(Conversation.thread) == user
    )
    direct = select(col(Conversation.id)).where(
        col(Conversation.team) == team,
        (col(Conversation.thread) == user)
        | (col(Conversation.channel).in_(mine) & col(Conversation.channel).startswith("D")),
    )
    return (await session.execute(direct)).scalars().all()


async def purge(session: AsyncSession, before: datetime) -> int:
    """Forget the lines from before that moment and the conversations untouched since; how many lines went."""
    gone = await session.execute(delete(Line).where(col(Line.at) < before).returning(col(Line.id)))
    count = len(gone.scalars().all())
    kept = select(col(Line.conversation_id)).where(col(Line.conversation_id) == col(Conversation.id)).exists()
    await session.execute(
        delete(Conversation)
        .where(col(Conversation.updated_at) < before, ~kept)
        .execution_options(synchronize_session=False)
    )
    return count
