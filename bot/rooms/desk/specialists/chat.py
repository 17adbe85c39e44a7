"""Talks with a Category Specialist: connected through a ticket and the desk's relay, or left as a message."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import conversations
from bot.asking.conversations import Place
from bot.messages import Who
from bot.rooms.desk import tickets
from bot.rooms.desk.cards import card
from bot.rooms.desk.forms import TicketForm
from bot.rooms.desk.opening import Opening, open_ticket
from bot.rooms.desk.room import by_id
from bot.rooms.desk.specialists import live, places, queue
from bot.rooms.desk.specialists.content import CHAT
from bot.rooms.desk.specialists.room import Specialists, SpecialistsError
from bot.rooms.desk.specialists.tables import Wait, WaitState
from bot.rooms.desk.tables import Side, Ticket
from bot.rooms.desk.threads import say
from bot.rooms.desk.tickets import SPECIALISTS

MESSAGE_BY = "message"
TALK_BY = "chat"
"""How tickets of this room say they were opened."""


async def connect(session: AsyncSession, room: Specialists, wait: Wait, now: datetime) -> Ticket:
    """Join the person and the specialist who accepted: a ticket of the specialist's, and the relay."""
    assert wait.by is not None, "somebody accepted"
    desk = room.desk_of(CHAT)
    opening = await _opening(
        session,
        room,
        key=f"wait:{wait.key}",
        who=Who(wait.team, wait.person),
        details=wait.details,
        place=Place(wait.team, wait.channel, wait.thread),
        by=TALK_BY,
        met_by=wait.by,
    )
    ticket = await open_ticket(session, desk, opening, now)
    await tickets.claim(session, desk, ticket, agent=wait.by, now=now)
    wait.ticket_id = ticket.key
    context = {"by": wait.by, "person": wait.person, "number": ticket.number, "marker": desk.marker}
    message = room.renderer.message("desk/specialists/connected_desk.j2", context)
    await say(session, ticket, Side.DESK, key=f"wait:{wait.key}:hello", message=message, now=now)
    return ticket


async def leave_message(
    session: AsyncSession,
    room: Specialists,
    *,
    key: str,
    who: Who,
    details: str,
    place: Place,
    zone: str | None,
    wait_id: int,
    now: datetime,
) -> Ticket:
    """A message for the specialists as a ticket in their queue; a place that was waited in is given up."""
    if wait_id:
        with suppress(SpecialistsError):  # not theirs, or gone: the message counts all the same
            await queue.leave(session, room, wait_id, who, now, state=WaitState.MESSAGE)
    opening = await _opening(
        session, room, key=key, who=who, details=details, place=place, by=MESSAGE_BY, zone=zone
    )
    return await open_ticket(session, room.desk_of(CHAT), opening, now)


async def handed_over(session: AsyncSession, ticket: Ticket, now: datetime, *, room: Specialists) -> None:
    """`Desk.on_hand_over`: the specialists see that the desk has something for them."""
    if room.channel is not None:
        message = room.renderer.message("desk/specialists/handed_over.j2", {"card": card(room.desk, ticket)})
        await live.show(session, _handed(ticket), message, channel=room.channel, now=now)


async def turned(session: AsyncSession, ticket: Ticket, now: datetime, *, room: Specialists) -> None:
    """`Desk.on_turn`: a talk that is over frees its specialist, and one that goes on again is shown so.

    What was handed over is shown as it stands.
    """
    if ticket.queue == SPECIALISTS and ticket.desk_channel != room.channel:
        await handed_over(session, ticket, now, room=room)
    wait = await places.talk_of(session, ticket)
    if wait is None:
        return
    await queue.finish(session, room, wait, WaitState.ACCEPTED if ticket.active else WaitState.DONE, now)
    key = f"ticket:{ticket.key}:{ticket.card_version}"
    await places.refresh_later(session, wait.team, wait.queue, key=key, now=now)


async def take_over(
    session: AsyncSession, room: Specialists, ticket_id: int, by: Who, now: datetime
) -> Ticket:
    """Claim a ticket that was handed over. Raises DeskError (`TakenError` where somebody was quicker)."""
    ticket = await by_id(session, ticket_id)
    if ticket.team != by.team or ticket.queue != SPECIALISTS:
        raise SpecialistsError("unknown")
    await tickets.claim(session, room.desk, ticket, agent=by.user, now=now)
    await handed_over(session, ticket, now, room=room)
    return ticket


async def _opening(
    session: AsyncSession,
    room: Specialists,
    *,
    key: str,
    who: Who,
    details: str,
    place: Place,
    by: str,
    zone: str | None = None,
    met_by: str | None = None,
) -> Opening:
    about = room.queue(CHAT)
    sub = about.message if met_by is None else about.subcategory
    lines = await conversations.transcript(session, place)
    words = details.strip() or room.renderer.text("desk/specialists/no_details.j2", {}).strip()
    return Opening(
        key=key,
        who=who,
        form=TicketForm(category=about.category, subcategory=sub, details=words),
        opened_by=by,
        zone=zone,
        transcript=[{"role": x.role, "text": x.text, "at": x.at.isoformat()} for x in lines],
        queue=SPECIALISTS,
        met_by=met_by,
    )


def _handed(ticket: Ticket) -> str:
    return f"ticket:{ticket.key}:handed"
