"""Choosing what may be done next: first in its lane, due, and within its bucket's pace."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Integer, and_, bindparam, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.store.jobs import BucketRow, Job, JobRow, JobState
from bot.store.upsert import insert

_CLAIM_LOCK = 0x6C61756A  # any constant of our own: claims take turns on PostgreSQL


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
    if session.get_bind().dialect.name == "postgresql":
        # SKIP LOCKED alone lets two processes judge the same lane from two snapshots; claims are short.
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIM_LOCK})
    wanted: dict[str, Any] = {"now": now, "most": limit} | _kinds(kinds)
    rows = (await session.execute(_CANDIDATES[kinds is not None], wanted)).scalars().all()
    rows = await _paced(session, rows, now=now, pace=pace)
    if not rows:
        return []
    token = secrets.token_hex(16)
    await session.execute(
        update(JobRow)
        .where(col(JobRow.id).in_([row.id for row in rows]))
        .values(
            state=JobState.LEASED.value,
            lease_until=now + lease,
            token=token,
            attempts=col(JobRow.attempts) + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return [_job(row, token) for row in rows]


async def hold(session: AsyncSession, bucket: str, *, until: datetime) -> None:
    """Nothing of `bucket` is taken before `until` (Slack's Retry-After)."""
    statement = insert(session, BucketRow).values(name=bucket, free_at=until)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"free_at": statement.excluded.free_at},
            where=col(BucketRow.free_at) < statement.excluded.free_at,
        )
    )


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
    session: AsyncSession, rows: Sequence[JobRow], *, now: datetime, pace: timedelta
) -> Sequence[JobRow]:
    """At most one row per bucket, each of which is then held for `pace`."""
    if not pace:
        return rows
    taken: set[str] = set()
    chosen = []
    for row in rows:
        if row.bucket is None:
            chosen.append(row)
        elif row.bucket not in taken:
            taken.add(row.bucket)
            chosen.append(row)
    for bucket in sorted(taken):
        await hold(session, bucket, until=now + pace)
    return chosen


def _job(row: JobRow, token: str) -> Job:
    assert row.id is not None
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
    other = aliased(JobRow)
    running = (
        select(1)
        .where(col(other.lane) == col(JobRow.lane), col(other.state) == JobState.LEASED.value)
        .correlate(JobRow)
        .exists()
    )
    before = (
        select(1)
        .where(
            col(other.lane) == col(JobRow.lane),
            col(other.state) == JobState.QUEUED.value,
            or_(
                col(other.order_key) < col(JobRow.order_key),
                and_(col(other.order_key) == col(JobRow.order_key), col(other.id) < col(JobRow.id)),
            ),
        )
        .correlate(JobRow)
        .exists()
    )
    return or_(col(JobRow.lane).is_(None), and_(~running, ~before))


def _candidates(*, some_kinds: bool) -> Any:
    held = (
        select(1)
        .where(col(BucketRow.name) == col(JobRow.bucket), col(BucketRow.free_at) > bindparam("now"))
        .correlate(JobRow)
        .exists()
    )
    statement = (
        select(JobRow)
        .where(
            col(JobRow.state) == JobState.QUEUED.value,
            col(JobRow.due_at) <= bindparam("now"),
            or_(col(JobRow.bucket).is_(None), ~held),
            _first_in_lane(),
        )
        .order_by(col(JobRow.due_at), col(JobRow.id))
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=JobRow)
        .execution_options(populate_existing=True)
    )
    return statement.where(_ONE_OF_THE_KINDS) if some_kinds else statement


def _waiting(*, some_kinds: bool) -> Any:
    due = col(JobRow.due_at)
    free = func.coalesce(col(BucketRow.free_at), due)
    statement = (
        select(func.min(case((free > due, free), else_=due)))
        .select_from(JobRow)
        .outerjoin(BucketRow, col(BucketRow.name) == col(JobRow.bucket))
        .where(col(JobRow.state) == JobState.QUEUED.value, _first_in_lane())
    )
    return statement.where(_ONE_OF_THE_KINDS) if some_kinds else statement


# Built once: building them costs more than running them.
_ONE_OF_THE_KINDS = col(JobRow.kind).in_(bindparam("kinds", expanding=True))
_CANDIDATES = {some: _candidates(some_kinds=some) for some in (True, False)}
_WAITING = {some: _waiting(some_kinds=some) for some in (True, False)}
_LEASED = select(func.min(col(JobRow.lease_until))).where(col(JobRow.state) == JobState.LEASED.value)
