"""Ready replies: those of desk.yaml, and those that agents saved from replies of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.desk.content import DeskContent, Macro, UnknownChoiceError
from bot.rooms.desk.tables import ReadyReply
from bot.store.upsert import insert
from bot.surfaces import number

SAVED = "saved_"
"""What the id of a saved reply begins with, before its number."""
TITLE = 75  # characters, Slack's limit for an option
MOST = 60  # saved replies of a team; with desk.yaml's they fit into one menu of 100


class TooManyError(Exception):
    """A team has saved as many replies as a menu can show."""


async def choices(session: AsyncSession, content: DeskContent, team: str) -> list[tuple[str, str]]:
    """Every ready reply as (title, id), desk.yaml's first."""
    saved = await of(session, team)
    return [
        *((macro.title, macro.id) for macro in content.macros),
        *((reply.title, f"{SAVED}{reply.id}") for reply in saved),
    ]


def title_in(fields: Mapping[str, Any]) -> str:
    """The name that a form gives a reply to be saved; empty for one that is not."""
    return " ".join(str(fields.get("save") or "").split())[:TITLE]


async def of(session: AsyncSession, team: str) -> Sequence[ReadyReply]:
    """What a team saved, by title."""
    found = await session.scalars(
        select(ReadyReply).where(col(ReadyReply.team) == team).order_by(col(ReadyReply.title))
    )
    return found.all()


async def find(session: AsyncSession, content: DeskContent, team: str, name: str) -> Macro:
    """The ready reply of that id. Raises UnknownChoiceError."""
    if not name.startswith(SAVED):
        return content.macro(name)
    saved = await session.get(ReadyReply, number(name.removeprefix(SAVED)))
    if saved is None or saved.team != team:
        raise UnknownChoiceError(name)
    return Macro(id=name, title=saved.title, text=saved.text)


async def save(
    session: AsyncSession,
    *,
    team: str,
    title: str,
    words: str,
    filled: Mapping[str, str],
    by: str,
    now: datetime,
) -> None:
    """Keep words under a title, in place of what it had before. Raises TooManyError.

    `filled` are the values of the placeholders in this reply: where they stand in the words, the placeholder
    is kept, so that the next person is called by their own name.
    """
    text = words.replace("{", "(").replace("}", ")")
    for name, value in filled.items():
        text = text.replace(value, f"{{{name}}}")
    if await is_full(session, team, title):
        raise TooManyError
    values = {"text": text, "saved_by": by, "saved_at": now}
    await session.execute(
        insert(session, ReadyReply)
        .values(team=team, title=title, **values)
        .on_conflict_do_update(index_elements=["team", "title"], set_=values)
    )


async def is_full(session: AsyncSession, team: str, title: str) -> bool:
    """Whether there is no room for another reply of that title."""
    known = [reply.title for reply in await of(session, team)]
    return title not in known and len(known) >= MOST


async def remove(session: AsyncSession, team: str, reply_id: int) -> None:
    """Take a saved reply out of the menu."""
    await session.execute(
        delete(ReadyReply).where(col(ReadyReply.id) == reply_id, col(ReadyReply.team) == team)
    )
