"""One queue for talks and for video checks: a place each, kept up to date, and whoever accepts first wins.

A wait that nobody took when hours end is `missed`, not gone: its card stays, and it can still be accepted.
Every change is made under the wait's lock and shown in place, to the person and on the card.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.desk.cards import card
from bot.desk.tables import Ticket
from bot.messages import Who
from bot.specialists import live
from bot.specialists.duty import Staffing, staffing
from bot.specialists.room import Specialists, SpecialistsError
from bot.specialists.tables import Wait, WaitState
from bot.store.outbox import Job, enqueue
from bot.store.upsert import insert

CLOSE = "queue.close"
"""The timer of a wait: hours end."""
PLACES = "queue.places"
"""Somebody came or went: show those who wait their new places."""

_SETTLE = timedelta(seconds=1)  # several changes in a row become one update
_TAKEABLE = {WaitState.WAITING, WaitState.MISSED}


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who wants a place. `key` names the press; `channel` and `thread` the conversation so far."""

    key: str
    who: Who
    queue: str
    details: str = ""
    channel: str = ""
    thread: str = ""


async def join(session: AsyncSession, room: Specialists, entry: Entry, now: datetime) -> Wait:
    """The person's place in the queue, which they may have already.

    Raises SpecialistsError("closed") when the queue takes nobody, ("heard") when this press was handled
    before and its place is gone since.
    """
    who = entry.who
    waiting = await waiting_of(session, entry.queue, who)
    if waiting is not None:
        return waiting
    if not (await staffing(session, room, entry.queue, who.team, now)).takes:
        raise SpecialistsError("closed")
    added = await session.scalar(
        insert(session, Wait)
        .values(
            origin=entry.key,
            slot=_slot(entry.queue, who),
            team=who.team,
            queue=entry.queue,
            person=who.user,
            details=entry.details,
            channel=entry.channel,
            thread=entry.thread,
            state=WaitState.WAITING.value,
            entered_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(Wait.id))
    )
    if added is None:
        waiting = await waiting_of(session, entry.queue, who)
        if waiting is None:
            raise SpecialistsError("heard")
        return waiting
    await _give_up_missed(session, room, entry, now)
    wait = await by_id(session, added)
    await _close_later(session, room, wait, now)
    await show(session, room, wait, now)
    await _places(session, wait, now)
    return wait


async def take(session: AsyncSession, room: Specialists, wait_id: int, by: Who, now: datetime) -> Wait | None:
    """Make a wait the business of `by`; None when it is already.

    Raises SpecialistsError: "taken" (with who was quicker), "left" or "unknown".
    """
    del room
    wait = await by_id(session, wait_id, by.team)
    state = WaitState(wait.state)
    if wait.by == by.user and state in {WaitState.ACCEPTED, WaitState.DONE}:
        return None
    if state in {WaitState.ACCEPTED, WaitState.DONE}:
        raise SpecialistsError("taken", by=wait.by)
    if state not in _TAKEABLE:
        raise SpecialistsError("left")
    wait.state, wait.slot, wait.by = WaitState.ACCEPTED.value, None, by.user
    wait.accepted_at = now
    await _places(session, wait, now)
    return wait


async def leave(
    session: AsyncSession,
    room: Specialists,
    wait_id: int,
    who: Who,
    now: datetime,
    *,
    state: WaitState = WaitState.LEFT,
) -> bool:
    """Give a place up, as the person asks (`state` MESSAGE: for a message); False when it was gone already.

    Raises SpecialistsError("unknown") for a wait that is not theirs.
    """
    wait = await by_id(session, wait_id, who.team)
    if wait.person != who.user:
        raise SpecialistsError("unknown")
    if WaitState(wait.state) not in _TAKEABLE:
        return False
    await finish(session, room, wait, state, now)
    return True


