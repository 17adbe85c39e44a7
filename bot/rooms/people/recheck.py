"""The weekly run: every linked freelancer's verdicts, kept where they changed, told where it matters.

A run goes through the links in order, a chunk at a time. What a chunk came to is written in one transaction
with the run's new position, so a chunk counts once, however often it is tried: after kill -9 the run goes on
where it was, and nobody hears anything twice. What somebody was last told of is the baseline of their link.
It moves in the transaction that writes the message, and a change that may not be told yet is found again.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.rooms.people.changes import States
from bot.rooms.people.checking import Checker
from bot.rooms.people.comparing import keep_states, tell_changes
from bot.rooms.people.records import RecordSource
from bot.rooms.people.tables import Link, Run
from bot.store.engine import Store
from bot.store.upsert import insert

BEGIN = "recheck.begin"
"""A local job, the weekly timer: `{id}`."""
CHUNK = "recheck.chunk"
"""A sender's job: `{run}` checks the next links."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RecheckPolicy:
    """When the run begins (weekday 0 is Monday), how long a chunk is, how far apart messages are."""

    weekday: int = 0
    at: dt.time = dt.time(6)
    chunk: int = 400
    gap: dt.timedelta = dt.timedelta(days=7)


class Recheck:
    """The weekly run. `begin` is a handler, `chunk` a sender of `Delivery`."""

    def __init__(
        self,
        store: Store,
        source: RecordSource,
        checker: Checker,
        *,
        zone: dt.tzinfo,
        clock: Callable[[], dt.datetime],
        policy: RecheckPolicy | None = None,
        progress: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._store = store
        self._source = source
        self._checker = checker
        self._zone = zone
        self._clock = clock
        self._policy = policy or RecheckPolicy()
        self._progress = progress

    async def schedule(self, session: AsyncSession, now: dt.datetime) -> None:
        """Set the timer of the next run, if it is not set. Call it when the app starts."""
        due = self.next_begin(now)
        name = f"{due.astimezone(self._zone):%G-W%V}"
        await enqueue(session, key=f"recheck:{name}", kind=BEGIN, payload={"id": name}, due=due, now=now)

    def next_begin(self, now: dt.datetime) -> dt.datetime:
        """The next time, after `now`, at which a run begins."""
        today = now.astimezone(self._zone).date()
        day = today + dt.timedelta(days=(self._policy.weekday - today.weekday()) % 7)
        due = dt.datetime.combine(day, self._policy.at, self._zone)
        if due <= now:
            due = dt.datetime.combine(day + dt.timedelta(days=7), self._policy.at, self._zone)
        return due.astimezone(dt.UTC)

    async def begin(self, session: AsyncSession, job: Job, now: dt.datetime) -> None:
        """The timer went off: start the run, and set the timer of the next."""
        await self.start(session, str(job.payload["id"]), now)
        await self.schedule(session, now)

    async def start(self, session: AsyncSession, name: str, now: dt.datetime) -> None:
        """Start the run called `name`; nothing happens if it has started before."""
        await session.execute(
            insert(session, Run)
            .values(
                id=name,
                day=now.astimezone(self._zone).date(),
                started_at=now,
                position_team="",
                position_user="",
                checked=0,
                unreachable=0,
                changed=0,
                told=0,
            )
            .on_conflict_do_nothing(index_elements=["id"])
        )
        await self._next(session, name, ("", ""), now)

    async def chunk(self, job: Job) -> dict[str, Any]:
        """Check the next links of the run, and have the chunk after it checked."""
        async with self._store.read() as session:
            run = await session.get(Run, str(job.payload["run"]))
            if run is None or run.finished_at is not None:
                return {}
            position = (run.position_team, run.position_user)
            links = await self._links_after(session, position)
        found: dict[str, dict[str, Any]] = {}
        documents: Mapping[str, bytes | None] = {}
        if links:
            documents = await self._source.documents(sorted({freelancer for _, _, freelancer in links}))
            present = {name: document for name, document in documents.items() if document is not None}
            found = await self._checker.states(present, run.day)
        now = self._clock()
        async with self._store.write() as session:
            await self._write(session, run, links, found, now)
        if len(links) < self._policy.chunk:
            self._checker.rest()
            _log.info("recheck finished", run=run.id)
        self._progress(len(links))
        return {"checked": len(found)}

    async def _links_after(
        self, session: AsyncSession, position: tuple[str, str]
    ) -> Sequence[tuple[str, str, str]]:
        rows = await session.execute(
            select(col(Link.team), col(Link.user_id), col(Link.freelancer_id))
            .where(tuple_(col(Link.team), col(Link.user_id)) > position, col(Link.freelancer_id).is_not(None))
            .order_by(col(Link.team), col(Link.user_id))
            .limit(self._policy.chunk)
        )
        return [(team, user, freelancer) for team, user, freelancer in rows if freelancer is not None]

    async def _write(
        self,
        session: AsyncSession,
        run: Run,
        links: Sequence[tuple[str, str, str]],
        found: Mapping[str, States],
        now: dt.datetime,
    ) -> None:
        """What the chunk came to, unless somebody has written it already."""
        last = links[-1][:2] if links else (run.position_team, run.position_user)
        over = len(links) < self._policy.chunk
        moved = await session.execute(
            update(Run)
            .where(
                col(Run.id) == run.id,
                col(Run.position_team) == run.position_team,
                col(Run.position_user) == run.position_user,
                col(Run.finished_at).is_(None),
            )
            .values(
                position_team=last[0],
                position_user=last[1],
                finished_at=now if over else None,
                checked=Run.checked + len(links),
                unreachable=Run.unreachable + sum(freelancer not in found for _, _, freelancer in links),
            )
            .returning(col(Run.id))
            .execution_options(synchronize_session=False)
        )
        if moved.scalar_one_or_none() is None:
            return
        changed = await keep_states(session, run.day, found)
        told = await tell_changes(session, run, links, found, gap=self._policy.gap, now=now)
        if changed or told:
            await session.execute(
                update(Run)
                .where(col(Run.id) == run.id)
                .values(changed=Run.changed + changed, told=Run.told + told)
                .execution_options(synchronize_session=False)
            )
        if not over:
            await self._next(session, run.id, last, now)

    async def _next(
        self, session: AsyncSession, run: str, position: tuple[str, str], now: dt.datetime
    ) -> None:
        key = f"recheck:{run}:after:{'/'.join(position)}"
        await enqueue(session, key=key, kind=CHUNK, payload={"run": run}, lane=f"recheck:{run}", now=now)
