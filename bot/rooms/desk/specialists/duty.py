"""Who is on duty: a toggle that ends by itself with the shift, also across restarts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.rooms.desk.specialists.room import Specialists, Times, times
from bot.rooms.desk.specialists.tables import Duty, Wait, WaitState
from bot.rooms.desk.tables import Ticket
from bot.store.upsert import insert

END = "specialist.duty_end"
"""The timer that ends a duty with its shift."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """How a queue is staffed: who is on duty, how many of them are free, how many people wait."""

    times: Times
    on_duty: tuple[str, ...]
    free: int
    waiting: int
    takes: bool


async def go_on(session: AsyncSession, room: Specialists, queue: str, who: Who, now: datetime) -> datetime:
    """Put somebody on duty until the shift ends (the next one, before hours); until when. Twice is once."""
    until = room.calendar(queue).next_close(now)
    await session.execute(
        insert(session, Duty)
        .values(team=who.team, queue=queue, member=who.user, since=now, until=until)
        .on_conflict_do_update(index_elements=["team", "queue", "member"], set_={"until": until})
    )
    await enqueue(
        session,
        key=f"duty:{who.team}:{queue}:{who.user}:{int(until.timestamp())}",
        kind=END,
        payload={"team": who.team, "queue": queue, "member": who.user, "until": until.isoformat()},
        due=until,
        now=now,
    )
    return until


async def go_off(session: AsyncSession, queue: str, who: Who) -> bool:
    """End somebody's duty; False when they were not on duty."""
    gone = await session.execute(
        delete(Duty)
        .where(col(Duty.team) == who.team, col(Duty.queue) == queue, col(Duty.member) == who.user)
        .returning(col(Duty.member))
    )
    return gone.scalar_one_or_none() is not None


async def end(session: AsyncSession, room: Specialists, job: Job, now: datetime) -> None:
    """The handler of `END`: whoever is still on duty from that shift goes off, and is told."""
    payload = job.payload
    ended = await session.execute(
        delete(Duty)
        .where(
            col(Duty.team) == payload["team"],
            col(Duty.queue) == payload["queue"],
            col(Duty.member) == payload["member"],
            col(Duty.until) == datetime.fromisoformat(payload["until"]),
        )
        .returning(col(Duty.member))
    )
    member = ended.scalar_one_or_none()
    if member is None:
        return
    shift = times(room.calendar(payload["queue"]), now)
    message = room.renderer.message("desk/specialists/duty_ended.j2", {"times": shift})
    payload = {"user": member, **message}
    await enqueue(session, key=f"told:{job.key}", kind="slack.dm", payload=payload, now=now)


async def until(session: AsyncSession, queue: str, who: Who, now: datetime) -> datetime | None:
    """Until when somebody is on duty; None when they are not."""
    duty = await session.get(Duty, (who.team, queue, who.user))
    return duty.until if duty is not None and duty.until > now else None


async def on_duty(session: AsyncSession, queue: str, team: str, now: datetime) -> Sequence[str]:
    """Who is on duty now, the longest first."""
    found = await session.scalars(
        select(col(Duty.member))
        .where(
            col(Duty.team) == team, col(Duty.queue) == queue, col(Duty.until) > now, col(Duty.since) <= now
        )
        .order_by(col(Duty.since), col(Duty.member))
    )
    return found.all()


async def staffing(
    session: AsyncSession, room: Specialists, queue: str, team: str, now: datetime
) -> Staffing:
    """Whether the queue takes people now, and how busy it is."""
    shift = times(room.calendar(queue), now)
    members = tuple(await on_duty(session, queue, team, now))
    waiting = await session.scalars(
        select(col(Wait.id)).where(
            col(Wait.team) == team, col(Wait.queue) == queue, col(Wait.state) == WaitState.WAITING.value
        )
    )
    # Busy is who has a talk from this queue that is not over, also one that a colleague began.
    talks = await session.scalars(
        select(col(Ticket.assignee))
        .join(Wait, col(Ticket.id) == col(Wait.ticket_id))
        .where(
            col(Wait.team) == team,
            col(Wait.queue) == queue,
            col(Wait.state) == WaitState.ACCEPTED.value,
            col(Ticket.active).is_(True),
            col(Ticket.assignee).in_(members),
        )
        .distinct()
    )
    staffed = bool(members) or not room.queue(queue).duty
    return Staffing(
        times=shift,
        on_duty=members,
        free=len(members) - len(talks.all()),
        waiting=len(waiting.all()),
        takes=room.works(queue) and shift.closes is not None and staffed,
    )
