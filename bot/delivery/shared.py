"""The engine for many processes on PostgreSQL: each takes jobs for a time, and NOTIFY wakes the others."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.delivery import claims
from bot.delivery.jobs import Held, Job
from bot.delivery.listening import listen
from bot.delivery.pacing import Pacing
from bot.store import Store

_REAP_EVERY = timedelta(seconds=5)


class Shared:
    """See `bot.delivery.engine.Engine`."""

    def __init__(self, store: Store, pacing: Pacing, wake: Callable[[], None]) -> None:
        self._store, self._pacing, self._wake = store, pacing, wake
        self._ear: asyncio.Task[None] | None = None
        self._reaped: datetime | None = None
        store.on_commit(self._heard)
        store.on_close(self.close)

    async def open(self, now: datetime) -> None:
        """Listen for what other processes enqueue."""
        del now
        if self._ear is None:
            self._ear = asyncio.create_task(listen(self._store.engine.url, self._wake), name="delivery-ear")

    async def close(self) -> None:
        """Listen no more."""
        if self._ear is not None:
            self._ear.cancel()
            await asyncio.gather(self._ear, return_exceptions=True)
            self._ear = None

    async def take(self, now: datetime, *, limit: int, kinds: Collection[str]) -> list[Job]:
        """Take jobs until now + lease, dead processes' too."""
        async with self._store.write() as session:
            if self._reaped is None or not self._reaped <= now < self._reaped + _REAP_EVERY:
                await claims.reap(session, now=now)
                self._reaped = now
            return await claims.claim(
                session,
                now=now,
                lease=self._pacing.lease,
                limit=limit,
                pace=self._pacing.pace,
                kinds=kinds,
            )

    async def look(self, now: datetime) -> None:
        """Nothing to do: what is taken is read from the table."""

    def returned(self, job: Job, now: datetime) -> None:
        """Nothing to do: what was not written down is found by its lease."""

    async def next_due(self, *, kinds: Collection[str]) -> datetime | None:
        """A waiting job's time, or a lease's end."""
        async with self._store.read() as session:
            return await claims.next_due(session, kinds=kinds)

    def _heard(self, news: Sequence[Any]) -> None:
        if any(not isinstance(one, Held) for one in news):
            self._wake()
