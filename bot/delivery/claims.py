"""Choosing what may be done next, where many processes work off one database (PostgreSQL).

A job is taken when it is due, first in its lane and within its bucket's pace.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CursorResult,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.jobs import BUCKETS, JOBS, Held, Job, JobState
from bot.store.engine import tell
from bot.store.upsert import insert


async def claim(
    session: AsyncSession,
    *,
    now: datetime,
    lease: timedelta,
    limit: int = 20,
    pace: timedelta = timedelta(0),
    kinds: Collection[str] | None = None,
) -> list[Job]:
    """Take up to `limit` due jobs that are first in their lane and whose bucket is free, until now + `lease`.

    Of one bucket at most one is taken, and the next not before now + `pace`; a pace of 0 knows no buckets but
    those that Slack itself asked to wait for (`hold`). `kinds` limits the choice to what a worker can do.
    """
    wanted: dict[str, Any] = {"now": now, "most": limit} | _kinds(kinds)
    rows = (await session.execute(_CANDIDATES[kinds is not None], wanted)).all()
    if not rows:
        return []
    # Two processes may judge one lane from two snapshots: whoever has the lane's lock looks once more.
    lanes = sorted({row.lane for row in rows if row.lane is not None})
    if lanes:
        free = set((await session.execute(_LOCK_LANES, {"lanes": lanes})).scalars())
        sure = (await session.execute(_SURE, {"ids": [row.id for row in rows]})).scalars().all()
        rows = [row for row in rows if row.id in sure and (row.lane is None or row.lane in free)]
    rows = await _paced(session, rows, now=now, pace=pace)
    if not rows:
        return []
    token = secrets.token_hex(16)
    leased = {"ids": [row.id for row in rows], "new_token": token, "until": now + lease}
    await session.execute(_LEASE, leased)
    return [_job(row, token) for row in rows]


async def hold(session: AsyncSession, bucket: str, *, until: datetime) -> None:
    """Nothing of `bucket` is taken before `until` (Slack's Retry-After)."""
    statement = insert(session, BUCKETS).values(name=bucket, free_at=until)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"free_at": statement.excluded.free_at},
            where=BUCKETS.c.free_at < statement.excluded.free_at,
        )
    )
    tell(session, Held(bucket, until))


async def reap(session: AsyncSession, *, now: datetime) -> int:
    """Give back the jobs whose lease ran out (their worker died or hangs); how many."""
    reaped = await session.execute(
        _REAP,
        {
            "now": now,
            "state": JobState.QUEUED.value,
            "lease_until": None,
            "token": None,
            "last_error": "lease ran out",
        },
    )
    return rows_changed(reaped)


async def next_due(session: AsyncSession, *, kinds: Collection[str] | None = None) -> datetime | None:
    """When something may happen next: a waiting job's time (or its bucket's, if later), or a lease's end."""
    waiting = (await session.execute(_WAITING[kinds is not None], _kinds(kinds))).scalar_one()
    leased = (await session.execute(_LEASED)).scalar_one()
    return min((moment for moment in (waiting, leased) if moment is not None), default=None)


def _kinds(kinds: Collection[str] | None) -> dict[str, Any]:
    return {} if kinds is None else {"kinds": list(kinds)}


def rows_changed(result: Any) -> int:
    """How many rows an UPDATE or DELETE touched."""
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


async def _paced(
    session: AsyncSession, rows: Sequence[Row[Any]], *, now: datetime, pace: timedelta
) -> Sequence[Row[Any]]:
    """At most one row per bucket, each of which is then held for `pace`; none where another was faster."""
    if not pace:
        return rows
    first: dict[str, Row[Any]] = {}
    for row in rows:
        if row.bucket is not None:
            first.setdefault(row.bucket, row)
    # In one order, so that no two processes wait for each other's buckets.
    ours = {bucket for bucket in sorted(first) if await _begin_pace(session, bucket, now, now + pace)}
    return [row for row in rows if row.bucket is None or (row.bucket in ours and first[row.bucket] is row)]


