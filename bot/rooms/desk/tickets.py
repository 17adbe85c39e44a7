"""What agents do with a ticket. Each use case changes it, says what must be said, and leaves a trace.

All of them take a ticket that is locked (`room.by_id`) and raise `ImpossibleError` or a `DeskError`
before anything has changed. Whether somebody may act is asked at the edge, by role.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job
from bot.rooms.desk import cards, ratings
from bot.rooms.desk.changes import change, is_reopenable, sleep_until
from bot.rooms.desk.numbers import parse_number
from bot.rooms.desk.room import (
    CLOCK,
    Desk,
    MergeError,
    TakenError,
    UnknownTicketError,
    by_id,
    by_number,
)
from bot.rooms.desk.said import Said, carry_over, keep, known, pieces
from bot.rooms.desk.states import Action, ImpossibleError, State, after
from bot.rooms.desk.tables import Side, Ticket
from bot.rooms.desk.threads import say

SPECIALISTS = "specialists"
"""The queue of the Category Specialists."""


async def claim(session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, now: datetime) -> None:
    """Make the ticket the agent's own; claiming it twice is the same as once. Raises TakenError."""
    if ticket.assignee == agent:
        return
    if ticket.assignee is not None and ticket.active:
        raise TakenError(ticket.assignee)
    after(State(ticket.state), Action.CLAIM)
    ticket.assignee = agent
    await change(session, desk, ticket, Action.CLAIM, actor=agent, now=now)


async def assign(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, to: str, now: datetime
) -> None:
    """Give the ticket to another agent, who is told in its thread."""
    after(State(ticket.state), Action.ASSIGN)
    ticket.assignee = to
    await change(session, desk, ticket, Action.ASSIGN, actor=agent, now=now, detail={"to": to})
    await _tell_desk(session, desk, ticket, Action.ASSIGN, now, actor=agent, to=to)


async def answer(
    session: AsyncSession, desk: Desk, ticket: Ticket, said: Said, *, now: datetime, asks: bool = False
) -> bool:
    """Send an agent's words to the person; False when they were sent before.

    `asks`: the ticket then waits for the person. An unclaimed ticket becomes the agent's. What came through a
    modal is also shown in the desk's thread.
    """
    if await known(session, said.key) is not None:
        return False
    action = Action.ASK if asks else Action.REPLY
    after(State(ticket.state), action)
    if ticket.assignee is None:
        ticket.assignee = said.author
    await change(session, desk, ticket, action, actor=said.author, now=now)
    message = await keep(session, ticket, Side.DESK, said, shared=True)
    await carry_over(session, desk, ticket, message, now)
    if said.ts is None:
        await _echo(session, desk, ticket, said, now, shared=True)
    return True


async def note(session: AsyncSession, desk: Desk, ticket: Ticket, said: Said, *, now: datetime) -> bool:
    """Keep words that only the desk sees; False when they were kept before."""
    if await known(session, said.key) is not None:
        return False
    await change(session, desk, ticket, Action.NOTE, actor=said.author, now=now)
    await keep(session, ticket, Side.DESK, said, shared=False)
    if said.ts is None:
        await _echo(session, desk, ticket, said, now, shared=False)
    return True


async def snooze(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, span: timedelta, now: datetime
) -> None:
    """Lay the ticket aside for `span` of business time. The SLA clock keeps running."""
    after(State(ticket.state), Action.SNOOZE)
    until = desk.calendar.add_business_time(now, span)
    await sleep_until(session, ticket, until, now)
    detail = {"until": until.isoformat()}
    await change(session, desk, ticket, Action.SNOOZE, actor=agent, now=now, detail=detail)


async def wake(session: AsyncSession, desk: Desk, job: Job, now: datetime) -> None:
    """The snooze's timer: bring the ticket back, unless it woke before."""
    try:
        ticket = await by_id(session, job.payload["ticket"])
    except UnknownTicketError:
        return
    if ticket.snoozed_until != datetime.fromisoformat(job.payload["until"]):
        return
    await change(session, desk, ticket, Action.WAKE, actor=CLOCK, now=now)
    await _tell_desk(session, desk, ticket, Action.WAKE, now, to=ticket.assignee)


async def recategorize(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, category: str, sub: str, now: datetime
) -> None:
    """Put the ticket under another category; its targets follow. Raises KeyError for one that is none."""
    desk.content.category(category).sub(sub)
    after(State(ticket.state), Action.RECATEGORIZE)
    detail = {"from": f"{ticket.category}.{ticket.subcategory}", "to": f"{category}.{sub}"}
    ticket.category, ticket.subcategory = category, sub
    await change(session, desk, ticket, Action.RECATEGORIZE, actor=agent, now=now, detail=detail)


async def reprioritize(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, priority: str, now: datetime
) -> None:
    """Change how urgent the ticket is; its targets follow. Raises KeyError for a priority that is none."""
    desk.content.step(priority)
    after(State(ticket.state), Action.REPRIORITIZE)
    detail = {"from": ticket.priority, "to": priority}
    ticket.priority = priority
    await change(session, desk, ticket, Action.REPRIORITIZE, actor=agent, now=now, detail=detail)


