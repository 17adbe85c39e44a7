"""What the desk works with, and what it may refuse. `bot.app` builds one `Desk` and hands it on."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.render import Renderer
from bot.rooms.desk.content import DeskContent
from bot.rooms.desk.tables import Ticket
from knowledge.calendar import Calendar
from knowledge.zones import zone_named

Hook = Callable[[AsyncSession, Ticket, datetime], Awaitable[None]]

CLOCK = "clock"
"""The actor of what happens by itself when its time has come."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk: its content, hours, channel and pen.

    `numbers` is the source of ticket numbers (`random.SystemRandom()` outside of tests). `escalation` is who
    is called when a target is missed, the id of a Slack user group, or None. `on_hand_over` runs in the
    transaction that hands a ticket to the specialists, `on_turn` in the one in which a ticket ends or goes on
    again.
    """

    content: DeskContent
    calendar: Calendar
    renderer: Renderer
    channel: str
    marker: str
    numbers: random.Random
    escalation: str | None = None
    on_hand_over: Hook | None = None
    on_turn: Hook | None = None


class DeskError(Exception):
    """The desk refuses; the class says why and templates/desk/refused.j2 says it in words."""


class UnknownTicketError(DeskError):
    """There is no such ticket, or it is none of the asker's."""


class TakenError(DeskError):
    """Somebody else has claimed the ticket: `by`."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__("the ticket is taken")


class MergeError(DeskError):
    """These two tickets cannot become one."""


async def by_id(session: AsyncSession, ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends. Raises UnknownTicketError."""
    found = await session.execute(
        select(Ticket)
        .where(col(Ticket.id) == ticket_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    ticket = found.scalar_one_or_none()
    if ticket is None:
        raise UnknownTicketError
    return ticket


async def theirs(session: AsyncSession, ticket_id: int, who: Who) -> Ticket | None:
    """As `by_id`, for the person whose ticket it is; None for everybody else, in every other team."""
    try:
        ticket = await by_id(session, ticket_id)
    except UnknownTicketError:
        return None
    return ticket if (ticket.team, ticket.person) == (who.team, who.user) else None


async def by_number(session: AsyncSession, number: str) -> Ticket:
    """As `by_id`, by the number on the ticket."""
    found = await session.execute(select(col(Ticket.id)).where(col(Ticket.number) == number))
    ticket_id = found.scalar_one_or_none()
    if ticket_id is None:
        raise UnknownTicketError
    return await by_id(session, ticket_id)


async def by_person_thread(session: AsyncSession, channel: str, thread: str) -> Ticket | None:
    """The ticket that this thread with the person is about; of a merged one, what it was merged into."""
    found = await session.execute(
        select(col(Ticket.id)).where(
            col(Ticket.person_channel) == channel, col(Ticket.person_thread) == thread
        )
    )
    ticket_id = found.scalar_one_or_none()
    if ticket_id is None:
        return None
    ticket = await by_id(session, ticket_id)
    while ticket.merged_into_id is not None:
        ticket = await by_id(session, ticket.merged_into_id)
    return ticket


async def by_desk_thread(session: AsyncSession, channel: str, thread: str) -> Ticket | None:
    """The ticket whose card this thread hangs on."""
    found = await session.execute(
        select(col(Ticket.id)).where(col(Ticket.desk_channel) == channel, col(Ticket.desk_thread) == thread)
    )
    ticket_id = found.scalar_one_or_none()
    return None if ticket_id is None else await by_id(session, ticket_id)


def zone_of(name: str | None) -> tzinfo | None:
    """A person's time zone, or None where none is known or Slack's name for it is no zone."""
    try:
        return None if name is None else zone_named(name)
    except ValueError:
        return None
