"""The agents' home: their queues page by page, filters, search, and what could not be delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import home_tab, outbox
from bot.messages import Surface, Who
from bot.rooms.desk import macros, queues, search, undelivered
from bot.rooms.desk.queues import Listing, Queue
from bot.rooms.desk.surface.counter import NOT_AGENT, Counter, tell_alone
from bot.rooms.desk.tables import Ticket
from bot.surfaces import Pressed, Surfaces, View, number

log = structlog.get_logger(__name__)

_PARKED = 10  # shown at once; the others follow when these are sent or set right
_READY = 20  # saved replies shown at once, by title
_WORDS = 100  # characters of a search that a button can carry


@dataclass(frozen=True, slots=True)
class Tab:
    """A queue to choose: how many tickets it has, whether it is shown now, and what its button carries."""

    queue: Queue
    count: int
    chosen: bool
    value: str


class DeskHome:
    """Takes what begins with `desk.`, and gives agents their part of the home tab."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk

    def register(self, surfaces: Surfaces) -> None:
        """Take the home's controls."""
        surfaces.homes.append(self.home)
        surfaces.presses |= {
            "desk.list": self._list,
            "desk.search": self._search,
            "desk.person": self._person,
            "desk.resend": self._resend,
            "desk.resend_all": self._resend_all,
            "desk.macro_remove": self._remove_macro,
        }

    async def home(self, who: Who, now: datetime, wanted: str) -> View | None:
        """What an agent sees; None for everybody else."""
        if not await self._counter.is_agent(who):
            return None
        listing = Listing.read(wanted)
        async with self._counter.store.read() as session:
            page = await queues.page(session, self._desk, who, listing, now)
            if not wanted and not page.counts[Queue.MINE.value]:
                # Who has no ticket and asked for no view is shown those that nobody has.
                listing = listing.first(queue=Queue.UNCLAIMED)
                page = await queues.page(session, self._desk, who, listing, now)
            parked = await undelivered.shown(session, self._desk)
            ready = await macros.of(session, who.team)
        return View("desk/home.j2", {**self._context(page, parked), "ready": ready[:_READY]})

    def _context(self, page: queues.Page, parked: Sequence[undelivered.Parked]) -> dict[str, Any]:
        listing = page.listing
        content = self._desk.content
        categories = [(c.title, str(listing.first(category=c.id))) for c in content.categories]
        priorities = [(p.title, str(listing.first(priority=p.id))) for p in content.priorities]
        person = search.person_in(listing.words or "")
        return {
            "page": page,
            "tabs": [_tab(page, queue) for queue in (Queue.MINE, Queue.UNCLAIMED, Queue.SOON, Queue.ALL)],
            "metadata": str(listing),
            "searching": listing.queue is Queue.FOUND,
            "person": person,
            "words": None if person else listing.words,
            "categories": categories,
            "priorities": priorities,
            "every_category": str(listing.first(category=None)),
            "every_priority": str(listing.first(priority=None)),
            "chosen_category": str(listing.first()),
            "chosen_priority": str(listing.first()),
            "previous": None if page.previous is None else str(page.previous),
            "next": None if page.next is None else str(page.next),
            "parked": parked[:_PARKED],
            "parked_count": len(parked),
            "zone_title": self._desk.calendar.zone_title,
        }

    async def _list(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now, wanted=pressed.value)

    async def _search(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        words = pressed.value.strip()[:_WORDS]
        listing = Listing(Queue.FOUND, words=words) if words else Listing()
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now, wanted=str(listing))

    async def _person(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        listing = Listing(Queue.FOUND, words=search.of_person(pressed.value)) if pressed.value else Listing()
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now, wanted=str(listing))

    async def _resend(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        """Send one thing again, from the home tab or from the ticket's thread."""
        ticket_id = undelivered.ticket_of_key(await outbox.parked(session), pressed.value)
        ticket = None if ticket_id is None else await session.get(Ticket, ticket_id)
        if not await self._counter.may_work(pressed.who, ticket):
            await self._refuse(session, pressed, now)
            return
        sent = await outbox.resend(session, pressed.value, now=now)
        log.info("desk.resent", found=sent)
        await self._again(session, pressed, now)

    async def _resend_all(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        if not await self._counter.is_agent(pressed.who):
            await self._refuse(session, pressed, now)
            return
        for job in await outbox.parked(session):
            await outbox.resend(session, job.key, now=now)
        await self._again(session, pressed, now)

    async def _remove_macro(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        if not await self._counter.is_agent(pressed.who):
            await self._refuse(session, pressed, now)
            return
        await macros.remove(session, pressed.who.team, number(pressed.value))
        await self._again(session, pressed, now)

    async def _again(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        if pressed.where.surface is Surface.HOME:
            await home_tab.refresh(session, pressed.who, key=pressed.key, now=now, wanted=pressed.metadata)

    async def _refuse(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await tell_alone(
            session,
            self._counter,
            "desk/refused.j2",
            NOT_AGENT,
            user=pressed.who.user,
            key=pressed.key,
            now=now,
            channel=pressed.where.channel or None,
            thread=pressed.where.thread,
        )


def _tab(page: queues.Page, queue: Queue) -> Tab:
    value = str(page.listing.first(queue=queue, words=None))
    return Tab(queue, page.counts[queue.value], page.listing.queue is queue, value)
