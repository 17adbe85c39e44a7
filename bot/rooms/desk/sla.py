"""The SLA clock: how soon a ticket wants its first reply and its resolution, in the desk's business time.

The resolution's clock runs while it is our turn and stands still while we wait for the person. One durable
timer per ticket wakes at the next moment that matters (a warning, or the target itself); a timer of an
earlier round, or one that a clock set back let go too soon, changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.rooms.desk import cards
from bot.rooms.desk.content import DeskContent
from bot.rooms.desk.room import CLOCK, Desk, UnknownTicketError, by_id
from bot.rooms.desk.states import ACTIVE, State
from bot.rooms.desk.tables import NEVER, Ticket, TicketEvent
from knowledge.calendar import Calendar

TIMER = "desk.sla"
_RUNNING = ACTIVE - {State.WAITING_PERSON}


class Target(StrEnum):
    """What is promised."""

    FIRST_REPLY = "first_reply"
    RESOLUTION = "resolution"


class Stage(StrEnum):
    """How it stands with a promise."""

    WARNING = "warning"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something about a promise wants to be said."""

    at: datetime
    target: Target
    stage: Stage


def follow(ticket: Ticket, content: DeskContent, calendar: Calendar, now: datetime) -> None:
    """Let the clock run or stand as the state asks, and set the due times. Changes `ticket` alone."""
    state = State(ticket.state)
    if ticket.running_since is not None and state not in _RUNNING:
        spent = calendar.business_time(ticket.running_since, now)
        ticket.used_seconds += int(spent.total_seconds())
        ticket.running_since = None
    elif ticket.running_since is None and state in _RUNNING:
        ticket.running_since = now
    targets = content.targets(ticket.category, ticket.priority)
    ticket.first_reply_due = calendar.add_business_time(ticket.opened_at, targets.first_reply)
    if ticket.running_since is None:
        ticket.resolution_due = NEVER
    else:
        left = max(timedelta(0), targets.resolution - timedelta(seconds=ticket.used_seconds))
        ticket.resolution_due = calendar.add_business_time(ticket.running_since, left)
    waits = state in ACTIVE and ticket.first_reply_at is None
    ticket.due_at = min(ticket.first_reply_due, ticket.resolution_due) if waits else ticket.resolution_due


def moments(ticket: Ticket, content: DeskContent, calendar: Calendar) -> list[Moment]:
    """What is still to be said about the ticket's promises, and when."""
    if State(ticket.state) not in ACTIVE:
        return []
    targets = content.targets(ticket.category, ticket.priority)
    found: list[Moment] = []
    if ticket.first_reply_at is None and ticket.first_reply_breached_at is None:
        if not ticket.first_reply_warned:
            at = calendar.add_business_time(ticket.opened_at, targets.first_reply * content.warn_at)
            found.append(Moment(at, Target.FIRST_REPLY, Stage.WARNING))
        found.append(Moment(ticket.first_reply_due, Target.FIRST_REPLY, Stage.BREACH))
    if ticket.running_since is not None and ticket.resolution_breached_at is None:
        if not ticket.resolution_warned:
            ahead = targets.resolution * content.warn_at - timedelta(seconds=ticket.used_seconds)
            at = calendar.add_business_time(ticket.running_since, max(timedelta(0), ahead))
            found.append(Moment(at, Target.RESOLUTION, Stage.WARNING))
        found.append(Moment(ticket.resolution_due, Target.RESOLUTION, Stage.BREACH))
    return found


async def arm(session: AsyncSession, desk: Desk, ticket: Ticket, now: datetime) -> None:
    """Set the ticket's one timer to the next moment; nothing happens when it stands there already."""
    waiting = moments(ticket, desk.content, desk.calendar)
    at = min((moment.at for moment in waiting), default=None)
    if at == ticket.timer_at:
        return
    if ticket.timer_at is not None:
        await outbox.cancel(session, _key(ticket))
    ticket.timer_round += 1
    ticket.timer_at = at
    if at is not None:
        payload = {"ticket": ticket.key, "round": ticket.timer_round}
        await outbox.enqueue(session, key=_key(ticket), kind=TIMER, payload=payload, due=at, now=now)


async def ring(session: AsyncSession, desk: Desk, job: Job, now: datetime) -> None:
    """The timer's handler: say what has become true, then set the timer to what comes next."""
    try:
        ticket = await by_id(session, job.payload["ticket"])
    except UnknownTicketError:
        return
    if job.payload["round"] != ticket.timer_round:
        return
    due = [moment for moment in moments(ticket, desk.content, desk.calendar) if moment.at <= now]
    missed = {moment.target for moment in due if moment.stage is Stage.BREACH}
    for moment in due:
        _mark(ticket, moment, now)
        if moment.stage is Stage.WARNING and moment.target in missed:
            continue  # after an outage: the breach says it all
        await _announce(session, desk, ticket, moment, now)
    ticket.timer_at = None
    await arm(session, desk, ticket, now)
    if due:
        await cards.refresh(session, desk, ticket, now)


def retarget(ticket: Ticket, content: DeskContent, calendar: Calendar, now: datetime) -> None:
    """After a change of priority or category: new due times, and a new warning for them."""
    ticket.first_reply_warned = ticket.resolution_warned = False
    follow(ticket, content, calendar, now)


def _mark(ticket: Ticket, moment: Moment, now: datetime) -> None:
    match moment.target, moment.stage:
        case Target.FIRST_REPLY, Stage.WARNING:
            ticket.first_reply_warned = True
        case Target.FIRST_REPLY, Stage.BREACH:
            ticket.first_reply_warned = True
            ticket.first_reply_breached_at = now
        case Target.RESOLUTION, Stage.WARNING:
            ticket.resolution_warned = True
        case Target.RESOLUTION, Stage.BREACH:
            ticket.resolution_warned = True
            ticket.resolution_breached_at = now


async def _announce(session: AsyncSession, desk: Desk, ticket: Ticket, moment: Moment, now: datetime) -> None:
    session.add(
        TicketEvent(
            ticket_id=ticket.key,
            at=now,
            actor=CLOCK,
            action=f"sla_{moment.stage}",
            from_state=ticket.state,
            to_state=ticket.state,
            detail={"target": moment.target.value},
        )
    )
    message = desk.renderer.message(
        "desk/sla.j2",
        {
            "card": cards.card(desk, ticket),
            "target": moment.target.value,
            "breach": moment.stage is Stage.BREACH,
            "due": desk.calendar.local(
                ticket.first_reply_due if moment.target is Target.FIRST_REPLY else ticket.resolution_due
            ),
            "escalation": desk.escalation,
        },
    )
    await outbox.enqueue(
        session,
        key=f"{_key(ticket)}:{moment.target}:{moment.stage}",
        kind="slack.post",
        payload={"channel": ticket.desk_channel, **message},
        lane=f"ticket:{ticket.key}:sla",
        now=now,
    )


def _key(ticket: Ticket) -> str:
    return f"sla:{ticket.key}:{ticket.timer_round}"
