"""What waits, in memory: which job may be done next, and when. Pure: it knows no database and no clock."""

import heapq
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.delivery.jobs import Waiting


class Lanes:
    """Jobs by lane, due time and bucket; those that are being done hold their lanes.

    What may be next lies in one heap under the time from which on it may go. An entry counts while that is
    the job's latest offer; all others are leftovers and dropped when they come up.
    """

    def __init__(self) -> None:
        self.running: dict[int, int] = {}  # by the number of the run
        self._runs = 0
        self._waiting: dict[int, Waiting] = {}
        self._order: dict[str, list[tuple[str, int]]] = {}
        self._busy: dict[str, int] = {}  # lane -> the job that is being done
        self._offers: dict[int, datetime] = {}
        self._next: list[tuple[datetime, datetime, int]] = []
        self._free: dict[str, datetime] = {}
        self._aside: list[int] = []
        self._kinds: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self._waiting)

    def expects(self, number: int, due: datetime) -> bool:
        """Whether it runs, or waits and is due by then."""
        job = self._waiting.get(number)
        return job is not None and (number in self.running or job.due <= due)

    def unsure(self, number: int) -> bool:
        """Whether it waits, and may have been begun already."""
        job = self._waiting.get(number)
        return job is not None and job.unsure

    def put(self, job: Waiting) -> None:
        """Have `job` wait, new or again, as it is now."""
        known = job.id in self._waiting
        self._waiting[job.id] = job
        self._stop(job)
        if job.lane is not None:
            if not known:
                heapq.heappush(self._order.setdefault(job.lane, []), (job.order, job.id))
            self._offer_first(job.lane)
        else:
            self._offer(job, job.due)

    def remove(self, number: int) -> None:
        """It waits no more; the next of its lane may go."""
        job = self._waiting.pop(number, None)
        self._offers.pop(number, None)
        if job is not None:
            self._stop(job)
            if job.lane is not None:
                self._offer_first(job.lane)

    def hold(self, bucket: str, until: datetime) -> None:
        """Nothing of `bucket` goes before `until`."""
        self._free[bucket] = max(until, self._free.get(bucket, until))

    def take(self, now: datetime, *, limit: int, pace: timedelta, kinds: Collection[str]) -> list[Waiting]:
        """Up to `limit` jobs of these kinds that may go now. They run until they are put back or removed."""
        self._know(kinds)
        taken: list[Waiting] = []
        while len(taken) < limit and (first := self._first()) is not None and first[0] <= now:
            heapq.heappop(self._next)
            job = self._waiting[first[2]]
            del self._offers[job.id]
            if job.bucket is not None and pace:
                self._free[job.bucket] = now + pace
            self._runs += 1
            self.running[job.id] = job.run = self._runs
            if job.lane is not None:
                self._busy[job.lane] = job.id
            taken.append(job)
        if len(self._free) > len(self._waiting) + 1000:
            self._free = {bucket: free for bucket, free in self._free.items() if free > now}
        return taken

    def next_due(self, kinds: Collection[str]) -> datetime | None:
        """When a job of these kinds may go next."""
        self._know(kinds)
        first = self._first()
        return None if first is None else first[0]

    def _first(self) -> tuple[datetime, datetime, int] | None:
        """The next offer that counts, put off to when its bucket is free."""
        while self._next:
            at, due, number = self._next[0]
            job = self._waiting.get(number)
            if job is not None and self._offers.get(number) == at and not self._held_up(job):
                free = at if job.bucket is None else max(at, self._free.get(job.bucket, at))
                if job.kind in self._kinds and free == at:
                    return at, due, number
                heapq.heappop(self._next)
                if job.kind in self._kinds:
                    self._offer(job, free)
                else:
                    del self._offers[number]
                    self._aside.append(number)
                continue
            heapq.heappop(self._next)
            if self._offers.get(number) == at:
                del self._offers[number]
        return None

    def _held_up(self, job: Waiting) -> bool:
        """Whether its lane is busy, or another is first in it."""
        if job.lane is None:
            return False
        return job.lane in self._busy or self._order[job.lane][0][1] != job.id

    def _know(self, kinds: Collection[str]) -> None:
        """Offer what was set aside because nobody could do it."""
        wanted = frozenset(kinds)
        if self._kinds != wanted:
            self._kinds = wanted
            aside, self._aside = self._aside, []
            self._offer_all(self._waiting[number] for number in aside if number in self._waiting)

    def _offer_all(self, jobs: Iterable[Waiting]) -> None:
        for job in jobs:
            if job.id not in self.running:
                self._offer(job, job.due)

    def _offer_first(self, lane: str) -> None:
        """Offer the first of a lane, unless one of it is being done."""
        order = self._order[lane]
        while order and order[0][1] not in self._waiting:
            heapq.heappop(order)
        if not order:
            del self._order[lane]
        elif lane not in self._busy:
            first = self._waiting[order[0][1]]
            self._offer(first, first.due)

    def _offer(self, job: Waiting, at: datetime) -> None:
        if self._offers.get(job.id) != at:
            self._offers[job.id] = at
            heapq.heappush(self._next, (at, job.due, job.id))

    def _stop(self, job: Waiting) -> None:
        self.running.pop(job.id, None)
        if job.lane is not None and self._busy.get(job.lane) == job.id:
            del self._busy[job.lane]
