"""The home tab of everybody who has none by their role: questions to begin with, and their own tickets."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.messages import Who
from bot.rooms.desk import queues
from bot.rooms.desk.room import Desk
from bot.store import Store
from bot.surfaces import View

TICKETS = 5  # of a person's own, as many as their home shows; all others are a question away


async def home(
    who: Who,
    now: datetime,
    wanted: str,
    *,
    desk: Desk,
    store: Store,
    questions: Callable[[], Sequence[Mapping[str, str]]],
) -> View | None:
    """The tab; `questions` are buttons' labels and values."""
    del wanted
    async with store.read() as session:
        found = await queues.own(session, who, limit=TICKETS)
    return View("desk/person_home.j2", {"questions": questions(), **queues.own_context(desk, found, now)})
