"""What was said in a ticket: kept once, copied to the other side in order, and the copy kept true.

A copy that is not posted yet when its original is edited or deleted is corrected as soon as it is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.markup import Safe, mrkdwn
from bot.render import Message
from bot.rooms.desk import cards, search
from bot.rooms.desk.room import Desk, by_id
from bot.rooms.desk.tables import Side, Ticket, TicketMessage
from bot.rooms.desk.threads import lane_of, say, stamp

COPIED = "desk.copied"
_PIECE = 2900  # characters of one section, escaped; Slack takes 3,000
_MENTION = re.compile(r"(<@[UW][A-Z0-9]+>)")
_Calls = Callable[[str], bool]
"""Whether a mention, as Slack writes it, calls whom it names."""
_TEMPLATES = {Side.PERSON: "replies/ticket_relayed.j2", Side.DESK: "desk/relayed.j2"}


@dataclass(frozen=True, slots=True)
class Said:
    """Something said, as it arrived, in plain words. `files` are {id, name, url}.

    `channel` and `ts` are where it stands in Slack; without a ts it came through a modal.
    """

    key: str
    author: str
    text: str
    at: datetime
    channel: str | None = None
    ts: str | None = None
    files: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A message as templates show it; `late` when another one was carried over before it."""

    pieces: list[str]
    files: list[dict[str, Any]]
    author: str
    at: datetime
    edited: bool
    deleted: bool
    late: bool


async def known(session: AsyncSession, key: str) -> TicketMessage | None:
    """The message of that key, if it was kept before."""
    found = await session.execute(select(TicketMessage).where(col(TicketMessage.key) == key))
    return found.scalar_one_or_none()


async def at_source(session: AsyncSession, channel: str, ts: str) -> TicketMessage | None:
    """The message that stands at this place in Slack."""
    found = await session.execute(
        select(TicketMessage).where(
            col(TicketMessage.source_channel) == channel, col(TicketMessage.source_ts) == ts
        )
    )
    return found.scalar_one_or_none()


async def keep(
    session: AsyncSession, ticket: Ticket, side: Side, said: Said, *, shared: bool, deleted: bool = False
) -> TicketMessage:
    """Write a message down; the caller has looked whether it is `known`."""
    message = TicketMessage(
        ticket_id=ticket.key,
        key=said.key,
        order_key=said.ts or stamp(said.at),
        side=side.value,
        shared=shared,
        author=said.author,
        text="" if deleted else said.text,
        files=[] if deleted else list(said.files),
        source_channel=said.channel,
        source_ts=said.ts,
        deleted=deleted,
        at=said.at,
    )
    session.add(message)
    await session.flush()
    if message.text:
        await search.add_words(session, ticket, message.text)
    return message


async def carry_over(
    session: AsyncSession, desk: Desk, ticket: Ticket, message: TicketMessage, now: datetime
) -> None:
    """Copy a shared message to the other side. What came from a thread waits a moment for its elders."""
    settle = desk.content.relay.settle_seconds if message.source_ts is not None else 0
    await say(
        session,
        ticket,
        _other(message),
        key=f"copy:{message.key}",
        message=await _render(session, desk, ticket, message),
        now=now,
        order=message.order_key,
        settle=timedelta(seconds=settle),
        then=COPIED,
        shares=bool(message.files),
        ref={
            "message": message.id,
            "ticket": ticket.key,
            "revision": message.revision,
            "late": await _late(session, message),
        },
    )


async def copied(session: AsyncSession, desk: Desk, job: Job, result: dict[str, Any], now: datetime) -> None:
    """The copy is there: note its place, and correct it if the original changed meanwhile."""
    ref = job.payload["ref"]
    ticket = await by_id(session, ref["ticket"])
    message = await session.get(TicketMessage, ref["message"])
    if message is None:
        return
    message.copy_channel = result["channel"]
    message.copy_ts = result["ts"]
    message.shown_revision = ref["revision"]
    # A younger one may have been on its way to Slack when this one was put into the lane before it.
    if message.revision != message.shown_revision or (not ref["late"] and await _late(session, message)):
        await correct(session, desk, ticket, message, now)