async def finish(
    session: AsyncSession, room: Specialists, wait: Wait, state: WaitState, now: datetime
) -> None:
    """End a wait (ACCEPTED: let it go on again), and show it."""
    waited = wait.state == WaitState.WAITING
    wait.state, wait.slot = state.value, None
    wait.ended_at = None if state is WaitState.ACCEPTED else now
    await show(session, room, wait, now)
    if waited:
        await _places(session, wait, now)


async def close(session: AsyncSession, room: Specialists, job: Job, now: datetime) -> None:
    """The handler of `CLOSE`: hours are over, and who still waits is offered to leave a message."""
    wait = await find(session, job.payload["wait"])
    if wait is None or wait.state != WaitState.WAITING:
        return
    if room.calendar(wait.queue).is_open(now):  # the calendar was changed meanwhile
        await _close_later(session, room, wait, now)
        return
    await finish(session, room, wait, WaitState.MISSED, now)
    status = await staffing(session, room, wait.queue, wait.team, now)
    message = room.renderer.message("specialists/missed.j2", {"wait": wait, "staffing": status})
    await enqueue(
        session,
        key=f"wait:{wait.key}:missed",
        kind="slack.dm",
        payload={"user": wait.person, **message},
        lane=f"live:{_name(wait, 'person')}",
        now=now,
    )


async def places(session: AsyncSession, room: Specialists, job: Job, now: datetime) -> None:
    """The handler of `PLACES`: everybody who waits sees their place as it is now."""
    found = await session.scalars(
        select(Wait)
        .where(
            col(Wait.team) == job.payload["team"],
            col(Wait.queue) == job.payload["queue"],
            col(Wait.state) == WaitState.WAITING.value,
        )
        .order_by(col(Wait.id))
        .with_for_update()
    )
    waiting = found.all()
    if not waiting:
        return
    status = await staffing(session, room, job.payload["queue"], job.payload["team"], now)
    for place, wait in enumerate(waiting, start=1):
        await show(session, room, wait, now, place=place, status=status)


async def places_later(session: AsyncSession, team: str, queue: str, *, key: str, now: datetime) -> None:
    """Have everybody's place shown again in a moment. `key` names what changed."""
    await enqueue(
        session,
        key=f"places:{key}"[:255],
        kind=PLACES,
        payload={"team": team, "queue": queue},
        lane=f"places:{team}:{queue}",
        due=now + _SETTLE,
        now=now,
    )


async def show(
    session: AsyncSession,
    room: Specialists,
    wait: Wait,
    now: datetime,
    *,
    place: int | None = None,
    status: Staffing | None = None,
) -> None:
    """Show how it stands: to the person in their DM, and on the card where those who may accept are.

    `place` and `status` are looked up where they are not given.
    """
    context = await _context(session, room, wait, place or await place_of(session, wait))
    context["staffing"] = status or await staffing(session, room, wait.queue, wait.team, now)
    render = room.renderer.message
    waiting = render("specialists/waiting.j2", context)
    await live.show(session, _name(wait, "person"), waiting, user=wait.person, now=now)
    channel = room.channel_of(wait.queue)
    if channel is not None:
        card = render("specialists/card.j2", context)
        await live.show(session, _name(wait, "card"), card, channel=channel, now=now)


async def by_id(session: AsyncSession, wait_id: int, team: str | None = None) -> Wait:
    """The wait, locked until the transaction ends. Raises SpecialistsError("unknown")."""
    wait = await find(session, wait_id)
    if wait is None or (team is not None and wait.team != team):
        raise SpecialistsError("unknown")
    return wait


