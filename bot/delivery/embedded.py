"""The engine for one process on SQLite: memory is the queue, the file is its journal.

What a transaction enqueued is in the lanes once it is committed; what is unfinished is read back at the
start. There are no claims: a lock says that nobody else serves from the file. Commands may write to it
meanwhile; the journal is looked at every other second for what they brought, and what waited longer than that
is read again before it is done, as they may have changed it.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.jobs import BUCKETS, JOBS, Gone, Held, Job, JobState, Waiting, waiting
from bot.delivery.lanes import Lanes
from bot.delivery.pacing import Pacing
from bot.store import Store
from bot.store.serving import Lock

LOOK = 2.0  # seconds between two looks into the journal
_AT_ONCE = 500  # jobs that one statement reads
_FRESH = timedelta(seconds=LOOK)
_KEPT = 1000  # jobs whose payloads are kept in memory

_HEAD = (
    JOBS.c.id,
    JOBS.c.kind,
    JOBS.c.lane,
    JOBS.c.order_key,
    JOBS.c.bucket,
    JOBS.c.due_at,
    JOBS.c.attempts,
)
_QUEUED = JOBS.c.state == JobState.QUEUED.value
_UNFINISHED = select(*_HEAD).where(_QUEUED)
_DUE = select(JOBS.c.id).where(_QUEUED, JOBS.c.due_at <= bindparam("now"))
_NEWS = select(*_HEAD).where(JOBS.c.id.in_(bindparam("ids", expanding=True)), _QUEUED)
_IN_LANES = select(*_HEAD).where(JOBS.c.lane.in_(bindparam("lanes", expanding=True)), _QUEUED)
_READ = select(JOBS).where(JOBS.c.id.in_(bindparam("ids", expanding=True)), _QUEUED)
_UNLEASE = (
    update(JOBS)
    .where(JOBS.c.state == JobState.LEASED.value)
    .values(state=JobState.QUEUED.value, lease_until=None, token=None)
)


class Embedded:
    """See `bot.delivery.engine.Engine`."""

    def __init__(self, store: Store, pacing: Pacing, wake: Callable[[], None]) -> None:
        self._store, self._pacing, self._wake = store, pacing, wake
        self._lanes = Lanes()
        self._lock = Lock(store.engine.url)
        self._open = False
        self._opening = asyncio.Lock()
        self._next_look = 0.0
        store.on_commit(self._heard)
        store.on_close(self.close)

    async def open(self, now: datetime) -> None:
        """Read back what is unfinished. Raises ServedError."""
        async with self._opening:
            if not self._open:
                await self._read_back(now)

    async def _read_back(self, now: datetime) -> None:
        self._lock.take()
        try:
            self._lanes = Lanes()
            async with self._store.write() as session:
                await session.execute(_UNLEASE)
                for row in await session.execute(_UNFINISHED):
                    self._lanes.put(waiting(row, now - 2 * _FRESH, unsure=True))
                for bucket in await session.execute(select(BUCKETS)):
                    self._lanes.hold(bucket.name, bucket.free_at)
        except BaseException:
            self._lock.release()
            raise
        self._store.busy = self._lanes.running
        self._next_look = asyncio.get_running_loop().time() + LOOK
        self._open = True

    async def close(self) -> None:
        """Let another process serve."""
        if self._open:
            self._open = False
            self._store.busy = ()
            self._lanes = Lanes()
            self._lock.release()

    async def take(self, now: datetime, *, limit: int, kinds: Collection[str]) -> list[Job]:
        """From memory; what has waited for long is read again."""
        await self.open(now)
        if asyncio.get_running_loop().time() >= self._next_look:
            await self.look(now)
        while taken := self._lanes.take(now, limit=limit, pace=self._pacing.pace, kinds=kinds):
            if jobs := await self._sure(taken, now):
                return jobs
        return []

    async def _sure(self, taken: Sequence[Waiting], now: datetime) -> list[Job]:
        """Those that are still to be done, by the journal where it may know better."""
        old = [job for job in taken if job.payload is None or not timedelta(0) <= now - job.since <= _FRESH]
        if not old:
            return [_job(job) for job in taken]
        try:
            async with self._store.read() as session:
                rows = await session.execute(_READ, {"ids": [job.id for job in old]})
                read = {row.id: row for row in rows}
        except BaseException:
            for job in taken:
                self._lanes.put(job)
            raise
        again = {job.id for job in old}
        return [_job(job) for job in taken if job.id not in again or self._still(job, read.get(job.id), now)]

    def returned(self, job: Job, now: datetime) -> None:
        """What is still held as running was not written down: it is tried again after a pause.

        By the time that this is called, a job that failed may run anew: that run is another's.
        """
        if self._lanes.running.get(job.id) == job.run:
            self._lanes.put(
                Waiting(
                    id=job.id,
                    kind=job.kind,
                    lane=job.lane,
                    order=job.order,
                    bucket=job.bucket,
                    due=now + self._pacing.first_pause,
                    attempts=job.attempts,
                    since=now - 2 * _FRESH,
                    unsure=True,
                )
            )

    async def next_due(self, *, kinds: Collection[str]) -> datetime | None:
        """The time of the first that waits in memory."""
        return self._lanes.next_due(kinds)

    def _still(self, job: Waiting, row: Any, now: datetime) -> bool:
        """Whether a job that waited is still to be done now; it takes what the journal says of it."""
        if row is None:
            self._lanes.remove(job.id)
            return False
        if row.due_at > now:
            self._lanes.put(waiting(row, now - 2 * _FRESH, unsure=job.unsure))
            return False
        job.key, job.payload, job.result = row.key, row.payload, row.result
        job.attempts, job.created_at = max(row.attempts, job.attempts), row.created_at
        return True

    async def look(self, now: datetime) -> None:
        """See what other processes brought, or made due earlier."""
        await self.open(now)
        self._next_look = asyncio.get_running_loop().time() + LOOK
        # What we commit meanwhile is newer than what is read here: such jobs are read again before they go.
        async with self._store.read() as session:
            due = (await session.execute(_DUE, {"now": now})).scalars()
            unknown = [number for number in due if not self._lanes.expects(number, now)]
            for start in range(0, len(unknown), _AT_ONCE):
                await self._learn(session, unknown[start : start + _AT_ONCE], now)

    async def _learn(self, session: AsyncSession, ids: Sequence[int], now: datetime) -> None:
        """Take jobs of the journal into memory, with all that waits in their lanes: order is by lane."""
        rows = (await session.execute(_NEWS, {"ids": ids})).all()
        lanes = {row.lane for row in rows if row.lane is not None}
        beside = (await session.execute(_IN_LANES, {"lanes": list(lanes)})).all() if lanes else []
        # All of a lane at once: a job is offered as soon as it is put in, if it is the first.
        for row in sorted([*rows, *beside], key=lambda row: (row.order_key, row.id)):
            if not self._lanes.expects(row.id, row.due_at):
                self._lanes.put(waiting(row, now - 2 * _FRESH, unsure=self._lanes.unsure(row.id)))

    def _heard(self, news: Sequence[Any]) -> None:
        if not self._open:
            return
        if not news:
            self._next_look = 0.0
        for one in news:
            if isinstance(one, Waiting):
                if len(self._lanes) > _KEPT:
                    one.payload = None
                self._lanes.put(one)
            elif isinstance(one, Gone):
                self._lanes.remove(one.id)
            elif isinstance(one, Held):
                self._lanes.hold(one.bucket, one.until)
        self._wake()


def _job(job: Waiting) -> Job:
    assert job.payload is not None, "it came with its payload, or was read"
    assert job.created_at is not None, "as its payload"
    return Job(
        id=job.id,
        key=job.key,
        kind=job.kind,
        lane=job.lane,
        order=job.order,
        bucket=job.bucket,
        payload=job.payload,
        attempts=job.attempts + 1,
        created_at=job.created_at,
        token="",
        result=job.result,
        unsure=job.unsure,
        run=job.run,
    )
