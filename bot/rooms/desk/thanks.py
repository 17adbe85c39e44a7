"""A ticket that is over and words that only acknowledge it: kept and shown, but nothing opens again.

The person sees how their words were taken, and has a button for the other way.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.desk import cards
from bot.rooms.desk.changes import change, is_reopenable
from bot.rooms.desk.room import Desk
from bot.rooms.desk.said import Said, carry_over, keep
from bot.rooms.desk.states import ACTIVE, Action, ImpossibleError, State
from bot.rooms.desk.tables import Side, Ticket, TicketEvent
from bot.rooms.desk.threads import say


def only_thanks(desk: Desk, ticket: Ticket, said: Said) -> bool:
    """Whether the ticket is over, and this says no more than that it may stay so."""
    over = State(ticket.state) not in ACTIVE
    return over and not said.files and desk.content.acknowledgement.fits(said.text)


async def thanked(session: AsyncSession, desk: Desk, ticket: Ticket, said: Said, now: datetime) -> None:
    """Keep the words and show them at the desk; the ticket stays as it is. The person is told once."""
    await change(session, desk, ticket, Action.THANK, actor=said.author, now=now)
    message = await keep(session, ticket, Side.PERSON, said, shared=True)
    await carry_over(session, desk, ticket, message, now)
    context = {"card": cards.card(desk, ticket), "reopenable": is_reopenable(desk, ticket, now)}
    ended = ticket.resolved_at or ticket.closed_at or now
    await say(
        session,
        ticket,
        Side.PERSON,
        key=f"thanked:{ticket.key}:{int(ended.timestamp())}",
        message=desk.renderer.message("replies/ticket_thanked.j2", context),
        now=now,
    )


async def settle(session: AsyncSession, desk: Desk, ticket: Ticket, *, now: datetime) -> None:
    """The person says that it is solved after all: the ticket is resolved again as it was before.

    Raises ImpossibleError where it was not opened again, or is over already.
    """
    found = await session.execute(
        select(TicketEvent)
        .where(
            col(TicketEvent.ticket_id) == ticket.key,
            col(TicketEvent.from_state) == State.RESOLVED.value,
            col(TicketEvent.to_state).in_([state.value for state in ACTIVE]),
        )
        .order_by(col(TicketEvent.id).desc())
        .limit(1)
    )
    reopened = found.scalar_one_or_none()
    if reopened is None or State(ticket.state) not in ACTIVE:
        raise ImpossibleError(State(ticket.state), Action.RESOLVE)
    ticket.resolution = reopened.detail.get("resolution")
    await change(session, desk, ticket, Action.RESOLVE, actor=ticket.person, now=now)
    context = {"card": cards.card(desk, ticket)}
    for side, template in ((Side.DESK, "desk/settled.j2"), (Side.PERSON, "replies/ticket_settled.j2")):
        await say(
            session,
            ticket,
            side,
            key=f"settled:{ticket.key}:{side.value}:{ticket.card_version}",
            message=desk.renderer.message(template, context),
            now=now,
        )
