"""Doing one job: by its handler, or its sender and what follows; again later, or parked."""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.errors import LaterError, RefusedError
from bot.delivery.finishing import Finisher
from bot.delivery.outbox import Job, LeaseLostError
from bot.delivery.outside import Outside
from bot.delivery.pacing import Pacing
from bot.store.engine import Store, savepoint, undo

log = structlog.get_logger(__name__)

Handler = Callable[[AsyncSession, Job, datetime], Awaitable[Outside | None]]
Sender = Callable[[Job], Awaitable[dict[str, Any]]]
Continuation = Callable[[AsyncSession, Job, dict[str, Any], datetime], Awaitable[None]]
Parked = Callable[[AsyncSession, Job, str, datetime], Awaitable[None]]


class Doing:
    """Does jobs with the handlers and senders it was given."""

    def __init__(self, store: Store, clock: Callable[[], datetime], pacing: Pacing) -> None:
        self._store = store
        self._clock = clock
        self._pacing = pacing
        self._handlers: dict[str, Handler] = {}
        self._senders: dict[str, Sender] = {}
        self._continuations: dict[str, Continuation] = {}
        self._on_parked: list[Parked] = []
        self._finisher = Finisher(store, clock)

    @property
    def kinds(self) -> list[str]:
        """The kinds of job that somebody does."""
        return [*self._handlers, *self._senders]

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

    async def perform(self, job: Job) -> None:
        """Do one job. Survives everything: what cannot even be written down is found by its lease."""
        try:
            if job.kind in self._handlers:
                await self._do_here(job)
            else:
                await self._do_elsewhere(job)
        except LeaseLostError:
            log.info("delivery.lease_lost", job=job.id, kind=job.kind)
        except Exception as error:  # noqa: BLE001 - the database is away, or a defect: the next job must run
            log.warning("delivery.not_recorded", job=job.id, kind=job.kind, error=origin(error))

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
            log.warning("delivery.handler_failed", job=job.id, kind=job.kind, error=origin(error))
            await self._again(job, LaterError(origin(error)), most=self._pacing.handler_attempts)

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
        await self._finish_with(job, lambda session, _, now: outside.keep(session, found, now))

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
                log.warning("delivery.sender_failed", job=job.id, kind=job.kind, error=origin(error))
                await self._again(job, LaterError(origin(error)), most=self._pacing.handler_attempts)
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
            log.warning("delivery.continuation_failed", job=job.id, then=then, error=origin(error))
            later = LaterError(f"then {then}: {origin(error)}")
            await self._again(job, later, most=self._pacing.handler_attempts, result=result)

    async def _park(self, job: Job, reason: str) -> None:
        log.warning("delivery.parked", job=job.id, kind=job.kind, reason=reason)
        now = self._clock()
        async with self._store.write() as session:
            await outbox.park(session, job, now=now, reason=reason)
            try:
                async with savepoint(session):
                    for tell in self._on_parked:
                        await tell(session, job, reason, now)
            except Exception as error:  # noqa: BLE001 - whoever hears of it, parked it must be
                log.warning("delivery.parked_untold", job=job.id, kind=job.kind, error=origin(error))

    async def _again(
        self, job: Job, later: LaterError, *, most: int, result: dict[str, Any] | None = None
    ) -> None:
        if later.counts and job.attempts >= most:
            await self._park(job, later.reason)
            return
        now = self._clock()
        due = now + (later.wait if later.wait is not None else pause(job, self._pacing))
        log.info("delivery.again", job=job.id, kind=job.kind, reason=later.reason, attempts=job.attempts)
        async with self._store.write() as session:
            await outbox.retry(session, job, due=due, reason=later.reason, counts=later.counts, result=result)
            if later.wait is not None and job.bucket is not None:
                await outbox.hold(session, job.bucket, until=due)


def pause(job: Job, pacing: Pacing) -> timedelta:
    """Doubles with each attempt; the jitter is drawn from the job itself, so that it can be repeated."""
    pause = min(pacing.longest_pause, pacing.first_pause * (1 << min(job.attempts - 1, 20)))
    draw = random.Random(f"{job.key} {job.attempts}").random()  # noqa: S311 - spreads load, guards nothing
    return pause * (0.75 + 0.5 * draw)


def origin(error: BaseException) -> str:
    """An error's class and place. Its text stays out: it may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
