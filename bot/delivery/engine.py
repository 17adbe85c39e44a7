"""The port behind which what was written to the outbox becomes work, and the two engines that fit it.

SQLite: one process serves, memory is the queue and the file its journal (`Embedded`). PostgreSQL: many
processes take jobs for a time and prove it (`Shared`). tests/bot/delivery/test_port.py runs on both.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

from bot.delivery.embedded import Embedded
from bot.delivery.jobs import Job
from bot.delivery.pacing import Pacing
from bot.store import Store


class Engine(Protocol):
    """Says what is to be done next."""

    async def open(self, now: datetime) -> None:
        """Get ready to take; a second time does nothing. Raises ServedError where another process serves."""

    async def close(self) -> None:
        """Take nothing more; what was taken and is not finished is found by whoever takes next."""

    async def take(self, now: datetime, *, limit: int, kinds: Collection[str]) -> list[Job]:
        """Up to `limit` due jobs of these kinds, each first in its lane and within its bucket's pace.

        Each is finished, retried or parked through the outbox, and then `returned`.
        """

    async def look(self, now: datetime) -> None:
        """Hear of all that other processes enqueued until now."""

    def returned(self, job: Job, now: datetime) -> None:
        """Nobody works on `job` any more; if what came of it could not be written, it is done again."""

    async def next_due(self, *, kinds: Collection[str]) -> datetime | None:
        """When something may happen next, as far as is known here."""


def engine_for(store: Store, pacing: Pacing, wake: Callable[[], None]) -> Engine:
    """The engine for that database; it calls `wake` when there may be something to take."""
    if store.dialect == "sqlite":
        return Embedded(store, pacing, wake)
    from bot.delivery.shared import Shared  # it brings psycopg, which SQLite has no use for

    return Shared(store, pacing, wake)
