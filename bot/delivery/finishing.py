"""Finishing many jobs in one transaction: while one commit is under way, the next ones gather."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.delivery import outbox
from bot.delivery.outbox import Job, LeaseLostError
from bot.store import Store

_Waiting = tuple[Job, dict[str, Any], asyncio.Future[None]]


class Finisher:
    """Finishes jobs that nothing follows from. On SQLite each commit waits for the disk, so they share it."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def finish(self, job: Job, result: dict[str, Any]) -> None:
        """Return when it is committed. Raises LeaseLostError, and what the database raises."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, result, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit(), name="delivery-finish")
        await done

    async def _commit(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                lost = await self._write(batch)
            except Exception as error:  # noqa: BLE001 - handed to each of those who wait
                for _, _, done in batch:
                    _settle(done, error)
                continue
            for job, _, done in batch:
                _settle(done, lost.get(job.id))

    async def _write(self, batch: list[_Waiting]) -> dict[int, LeaseLostError]:
        """Which of them were not ours any more; the others are committed."""
        lost: dict[int, LeaseLostError] = {}
        now = self._clock()
        async with self._store.write() as session:
            for job, result, _ in batch:
                try:
                    await outbox.finish(session, job, now=now, result=result)
                except LeaseLostError as error:  # it changed nothing, so the others may go on
                    lost[job.id] = error
        return lost


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():  # its worker was broken off meanwhile
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
