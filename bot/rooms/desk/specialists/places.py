"""Who waits at which place, and showing it: to the person in their DM, on a card to those who may accept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.rooms.desk.cards import card
from bot.rooms.desk.specialists import live
from bot.rooms.desk.specialists.duty import Staffing, staffing
from bot.rooms.desk.specialists.room import Specialists, SpecialistsError
from bot.rooms.desk.specialists.tables import Wait, WaitState
from bot.rooms.desk.tables import Ticket

PLACES = "queue.places"
"""Somebody came or went: show those who wait their new places."""

_SETTLE = timedelta(seconds=1)  # several changes in a row become one update


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
    waiting = render("desk/specialists/waiting.j2", context)
    await live.show(session, name_of(wait, "person"), waiting, user=wait.person, now=now)
    channel = room.channel_of(wait.queue)
    if channel is not None:
        shown = render("desk/specialists/card.j2", context)
        await live.show(session, name_of(wait, "card"), shown, channel=channel, now=now)


async def refresh(session: AsyncSession, room: Specialists, job: Job, now: datetime) -> None:
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


async def refresh_later(session: AsyncSession, team: str, queue: str, *, key: str, now: datetime) -> None:
    """Have everybody's place shown again in a moment. `key` names what changed."""
    await enqueue(
        session,
        key=f"places:{key}",
        kind=PLACES,
        payload={"team": team, "queue": queue},
        lane=f"places:{team}:{queue}",
        due=now + _SETTLE,
        now=now,
    )


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


async def waiting_of(session: AsyncSession, queue: str, who: Who) -> Wait | None:
    """The place that somebody has in a queue now."""
    found: Wait | None = await session.scalar(select(Wait).where(col(Wait.slot) == slot(queue, who)))
    return found


async def waiting_in(session: AsyncSession, queue: str, team: str, *, limit: int) -> Sequence[Wait]:
    """Those who wait, the first first."""
    found = await session.scalars(
        select(Wait)
        .where(col(Wait.team) == team, col(Wait.queue) == queue, col(Wait.state) == WaitState.WAITING.value)
        .order_by(col(Wait.id))
        .limit(limit)
    )
    return found.all()


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


def slot(queue: str, who: Who) -> str:
    """What is unique while somebody waits."""
    return f"{who.team}:{queue}:{who.user}"


def name_of(wait: Wait, side: str) -> str:
    """The name of the message that shows a wait on one side: `person` or `card`."""
    return f"wait:{wait.key}:{side}"