async def correct(
    session: AsyncSession, desk: Desk, ticket: Ticket, message: TicketMessage, now: datetime
) -> None:
    """Show an edit or a deletion in the copy, if there is one yet."""
    if message.copy_ts is None or not message.shared:
        return
    rendered = await _render(session, desk, ticket, message)
    await outbox.enqueue(
        session,
        key=f"copy:{message.key}:{message.revision}",
        kind="slack.update",
        payload={"channel": message.copy_channel, "ts": message.copy_ts, **rendered},
        lane=lane_of(ticket, _other(message)),
        order=stamp(now),
        now=now,
    )
    message.shown_revision = message.revision


async def revise(
    session: AsyncSession,
    desk: Desk,
    ticket: Ticket,
    message: TicketMessage,
    *,
    text: str,
    deleted: bool,
    now: datetime,
) -> None:
    """The original was edited, or deleted: then its words are forgotten here, too."""
    message.text = "" if deleted else text
    message.deleted = deleted
    if deleted:
        message.files = []
    message.revision += 1
    await session.flush()
    await search.index(session, ticket)
    await correct(session, desk, ticket, message, now)


def pieces(text: str, *, calling: _Calls = lambda _: False) -> list[str]:
    """A text as mrkdwn in parts that fit a section each, cut at a line or a word where one ends near.

    Everything is escaped but the mentions that are `calling`, so that Slack tells those people.
    """
    found: list[str] = []
    size = _PIECE
    while text:
        cut = len(text)
        if cut > size:
            end = max(text.rfind("\n", size // 2, size), text.rfind(" ", size // 2, size))
            cut = end + 1 if end > 0 else size
        shown = _escaped(text[:cut], calling=calling)
        if len(shown) > _PIECE:  # many characters to escape: take fewer
            size //= 2
            continue
        found.append(Safe(shown))
        text, size = text[cut:], _PIECE
    return found


def _escaped(text: str, *, calling: _Calls) -> str:
    parts = _MENTION.split(text)
    return "".join(part if _MENTION.fullmatch(part) and calling(part) else mrkdwn(part) for part in parts)


async def _render(session: AsyncSession, desk: Desk, ticket: Ticket, message: TicketMessage) -> Message:
    words = Words(
        pieces=pieces(message.text, calling=_calls(ticket, message)),
        files=message.files,
        author=message.author,
        at=desk.calendar.local(message.at),
        edited=message.revision > 0 and not message.deleted,
        deleted=message.deleted,
        late=await _late(session, message),
    )
    context = {"words": words, "card": cards.card(desk, ticket)}
    return desk.renderer.message(_TEMPLATES[_other(message)], context)


async def _late(session: AsyncSession, message: TicketMessage) -> bool:
    """Whether a younger message was copied before this one: the reader is told when it was written."""
    overtaken = (
        select(col(TicketMessage.id))
        .where(
            col(TicketMessage.ticket_id) == message.ticket_id,
            col(TicketMessage.side) == message.side,
            col(TicketMessage.shared).is_(True),
            col(TicketMessage.order_key) > message.order_key,
            col(TicketMessage.copy_ts).is_not(None),
        )
        .limit(1)
    )
    if message.copy_ts is not None:
        overtaken = overtaken.where(col(TicketMessage.copy_ts) < message.copy_ts)
    return (await session.execute(overtaken)).scalar_one_or_none() is not None


def _calls(ticket: Ticket, message: TicketMessage) -> _Calls:
    """Who is called by a message: whom an agent picked in Slack, and in a form the person and the agent.

    A form has no list to pick from, but its ready replies name these two. A person's words call nobody.
    """
    if message.side != Side.DESK:
        return lambda _: False
    if message.source_ts is not None:
        return lambda _: True
    named = {f"<@{ticket.person}>", f"<@{message.author}>"}
    return named.__contains__


def _other(message: TicketMessage) -> Side:
    return Side.DESK if message.side == Side.PERSON else Side.PERSON
