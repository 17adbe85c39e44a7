"""One queue for talks and for video checks: a place each, kept up to date, and whoever accepts first wins.

A wait that nobody took when hours end is `missed`, not gone: its card stays, and it can still be accepted.
Every change is made under the wait's lock and shown in place, to the person and on the card.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.rooms.desk.specialists import places
from bot.rooms.desk.specialists.duty import staffing
from bot.rooms.desk.specialists.room import Specialists, SpecialistsError
from bot.rooms.desk.specialists.tables import Wait, WaitState
from bot.store.upsert import insert

CLOSE = "queue.close"
"""The timer of a wait: hours end."""
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
    waiting = await places.waiting_of(session, entry.queue, who)
    if waiting is not None:
        return waiting
    if not (await staffing(session, room, entry.queue, who.team, now)).takes:
        raise SpecialistsError("closed")
    added = await session.scalar(
        insert(session, Wait)
        .values(
            origin=entry.key,
            slot=places.slot(entry.queue, who),
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
        waiting = await places.waiting_of(session, entry.queue, who)
        if waiting is None:
            raise SpecialistsError("heard")
        return waiting
    await _give_up_missed(session, room, entry, now)
    wait = await places.by_id(session, added)
    await _close_later(session, room, wait, now)
    await places.show(session, room, wait, now)
    await _places(session, wait, now)
    return wait


async def take(session: AsyncSession, room: Specialists, wait_id: int, by: Who, now: datetime) -> Wait | None:
    """Make a wait the business of `by`; None when it is already.

    Raises SpecialistsError: "taken" (with who was quicker), "left" or "unknown".
    """
    del room
    wait = await places.by_id(session, wait_id, by.team)
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
    wait = await places.by_id(session, wait_id, who.team)
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
    await places.show(session, room, wait, now)
    if waited:
        await _places(session, wait, now)


async def close(session: AsyncSession, room: Specialists, job: Job, now: datetime) -> None:
    """The handler of `CLOSE`: hours are over, and who still waits is offered to leave a message."""
    wait = await places.find(session, job.payload["wait"])
    if wait is None or wait.state != WaitState.WAITING:
        return
    if room.calendar(wait.queue).is_open(now):  # the calendar was changed meanwhile
        await _close_later(session, room, wait, now)
        return
    await finish(session, room, wait, WaitState.MISSED, now)
    status = await staffing(session, room, wait.queue, wait.team, now)
    message = room.renderer.message("desk/specialists/missed.j2", {"wait": wait, "staffing": status})
    await enqueue(
        session,
        key=f"wait:{wait.key}:missed",
        kind="slack.dm",
        payload={"user": wait.person, **message},
        lane=f"live:{places.name_of(wait, 'person')}",
        now=now,
    )


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
    await places.refresh_later(session, wait.team, wait.queue, key=key, now=now)


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
