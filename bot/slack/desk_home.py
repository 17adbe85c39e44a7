"""The agents' home: their queues page by page, filters, search, and what could not be delivered."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import queues
from bot.desk.queues import Listing, Queue
from bot.messages import Who
from bot.slack import home
from bot.slack.counter import Counter
from bot.store import outbox
from bot.surfaces import Pressed, Surfaces, View

_PARKED = 5  # shown at once; the others follow when these are sent or set right
_LANE = "ticket:"
_WORDS = 100  # characters of a search that a button can carry


class DeskHome:
    """Takes what begins with `desk.`, and gives agents their home."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk

    def register(self, surfaces: Surfaces) -> None:
        """Take the home's controls."""
        surfaces.homes.append(self.home)
        surfaces.presses |= {
            "desk.list": self._list,
            "desk.search": self._search,
            "desk.resend": self._resend,
        }

    async def home(self, who: Who, now: datetime, wanted: str) -> View | None:
        """The home of an agent; None for everybody else."""
        if not await self._counter.is_agent(who):
            return None
        listing = Listing.read(wanted)
        async with self._counter.store.read() as session:
            page = await queues.page(session, self._desk, who, listing, now)
            parked = [job for job in await outbox.parked(session) if (job.lane or "").startswith(_LANE)]
        return View("home/agent.j2", self._context(page, parked))

    def _context(self, page: queues.Page, parked: list[Any]) -> dict[str, Any]:
        listing = page.listing
        content = self._desk.content
        tabs = (Queue.MINE, Queue.UNCLAIMED, Queue.SOON, Queue.ALL)
        categories = [(c.title, str(listing.first(category=c.id))) for c in content.categories]
        priorities = [(p.title, str(listing.first(priority=p.id))) for p in content.priorities]
        return {
            "page": page,
            "tabs": [(tab.value, str(listing.first(queue=tab, words=None))) for tab in tabs],
            "queue": listing.queue.value,
            "words": listing.words,
            "categories": [("Every category", str(listing.first(category=None))), *categories],
            "priorities": [("Every priority", str(listing.first(priority=None))), *priorities],
            "chosen_category": str(listing.first()),
            "chosen_priority": str(listing.first()),
            "previous": None if page.previous is None else str(page.previous),
            "next": None if page.next is None else str(page.next),
            "parked": parked[:_PARKED],
            "parked_count": len(parked),
        }

    async def _list(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await home.refresh(session, pressed.who, key=pressed.key, now=now, wanted=pressed.value)

    async def _search(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        words = pressed.value.strip()[:_WORDS]
        listing = Listing(Queue.FOUND, words=words) if words else Listing()
        await home.refresh(session, pressed.who, key=pressed.key, now=now, wanted=str(listing))

    async def _resend(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        if not await self._counter.is_agent(pressed.who):
            return
        known = {job.key for job in await outbox.parked(session) if (job.lane or "").startswith(_LANE)}
        if pressed.value in known:
            await outbox.resend(session, pressed.value, now=now)
        await home.refresh(session, pressed.who, key=pressed.key, now=now)