async def hand_over(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, now: datetime, reason: str | None = None
) -> None:
    """Hand the ticket to the Category Specialists; it is nobody's until one of them takes it."""
    after(State(ticket.state), Action.HAND_OVER)
    ticket.queue, ticket.assignee = SPECIALISTS, None
    detail = {"queue": SPECIALISTS}
    await change(session, desk, ticket, Action.HAND_OVER, actor=agent, now=now, reason=reason, detail=detail)
    await _tell_desk(session, desk, ticket, Action.HAND_OVER, now, actor=agent, reason=reason)
    if desk.on_hand_over is not None:
        await desk.on_hand_over(session, ticket, now)


async def merge(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, agent: str, into: str, now: datetime
) -> Ticket:
    """Close the ticket as a duplicate of the one numbered `into`, which goes on with both threads' words.

    Raises UnknownTicketError, and MergeError when they are another person's, the same, or over.
    """
    main = await by_number(session, parse_number(into) or into)
    same_person = (main.team, main.person) == (ticket.team, ticket.person)
    over = main.merged_into_id is not None or main.state == State.CLOSED
    if main.key == ticket.key or not same_person or over:
        raise MergeError
    after(State(ticket.state), Action.MERGE)
    ticket.merged_into_id = main.key
    detail = {"into": main.number}
    await change(session, desk, ticket, Action.MERGE, actor=agent, now=now, detail=detail)
    await change(session, desk, main, Action.NOTE, actor=agent, now=now, detail={"merged": ticket.number})
    await _tell_desk(session, desk, ticket, Action.MERGE, now, actor=agent, other=main.number)
    duplicate = cards.card(desk, ticket)
    await _tell_desk(session, desk, main, "merged_here", now, actor=agent, duplicate=duplicate)
    await _tell_person(session, desk, ticket, "replies/ticket_merged.j2", now, other=main.number)
    return main


async def resolve(
    session: AsyncSession,
    desk: Desk,
    ticket: Ticket,
    *,
    agent: str,
    reason: str,
    now: datetime,
    link: str | None = None,
    words: Said | None = None,
) -> None:
    """Resolve the ticket for a reason of the content (KeyError for one that is none), with a last word.

    The person is told how to open it again, and asked once how it was.
    """
    title = desk.content.reason(reason).title
    after(State(ticket.state), Action.RESOLVE)
    if words is not None:
        await answer(session, desk, ticket, words, now=now)
    ticket.resolution, ticket.knowledge_link = reason, link
    if ticket.assignee is None:
        ticket.assignee = agent
    await change(session, desk, ticket, Action.RESOLVE, actor=agent, now=now, reason=title)
    asks = await ratings.ask(session, ticket, now)
    await _tell_desk(session, desk, ticket, Action.RESOLVE, now, actor=agent, reason=title)
    await _tell_person(
        session,
        desk,
        ticket,
        "replies/ticket_resolved.j2",
        now,
        reason=title,
        link=link,
        asks=asks,
        reopen_days=desk.content.reopen_days,
    )


async def reopen(session: AsyncSession, desk: Desk, ticket: Ticket, *, actor: str, now: datetime) -> None:
    """Open a resolved ticket again. Raises ImpossibleError when it is not, or was for too long."""
    if not is_reopenable(desk, ticket, now):
        raise ImpossibleError(State(ticket.state), Action.REOPEN)
    await change(session, desk, ticket, Action.REOPEN, actor=actor, now=now)
    await tell_reopened(session, desk, ticket, actor=actor, now=now)


async def tell_reopened(
    session: AsyncSession, desk: Desk, ticket: Ticket, *, actor: str, now: datetime, written: bool = False
) -> None:
    """Say in both threads that the ticket goes on. `written`: because of words, which may be taken back."""
    await _tell_desk(session, desk, ticket, Action.REOPEN, now, actor=actor, to=ticket.assignee)
    await _tell_person(session, desk, ticket, "replies/ticket_reopened.j2", now, written=written)


async def _echo(
    session: AsyncSession, desk: Desk, ticket: Ticket, said: Said, now: datetime, *, shared: bool
) -> None:
    context = {"pieces": pieces(said.text), "author": said.author, "shared": shared, "person": ticket.person}
    message = desk.renderer.message("desk/echo.j2", context)
    await say(session, ticket, Side.DESK, key=f"echo:{said.key}", message=message, now=now)


async def _tell_desk(
    session: AsyncSession, desk: Desk, ticket: Ticket, what: str, now: datetime, **context: Any
) -> None:
    """A line about what happened, in the desk's thread. Its key is the change itself."""
    blank = {"actor": None, "to": None, "reason": None, "other": None, "duplicate": None}
    message = desk.renderer.message(
        "desk/event.j2", {**blank, **context, "what": str(what), "card": cards.card(desk, ticket)}
    )
    key = f"event:{ticket.key}:{what}:{ticket.card_version}"
    await say(session, ticket, Side.DESK, key=key, message=message, now=now)


async def _tell_person(
    session: AsyncSession, desk: Desk, ticket: Ticket, template: str, now: datetime, **context: Any
) -> None:
    message = desk.renderer.message(template, {**context, "card": cards.card(desk, ticket)})
    key = f"told:{ticket.key}:{template}:{ticket.card_version}"
    await say(session, ticket, Side.PERSON, key=key, message=message, now=now)