async def find(session: AsyncSession, wait_id: int) -> Wait | None:
    """As `by_id`; None for one that was forgotten."""
    found: Wait | None = await session.scalar(
        select(Wait)
        .where(col(Wait.id) == wait_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def waiting_of(session: AsyncSession, queue: str, who: Who) -> Wait | None:
    """The place that somebody has in a queue now."""
    found: Wait | None = await session.scalar(select(Wait).where(col(Wait.slot) == _slot(queue, who)))
    return found


async def talk_of(session: AsyncSession, ticket: Ticket) -> Wait | None:
    """The talk that a ticket carries, locked; None for a ticket of another kind."""
    found: Wait | None = await session.scalar(
        select(Wait)
        .where(
            col(Wait.team) == ticket.team,
            col(Wait.person) == ticket.person,
            col(Wait.ticket_id) == ticket.key,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def talking(session: AsyncSession, name: str, who: Who) -> tuple[Wait, Ticket] | None:
    """The talk that somebody is in now, with its ticket."""
    found = await session.execute(
        select(Wait, Ticket)
        .join(Ticket, col(Ticket.id) == col(Wait.ticket_id))
        .where(
            col(Wait.team) == who.team,
            col(Wait.person) == who.user,
            col(Wait.queue) == name,
            col(Wait.state) == WaitState.ACCEPTED.value,
            col(Ticket.active).is_(True),
        )
        .order_by(col(Wait.id).desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def waiting_in(session: AsyncSession, queue: str, team: str, *, limit: int) -> Sequence[Wait]:
    """Those who wait, the first first."""
    found = await session.scalars(
        select(Wait)
        .where(col(Wait.team) == team, col(Wait.queue) == queue, col(Wait.state) == WaitState.WAITING.value)
        .order_by(col(Wait.id))
        .limit(limit)
    )
    return found.all()


async def place_of(session: AsyncSession, wait: Wait) -> int:
    """How many people, this one included, come before the next one: 1 is whoever is called first."""
    ahead = await session.scalar(
        select(func.count(col(Wait.id))).where(
            col(Wait.team) == wait.team,
            col(Wait.queue) == wait.queue,
            col(Wait.state) == WaitState.WAITING.value,
            col(Wait.id) <= wait.key,
        )
    )
    return int(ahead or 0)


async def _context(session: AsyncSession, room: Specialists, wait: Wait, place: int) -> dict[str, Any]:
    ticket = None if wait.ticket_id is None else await session.get(Ticket, wait.ticket_id)
    outcomes = {outcome.id: outcome.title for outcome in room.content.video.outcomes}
    return {
        "wait": wait,
        "queue": room.queue(wait.queue),
        "place": place,
        "entered": room.calendar(wait.queue).local(wait.entered_at),
        "ticket": None if ticket is None else card(room.desk, ticket),
        "outcome": outcomes.get(wait.outcome or "", wait.outcome),
    }


async def _close_later(session: AsyncSession, room: Specialists, wait: Wait, now: datetime) -> None:
    due = room.calendar(wait.queue).next_close(now)
    await enqueue(
        session,
        key=f"wait:{wait.key}:close:{int(due.timestamp())}",
        kind=CLOSE,
        payload={"wait": wait.key},
        due=due,
        now=now,
    )


async def _places(session: AsyncSession, wait: Wait, now: datetime) -> None:
    key = f"{wait.key}:{wait.state}"
    await places_later(session, wait.team, wait.queue, key=key, now=now)


async def _give_up_missed(session: AsyncSession, room: Specialists, entry: Entry, now: datetime) -> None:
    """Who comes back no longer needs the place they waited in vain for."""
    found = await session.scalars(
        select(Wait)
        .where(
            col(Wait.team) == entry.who.team,
            col(Wait.person) == entry.who.user,
            col(Wait.queue) == entry.queue,
            col(Wait.state) == WaitState.MISSED.value,
        )
        .order_by(col(Wait.id))
        .with_for_update()
    )
    for wait in found.all():
        await finish(session, room, wait, WaitState.LEFT, now)


def _slot(queue: str, who: Who) -> str:
    return f"{who.team}:{queue}:{who.user}"


def _name(wait: Wait, side: str) -> str:
    return f"wait:{wait.key}:{side}"
