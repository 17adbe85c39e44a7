"""The one way a ticket changes: the state machine says whether, the history who, when and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.rooms.desk import cards, sla
from bot.rooms.desk.room import CLOCK, Desk, UnknownTicketError, by_id
from bot.rooms.desk.states import ACTIVE, Action, State, after
from bot.rooms.desk.tables import Ticket, TicketEvent

WAKE = "desk.wake"
CLOSE = "desk.close"
_ANSWERS = {Action.REPLY, Action.ASK}
_WORDS = {Action.WRITE, Action.NOTE, Action.THANK, *_ANSWERS}
"""What says something; the card shows it only by the state, the due time and the end of a snooze."""


async def change(
    session: AsyncSession,
    desk: Desk,
    ticket: Ticket,
    action: Action,
    *,
    actor: str,
    now: datetime,
    reason: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Do `action`, write it down, and let the clock, the timers and the card follow.

    Fields that the action sets (assignee, priority, …) are set by the caller before. Raises ImpossibleError,
    and then nothing was changed here.
    """
    before = State(ticket.state)
    state = after(before, action)
    shown = _shown(ticket)
    ticket.state = state.value
    ticket.active = state in ACTIVE
    ticket.changed_at = now
    told = dict(detail or {})
    if before is State.RESOLVED and state in ACTIVE:
        told["resolution"] = ticket.resolution  # as it comes back when the person says that it was right
    _date(ticket, before, state, action, now)
    if before in ACTIVE and state is State.RESOLVED:
        await _close_later(session, desk, ticket, now)
    session.add(
        TicketEvent(
            ticket_id=ticket.key,
            at=now,
            actor=actor,
            action=action.value,
            from_state=before.value,
            to_state=state.value,
            reason=reason,
            detail=told,
        )
    )
    if action in {Action.RECATEGORIZE, Action.REPRIORITIZE}:
        sla.retarget(ticket, desk.content, desk.calendar, now)
    else:
        sla.follow(ticket, desk.content, desk.calendar, now)
    await sla.arm(session, desk, ticket, now)
    if action not in _WORDS or _shown(ticket) != shown:
        await cards.refresh(session, desk, ticket, now)
    if desk.on_turn is not None and (before in ACTIVE) is not (state in ACTIVE):
        await desk.on_turn(session, ticket, now)


def _date(ticket: Ticket, before: State, state: State, action: Action, now: datetime) -> None:
    """The moments of a ticket that went from one state to another."""
    if action in _ANSWERS and ticket.first_reply_at is None:
        ticket.first_reply_at = now
    if before in ACTIVE and state is State.RESOLVED:
        ticket.resolved_at = now
        ticket.first_reply_at = ticket.first_reply_at or now
    if state is State.CLOSED and before is not State.CLOSED:
        ticket.closed_at = now
        ticket.resolved_at = ticket.resolved_at or now
    if before is State.RESOLVED and state in ACTIVE:
        ticket.resolved_at = ticket.resolution = None
    if action in {Action.WRITE, Action.WAKE} or state not in ACTIVE:
        ticket.snoozed_until = None


def _shown(ticket: Ticket) -> tuple[object, ...]:
    """What of a ticket the card shows and words can change. Slack counts every edit."""
    return ticket.state, ticket.due_at, ticket.snoozed_until


async def _close_later(session: AsyncSession, desk: Desk, ticket: Ticket, now: datetime) -> None:
    due = now + desk.content.reopen
    await outbox.enqueue(
        session,
        key=f"close:{ticket.key}:{int(now.timestamp() * 1000)}",
        kind=CLOSE,
        payload={"ticket": ticket.key, "resolved": now.isoformat()},
        due=due,
        now=now,
    )


async def close_resolved(session: AsyncSession, desk: Desk, job: Job, now: datetime) -> None:
    """The timer's handler: a ticket that stayed resolved is closed; one that was reopened is not."""
    try:
        ticket = await by_id(session, job.payload["ticket"])
    except UnknownTicketError:
        return
    resolved = datetime.fromisoformat(job.payload["resolved"])
    if ticket.state != State.RESOLVED or ticket.resolved_at != resolved:
        return
    await change(session, desk, ticket, Action.CLOSE, actor=CLOCK, now=now)


async def sleep_until(session: AsyncSession, ticket: Ticket, until: datetime, now: datetime) -> None:
    """Let the ticket be brought back at `until`."""
    ticket.snoozed_until = until
    await outbox.enqueue(
        session,
        key=f"wake:{ticket.key}:{int(until.timestamp() * 1000)}:{int(now.timestamp() * 1000)}",
        kind=WAKE,
        payload={"ticket": ticket.key, "until": until.isoformat()},
        due=until,
        now=now,
    )


def is_reopenable(desk: Desk, ticket: Ticket, now: datetime) -> bool:
    """Whether a reply still reopens the ticket: it is resolved, and not for longer than the content says.

    The closing timer may be late; what counts is the time.
    """
    if ticket.state != State.RESOLVED or ticket.resolved_at is None:
        return False
    return now - ticket.resolved_at <= desk.content.reopen