async def _begin_pace(session: AsyncSession, bucket: str, now: datetime, until: datetime) -> bool:
    """Hold `bucket` until then, if it is free now; whoever else tries waits for our end and sees it held."""
    statement = insert(session, BUCKETS).values(name=bucket, free_at=until)
    held = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"free_at": statement.excluded.free_at},
            where=BUCKETS.c.free_at <= now,
        ).returning(BUCKETS.c.name)
    )
    return held.scalar_one_or_none() is not None


def _job(row: Row[Any], token: str) -> Job:
    return Job(
        id=row.id,
        key=row.key,
        kind=row.kind,
        lane=row.lane,
        order=row.order_key,
        bucket=row.bucket,
        payload=row.payload,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        token=token,
        result=row.result,
    )


def _first_in_lane() -> Any:
    """No job of the same lane runs, and none waits before this one."""
    other = JOBS.alias("other")
    same = select(1).select_from(other).where(other.c.lane == JOBS.c.lane).correlate(JOBS)
    running = same.where(other.c.state == JobState.LEASED.value).exists()
    before = same.where(
        other.c.state == JobState.QUEUED.value,
        tuple_(other.c.order_key, other.c.id) < tuple_(JOBS.c.order_key, JOBS.c.id),
    ).exists()
    return or_(JOBS.c.lane.is_(None), and_(~running, ~before))


def _candidates(*, some_kinds: bool) -> Any:
    held = (
        select(1)
        .select_from(BUCKETS)
        .where(BUCKETS.c.name == JOBS.c.bucket, BUCKETS.c.free_at > bindparam("now"))
        .correlate(JOBS)
        .exists()
    )
    statement = (
        select(JOBS)
        .where(
            JOBS.c.state == JobState.QUEUED.value,
            JOBS.c.due_at <= bindparam("now"),
            or_(JOBS.c.bucket.is_(None), ~held),
            _first_in_lane(),
        )
        .order_by(JOBS.c.due_at, JOBS.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=JOBS)
    )
    return statement.where(_ONE_OF_THE_KINDS) if some_kinds else statement


def _waiting(*, some_kinds: bool) -> Any:
    due = JOBS.c.due_at
    free = func.coalesce(BUCKETS.c.free_at, due)
    statement = (
        select(func.min(case((free > due, free), else_=due)))
        .select_from(JOBS.outerjoin(BUCKETS, BUCKETS.c.name == JOBS.c.bucket))
        .where(JOBS.c.state == JobState.QUEUED.value, _first_in_lane())
    )
    return statement.where(_ONE_OF_THE_KINDS) if some_kinds else statement


# Built once: building them costs more than running them.
_ONE_OF_THE_KINDS = JOBS.c.kind.in_(bindparam("kinds", expanding=True))
_CANDIDATES = {some: _candidates(some_kinds=some) for some in (True, False)}
_WAITING = {some: _waiting(some_kinds=some) for some in (True, False)}
_REAP = update(JOBS).where(JOBS.c.state == JobState.LEASED.value, JOBS.c.lease_until < bindparam("now"))
_LOCK_LANES = text(
    "SELECT lane FROM unnest(CAST(:lanes AS text[])) AS lane "
    "WHERE pg_try_advisory_xact_lock(hashtextextended(lane, 0))"
)
_SURE = select(JOBS.c.id).where(JOBS.c.id.in_(bindparam("ids", expanding=True)), _first_in_lane())
_LEASED = select(func.min(JOBS.c.lease_until)).where(JOBS.c.state == JobState.LEASED.value)
_LEASE = (
    update(JOBS)
    .where(JOBS.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=JobState.LEASED.value,
        lease_until=bindparam("until"),
        token=bindparam("new_token"),
        attempts=JOBS.c.attempts + 1,
    )
)
