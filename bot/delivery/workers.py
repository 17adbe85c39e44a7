"""The workers: take what is due from the engine and do it, some at a time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from bot.delivery import purging
from bot.delivery.doing import Doing, origin
from bot.delivery.engine import engine_for
from bot.delivery.outbox import Job
from bot.delivery.pacing import Pacing
from bot.store import Store

log = structlog.get_logger(__name__)


class Delivery:
    """Runs the jobs of the outbox with the handlers and senders it was given."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pacing: Pacing | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._pacing = pacing or Pacing()
        self._doing = Doing(store, clock, self._pacing)
        self.handle, self.send = self._doing.handle, self._doing.send
        self.after, self.parked = self._doing.after, self._doing.parked
        self._engine = engine_for(store, self._pacing, self.wake)
        self._running: set[asyncio.Task[None]] = set()
        self._taking = asyncio.Lock()
        self._bells: set[asyncio.Event] = set()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None
        self._next_upkeep: datetime | None = None

    def wake(self) -> None:
        """There may be something to do."""
        for bell in self._bells:
            bell.set()

    @property
    def running(self) -> bool:
        """Whether somebody works in the background."""
        return self._loop is not None and not self._loop.done()

    async def start(self) -> None:
        """Work in the background until `stop`. Raises ServedError where another process serves this file."""
        await self._engine.open(self._clock())
        self._stopping = False
        self._loop = asyncio.create_task(self._work(until_idle=False), name="delivery")

    async def stop(self) -> None:
        """Take nothing new, let what runs come to its end (at most the senders' timeout), then return.

        What had to be broken off is not lost: another attempt looks for it first.
        """
        self._stopping = True
        self.wake()
        if self._loop is not None:
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
        if self._running:
            _, unfinished = await asyncio.wait(self._running, timeout=self._pacing.timeout.total_seconds())
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._engine.close()

    async def drain(self) -> None:
        """Work until nothing is due (by the clock) and nothing runs: for tests, commands and the chat.

        What waits for a later time (a timer, a pause, a bucket's pace) is left. Database errors and
        ServedError are raised.
        """
        await self._engine.look(self._clock())
        await self._work(until_idle=True)

    async def next_due(self) -> datetime | None:
        """When something may happen next."""
        return await self._engine.next_due(kinds=self._doing.kinds)

    async def _work(self, *, until_idle: bool) -> None:
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            while until_idle or not self._stopping:
                bell.clear()
                try:
                    took = await self._take()
                except Exception as error:
                    if until_idle:
                        raise
                    # The database may be away for a while; the work is still in it when it comes back.
                    log.warning("delivery.claim_failed", error=origin(error))
                    took = False
                if took:
                    continue
                async with self._taking:
                    if until_idle and not self._running and not bell.is_set():
                        return
                await self._rest(bell, until_idle=until_idle)
        finally:
            self._bells.discard(bell)

    async def _take(self) -> bool:
        """Take what fits and begin it; False when there was nothing (or no free worker)."""
        async with self._taking:
            free = self._pacing.workers - len(self._running)
            if free <= 0:
                return False
            now = self._clock()
            await self._keep_up(now)
            jobs = await self._engine.take(now, limit=free, kinds=self._doing.kinds)
            for job in jobs:
                task = asyncio.create_task(self._perform(job), name="delivery-job")
                self._running.add(task)
                task.add_done_callback(self._ended)
            return bool(jobs)

    async def _perform(self, job: Job) -> None:
        try:
            await self._doing.perform(job)
        finally:
            self._engine.returned(job, self._clock())

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.wake()  # a worker is free, and perhaps a lane

    async def _rest(self, bell: asyncio.Event, *, until_idle: bool) -> None:
        """Until somebody rings; without a ring until the next due time, or the next look at the database."""
        wait: float | None = None
        if not until_idle:
            wait = self._pacing.poll.total_seconds()
            try:
                due = None if self._running else await self.next_due()
                if due is not None:
                    wait = min(wait, max(0.01, (due - self._clock()).total_seconds()))
            except Exception as error:  # noqa: BLE001 - the database again: the next claim says so, too
                log.warning("delivery.look_failed", error=origin(error))
        try:
            async with asyncio.timeout(wait):
                await bell.wait()
        except TimeoutError:
            pass

    async def _keep_up(self, now: datetime) -> None:
        """Once in a while, forget what was done long ago."""
        if self._next_upkeep is not None and now < self._next_upkeep:
            return
        self._next_upkeep = now + self._pacing.upkeep
        async with self._store.write() as session:
            jobs = await purging.purge(session, now - self._pacing.keep_jobs)
        if jobs:
            log.info("delivery.upkeep", jobs=jobs)
