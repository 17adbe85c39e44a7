"""The workers: take what is due, do it, and finish it in one transaction with what follows from it."""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.errors import LaterError, RefusedError
from bot.delivery.finishing import Finisher
from bot.delivery.listening import listen
from bot.delivery.outbox import Job, LeaseLostError
from bot.delivery.outside import Outside
from bot.delivery.pacing import Pacing
from bot.store import Store
from bot.store.engine import undo

log = structlog.get_logger(__name__)

Handler = Callable[[AsyncSession, Job, datetime], Awaitable[Outside | None]]
Sender = Callable[[Job], Awaitable[dict[str, Any]]]
Continuation = Callable[[AsyncSession, Job, dict[str, Any], datetime], Awaitable[None]]
Parked = Callable[[AsyncSession, Job, str, datetime], Awaitable[None]]


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
        self._handlers: dict[str, Handler] = {}
        self._senders: dict[str, Sender] = {}
        self._continuations: dict[str, Continuation] = {}
        self._on_parked: list[Parked] = []
        self._running: set[asyncio.Task[None]] = set()
        self._finisher = Finisher(store, clock)
        self._claiming = asyncio.Lock()
        self._bells: set[asyncio.Event] = set()
        self._stopping = False
        self._loops: list[asyncio.Task[None]] = []
        self._next_upkeep: datetime | None = None
        store.on_jobs(self.wake)

    def handle(self, kind: str, fn: Handler) -> None:
        """Do jobs of `kind` with `fn(session, job, now)`, inside the transaction that finishes the job.

        Where it returns an `Outside`, that transaction is undone, and the job goes on as that says.
        """
        self._handlers[kind] = fn

    def send(self, kind: str, fn: Sender) -> None:
        """Do jobs of `kind` with `fn(job)`, outside any transaction; what it returns is kept with the job.

        `fn` raises RefusedError to have the job parked, LaterError to have it retried; whatever else it
        raises counts as a defect, which is retried as well.
        """
        self._senders[kind] = fn

    def after(self, name: str, fn: Continuation) -> None:
        """Call `fn(session, job, result, now)` when a job whose payload says `"then": name` is finished."""
        self._continuations[name] = fn

    def parked(self, fn: Parked) -> None:
        """Call `fn(session, job, reason, now)` in the transaction that parks a job, for whoever waits."""
        self._on_parked.append(fn)

    def wake(self) -> None:
        """There may be something to do."""
        for bell in self._bells:
            bell.set()

    @property
    def running(self) -> bool:
        """Whether somebody works in the background."""
        return bool(self._loops) and not self._loops[0].done()

    async def start(self) -> None:
        """Work in the background until `stop`."""
        self._stopping = False
        self._loops = [asyncio.create_task(self._work(until_idle=False), name="delivery")]
        if self._store.dialect == "postgresql":
            self._loops.append(
                asyncio.create_task(listen(self._store.engine.url, self.wake), name="delivery-ear")
            )

    async def stop(self) -> None:
        """Take nothing new, let what runs come to its end (at most the senders' timeout), then return.

        What had to be broken off is not lost: its lease runs out and another attempt looks for it first.
        """
        self._stopping = True
        self.wake()
        if self._loops:
            work, *ears = self._loops
            for ear in ears:
                ear.cancel()
            await asyncio.gather(work, *ears, return_exceptions=True)
            self._loops = []
        if self._running:
            _, unfinished = await asyncio.wait(self._running, timeout=self._pacing.timeout.total_seconds())
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def drain(self) -> None:
        """Work until nothing is due (by the clock) and nothing runs: for tests, commands and the chat.

        What waits for a later time (a timer, a pause, a bucket's pace) is left. Database errors are raised.
        """
        await self._work(until_idle=True)

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
                    log.warning("delivery.claim_failed", error=_origin(error))
                    took = False
                if took:
                    continue
                async with self._claiming:
                    if until_idle and not self._running and not bell.is_set():
                        return
                await self._rest(bell, until_idle=until_idle)
        finally:
            self._bells.discard(bell)

    async def _take(self) -> bool:
        """Claim what fits and begin it; False when there was nothing (or no free worker)."""
        async with self._claiming:
            free = self._pacing.workers - len(self._running)
            if free <= 0:
                return False
            now = self._clock()
            await self._keep_up(now)
            async with self._store.write() as session:
                await outbox.reap(session, now=now)
                jobs = await outbox.claim(
                    session,
                    now=now,
                    lease=self._pacing.lease,
                    limit=free,
                    pace=self._pacing.pace,
                    kinds=[*self._handlers, *self._senders],
                )
            for job in jobs:
                task = asyncio.create_task(self._perform(job), name="delivery-job")
                self._running.add(task)
                task.add_done_callback(self._ended)
            return bool(jobs)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.wake()  # a worker is free, and perhaps a lane

    async def _rest(self, bell: asyncio.Event, *, until_idle: bool) -> None:
        """Until somebody rings; without a ring until the next due time, or the next look at the database."""
        wait: float | None = None
        if not until_idle:
            wait = self._pacing.poll.total_seconds()
            try:
                async with self._store.read() as session:
                    due = await outbox.next_due(session, kinds=[*self._handlers, *self._senders])
                if due is not None and not self._running:
                    wait = min(wait, max(0.01, (due - self._clock()).total_seconds()))
            except Exception as error:  # noqa: BLE001 - the database again: the next claim says so, too
                log.warning("delivery.look_failed", error=_origin(error))
        try:
            async with asyncio.timeout(wait):
                await bell.wait()
        except TimeoutError:
            pass

    async def _perform(self, job: Job) -> None:
        """Do one job. Survives everything: what cannot even be written down is found by its lease."""
        try:
            if job.kind in self._handlers:
                await self._do_here(job)
            else:
                await self._do_elsewhere(job)
        except LeaseLostError:
            log.info("delivery.lease_lost", job=job.id, kind=job.kind)
        except Exception as error:  # noqa: BLE001 - the database is away, or a defect: the next job must run
            log.warning("delivery.not_recorded", job=job.id, kind=job.kind, error=_origin(error))

    async def _do_here(self, job: Job) -> None:
        try:
            outside = await self._finish_with(job, self._handlers[job.kind])
            if outside is not None:
                await self._go_outside(job, outside)
        except LeaseLostError:
            raise
        except RefusedError as refusal:
            await self._park(job, refusal.reason)
        except LaterError as later:
            await self._again(job, later, most=self._pacing.attempts)
        except Exception as error:  # noqa: BLE001 - a handler's defect must not stop the others
            log.warning("delivery.handler_failed", job=job.id, kind=job.kind, error=_origin(error))
            await self._again(job, LaterError(_origin(error)), most=self._pacing.handler_attempts)

    async def _finish_with(self, job: Job, handler: Handler) -> Outside | None:
        """One transaction: the job's end and what `handler` writes; undone where it returns an `Outside`."""
        now = self._clock()
        async with self._store.write() as session:
            await outbox.finish(session, job, now=now)  # first: it holds the row and proves the lease
            outside = await handler(session, job, now)
            if outside is not None:
                await undo(session)
        return outside

    async def _go_outside(self, job: Job, outside: Outside) -> None:
        async with asyncio.timeout(self._pacing.timeout.total_seconds()):
            found = await outside.find(job.attempts)

        async def keep(session: AsyncSession, job: Job, now: datetime) -> None:
            del job
            await outside.keep(session, found, now)

        await self._finish_with(job, keep)

    async def _do_elsewhere(self, job: Job) -> None:
        result = job.result
        if result is None:
            try:
                async with asyncio.timeout(self._pacing.timeout.total_seconds()):
                    result = await self._senders[job.kind](job)
            except RefusedError as refusal:
                await self._park(job, refusal.reason)
                return
            except LaterError as later:
                await self._again(job, later, most=self._pacing.attempts)
                return
            except TimeoutError:
                await self._again(job, LaterError("timeout"), most=self._pacing.attempts)
                return
            except Exception as error:  # noqa: BLE001 - a sender's defect must not stop the others
                log.warning("delivery.sender_failed", job=job.id, kind=job.kind, error=_origin(error))
                await self._again(job, LaterError(_origin(error)), most=self._pacing.handler_attempts)
                return
        await self._finish(job, result)

    async def _finish(self, job: Job, result: dict[str, Any]) -> None:
        then = job.payload.get("then")
        if then is None:
            await self._finisher.finish(job, result)
            return
        now = self._clock()
        try:
            async with self._store.write() as session:
                await outbox.finish(session, job, now=now, result=result)
                await self._continuations[then](session, job, result, now)
        except LeaseLostError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect in the continuation, or the database
            # It was sent: keep that, so that only the continuation is tried again.
            log.warning("delivery.continuation_failed", job=job.id, then=then, error=_origin(error))
            later = LaterError(f"then {then}: {_origin(error)}")
            await self._again(job, later, most=self._pacing.handler_attempts, result=result)

    async def _park(self, job: Job, reason: str) -> None:
        log.warning("delivery.parked", job=job.id, kind=job.kind, reason=reason)
        now = self._clock()
        async with self._store.write() as session:
            await outbox.park(session, job, now=now, reason=reason)
            try:
                async with session.begin_nested():
                    for tell in self._on_parked:
                        await tell(session, job, reason, now)
            except Exception as error:  # noqa: BLE001 - whoever hears of it, parked it must be
                log.warning("delivery.parked_untold", job=job.id, kind=job.kind, error=_origin(error))

    async def _again(
        self, job: Job, later: LaterError, *, most: int, result: dict[str, Any] | None = None
    ) -> None:
        if later.counts and job.attempts >= most:
            await self._park(job, later.reason)
            return
        now = self._clock()
        due = now + (later.wait if later.wait is not None else self._pause(job))
        log.info("delivery.again", job=job.id, kind=job.kind, reason=later.reason, attempts=job.attempts)
        async with self._store.write() as session:
            await outbox.retry(session, job, due=due, reason=later.reason, counts=later.counts, result=result)
            if later.wait is not None and job.bucket is not None:
                await outbox.hold(session, job.bucket, until=due)

    def _pause(self, job: Job) -> timedelta:
        """Doubles with each attempt; the jitter is drawn from the job itself, so that it can be repeated."""
        pause = min(self._pacing.longest_pause, self._pacing.first_pause * (1 << min(job.attempts - 1, 20)))
        draw = random.Random(f"{job.key} {job.attempts}").random()  # noqa: S311 - spreads load, guards nothing
        return pause * (0.75 + 0.5 * draw)

    async def _keep_up(self, now: datetime) -> None:
        """Once in a while, forget what was done long ago."""
        if self._next_upkeep is not None and now < self._next_upkeep:
            return
        self._next_upkeep = now + self._pacing.upkeep
        async with self._store.write() as session:
            jobs = await outbox.purge(session, now - self._pacing.keep_jobs)
        if jobs:
            log.info("delivery.upkeep", jobs=jobs)


def _origin(error: BaseException) -> str:
    """An error's class and place. Its text stays out: it may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
