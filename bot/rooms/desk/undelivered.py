"""What could not be delivered: shown to agents, told in the ticket's thread, and sent again by a button."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery import outbox
from bot.delivery.outbox import Job, ParkedJob
from bot.rooms.desk import cards
from bot.rooms.desk.cards import Card
from bot.rooms.desk.room import Desk, UnknownTicketError, by_id
from bot.rooms.desk.tables import Side, Ticket
from bot.rooms.desk.threads import say

_LANE = re.compile(r"ticket:(\d+):(\w+)")


@dataclass(frozen=True, slots=True)
class Parked:
    """One thing that was given up. `part` says which of a ticket's messages it is; both None elsewhere."""

    key: str
    kind: str
    reason: str
    at: datetime
    card: Card | None
    part: str | None


async def shown(session: AsyncSession, desk: Desk) -> Sequence[Parked]:
    """What agents see, tickets' first, the latest first."""
    jobs = await outbox.parked(session)
    found = [(job, _place(job.lane)) for job in jobs]
    ids = {place[0] for _, place in found if place is not None}
    rows = await session.execute(select(Ticket).where(col(Ticket.id).in_(ids)))
    known = {ticket.key: cards.card(desk, ticket) for ticket in rows.scalars()}
    parked = [
        Parked(
            key=job.key,
            kind=job.kind,
            reason=job.reason,
            at=desk.calendar.local(job.created_at),
            card=known.get(place[0]) if place else None,
            part=place[1] if place else None,
        )
        for job, place in found
    ]
    return sorted(parked, key=lambda one: one.card is None)  # sorting keeps the order of equals


def ticket_of_key(jobs: Iterable[ParkedJob], key: str) -> int | None:
    """The ticket that a parked job is about."""
    place = next((_place(job.lane) for job in jobs if job.key == key), None)
    return None if place is None else place[0]


async def tell(session: AsyncSession, desk: Desk, job: Job, reason: str, now: datetime) -> None:
    """`Delivery.parked`: who answers a person must not believe that it arrived."""
    place = _place(job.lane)
    if place is None or place[1] != Side.PERSON:
        return
    try:
        ticket = await by_id(session, place[0])
    except UnknownTicketError:
        return
    context = {"card": cards.card(desk, ticket), "reason": reason, "key": job.key}
    message = desk.renderer.message("desk/undelivered.j2", context)
    key = f"undelivered:{job.id}:{int(now.timestamp() * 1000)}"
    await say(session, ticket, Side.DESK, key=key, message=message, now=now)


def _place(lane: str | None) -> tuple[int, str] | None:
    """The ticket and the part of it that a lane belongs to (bot/rooms/desk/threads.py)."""
    found = _LANE.fullmatch(lane or "")
    return None if found is None else (int(found[1]), found[2])
