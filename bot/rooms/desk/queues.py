"""Lists of tickets: an agent's views of the desk, page by page, and a person's own.

A page is found by keyset (due time and id of its neighbour), so that the thousandth is as quick as the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Who
from bot.rooms.desk import search
from bot.rooms.desk.cards import Card, card
from bot.rooms.desk.changes import is_reopenable
from bot.rooms.desk.room import Desk
from bot.rooms.desk.tables import Ticket
from bot.store.types import UTCDateTime


class Queue(StrEnum):
    """What an agent wants to see of the tickets that are not over."""

    MINE = "mine"
    UNCLAIMED = "unclaimed"
    SOON = "soon"
    ALL = "all"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a queue, small enough for a button's value. `after` and `before` are places of tickets."""

    queue: Queue = Queue.MINE
    category: str | None = None
    priority: str | None = None
    words: str | None = None
    after: tuple[float, int] | None = None
    before: tuple[float, int] | None = None

    def __str__(self) -> str:
        """As a button carries it."""
        places = {"a": self.after, "b": self.before}
        values = {"q": self.queue.value, "c": self.category, "p": self.priority, "w": self.words}
        values |= {key: f"{place[0]!r}:{place[1]}" for key, place in places.items() if place is not None}
        return urlencode({key: value for key, value in values.items() if value})

    @classmethod
    def read(cls, text: str) -> "Listing":
        """The inverse of `str`; the agent's own tickets for what makes no sense."""
        values = dict(parse_qsl(text))
        try:
            return cls(
                queue=Queue(values.get("q", Queue.MINE)),
                category=values.get("c"),
                priority=values.get("p"),
                words=values.get("w"),
                after=_place(values.get("a")),
                before=_place(values.get("b")),
            )
        except ValueError:
            return cls()

    def first(self, **changes: Any) -> "Listing":
        """The first page of this listing, changed."""
        return replace(self, after=None, before=None, **changes)


@dataclass(frozen=True, slots=True)
class Page:
    """The tickets of a page, the pages around it, and how many each queue has."""

    listing: Listing
    cards: Sequence[Card]
    previous: Listing | None
    next: Listing | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Own:
    """A ticket as its person sees it in a list."""

    card: Card
    reopenable: bool


async def page(session: AsyncSession, desk: Desk, who: Who, listing: Listing, now: datetime) -> Page:
    """A page of an agent's listing."""
    size = desk.content.page
    backwards = listing.before is not None
    if listing.queue is Queue.FOUND:
        last = None if listing.after is None else listing.after[1]
        rows = await search.find(session, listing.words or "", team=who.team, before=last, limit=size + 1)
        found, backwards = list(rows), False
    else:
        found = list((await session.execute(_rows(desk, who, listing, now).limit(size + 1))).scalars())
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    later = more or backwards
    earlier = more if backwards else listing.after is not None
    previous = replace(listing, after=None, before=_at(found[0])) if found and earlier else None
    if listing.queue is Queue.FOUND and earlier:
        previous = listing.first()  # what was found is read from the newest on
    return Page(
        listing=listing,
        cards=[card(desk, ticket) for ticket in found],
        previous=previous,
        next=replace(listing, before=None, after=_at(found[-1])) if found and later else None,
        counts=await _counts(session, desk, who, now),
    )


async def own(
    session: AsyncSession, who: Who, *, limit: int = 10, active: bool | None = None
) -> Sequence[Ticket]:
    """A person's own tickets, the newest first; nobody else's, whatever they ask."""
    statement = select(Ticket).where(col(Ticket.team) == who.team, col(Ticket.person) == who.user)
    if active is not None:
        statement = statement.where(col(Ticket.active).is_(active))
    return (await session.execute(statement.order_by(col(Ticket.id).desc()).limit(limit))).scalars().all()


def own_context(desk: Desk, found: Sequence[Ticket], now: datetime) -> dict[str, Any]:
    """What replies/tickets.j2 shows."""
    return {
        "tickets": [Own(card(desk, ticket), is_reopenable(desk, ticket, now)) for ticket in found],
        "zone_title": desk.calendar.zone_title,
    }


def _rows(desk: Desk, who: Who, listing: Listing, now: datetime) -> Any:
    statement = _filtered(select(Ticket), desk, who, listing.queue, now)
    if listing.category is not None:
        statement = statement.where(col(Ticket.category) == listing.category)
    if listing.priority is not None:
        statement = statement.where(col(Ticket.priority) == listing.priority)
    place = tuple_(col(Ticket.due_at), col(Ticket.id))
    if listing.before is not None:
        statement = statement.where(place < _literal(listing.before))
        return statement.order_by(col(Ticket.due_at).desc(), col(Ticket.id).desc())
    if listing.after is not None:
        statement = statement.where(place > _literal(listing.after))
    return statement.order_by(col(Ticket.due_at), col(Ticket.id))


def _filtered(statement: Any, desk: Desk, who: Who, queue: Queue, now: datetime) -> Any:
    statement = statement.where(col(Ticket.active).is_(True))
    match queue:
        case Queue.MINE:
            return statement.where(col(Ticket.assignee) == who.user)
        case Queue.UNCLAIMED:
            return statement.where(col(Ticket.assignee).is_(None))
        case Queue.SOON:
            return statement.where(
                col(Ticket.due_at) <= desk.calendar.add_business_time(now, desk.content.soon)
            )
        case _:
            return statement


async def _counts(session: AsyncSession, desk: Desk, who: Who, now: datetime) -> dict[str, int]:
    counts = {}
    for queue in (Queue.MINE, Queue.UNCLAIMED, Queue.SOON, Queue.ALL):
        statement = _filtered(select(func.count(col(Ticket.id))), desk, who, queue, now)
        counts[queue.value] = int((await session.execute(statement)).scalar_one())
    return counts


def _literal(place: tuple[float, int]) -> Any:
    moment = datetime.fromtimestamp(place[0], UTC)
    return tuple_(literal(moment, UTCDateTime()), literal(place[1]))


def _at(ticket: Ticket) -> tuple[float, int]:
    return ticket.due_at.timestamp(), ticket.key


def _place(text: str | None) -> tuple[float, int] | None:
    if not text:
        return None
    moment, _, ticket_id = text.partition(":")
    return float(moment), int(ticket_id)
