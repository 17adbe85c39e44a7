"""The desk's part of the upkeep: the words of tickets that were closed long ago.

What remains is what is counted: numbers, categories, states, times, scores, and the history of what was done.
"""

from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.delivery import purging
from bot.rooms.desk.states import State
from bot.rooms.desk.tables import Side, Ticket, TicketMessage, TicketRating, TicketWords
from bot.rooms.desk.threads import LANES

_BATCH = 500  # tickets named in one statement
_OWN = (*(side.value for side in Side), "card", "sla", "mail")  # the lanes that a ticket has


async def forget_words(session: AsyncSession, before: datetime) -> int:
    """Forget what was said in tickets closed before that moment; in how many of them.

    A duplicate is kept as long as the ticket that it became a part of. What somebody writes into an old
    thread afterwards is forgotten with the next upkeep.
    """
    count = 0
    while tickets := (await session.scalars(_over(before).limit(_BATCH))).all():
        count += len(tickets)
        ids = [ticket.key for ticket in tickets]
        for statement in (
            update(TicketMessage).where(col(TicketMessage.ticket_id).in_(ids)).values(text="", files=[]),
            update(TicketRating).where(col(TicketRating.ticket_id).in_(ids)).values(comment=None),
            update(Ticket)
            .where(col(Ticket.id).in_(ids))
            .values(details="", files=[], contact=None, transcript=[], verdicts=[], figures=[]),
            delete(TicketWords).where(col(TicketWords.ticket_id).in_(ids)),
        ):
            await session.execute(statement.execution_options(synchronize_session=False))
        await purging.give_up(session, [f"{LANES}{ticket.key}:{lane}" for ticket in tickets for lane in _OWN])
    return count


def _over(before: datetime) -> Select[Ticket]:
    """Closed before that moment, and not forgotten yet: the words of those are in the search."""
    main = aliased(Ticket)
    goes_on = select(col(main.id)).where(
        col(main.id) == col(Ticket.merged_into_id),
        (col(main.state) != State.CLOSED.value) | (col(main.closed_at) >= before),
    )
    return (
        select(Ticket)
        .join(TicketWords, col(TicketWords.ticket_id) == col(Ticket.id))
        .where(col(Ticket.state) == State.CLOSED.value, col(Ticket.closed_at) < before, ~goes_on.exists())
    )
