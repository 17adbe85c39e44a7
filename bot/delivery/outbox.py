"""The outbox: what must happen, written in the transaction that made it necessary, and done once.

A job is one effect with a unique key. Jobs of one lane run in order of (order, id), one at a time; a job
that waits for its due time (a retry, say) holds its lane, a parked one lets the next go. Timers are jobs with
a due time and no lane. Jobs of one bucket keep a pace: Slack allows about one message a second per channel.
A worker takes a job for a time (the lease) under a fresh token; who lost the lease cannot finish the job.

This is the whole port. Another engine may stand behind it when it passes tests/bot/delivery/test_port.py.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.claims import claim, hold, next_due, rows_changed
from bot.delivery.jobs import JOBS, Job, JobState, LeaseLostError, ParkedJob
from bot.store.engine import wake_after_commit
from bot.store.types import storable
from bot.store.upsert import INSERT

__all__ = [
    "CHANNEL",
    "Job",
    "LeaseLostError",
    "ParkedJob",
    "any_waiting",
    "bucket_of",
    "cancel",
    "claim",
    "counts",
    "enqueue",
    "finish",
    "hold",
    "next_due",
    "overdue",
    "park",
    "parked",
    "reap",
    "resend",
    "retry",
]

CHANNEL = "laurel_jobs"
"""The PostgreSQL notification channel on which every process hears of new jobs."""

_REASON_LENGTH = 255

# Built once: building them costs more than running them.
_ENQUEUE = {
    dialect: dialect_insert(JOBS).on_conflict_do_nothing(index_elements=["key"]).returning(JOBS.c.id)
    for dialect, dialect_insert in INSERT.items()
}
_CHANGE = update(JOBS).where(
    JOBS.c.id == bindparam("job_id"),
    JOBS.c.state == JobState.LEASED.value,
    JOBS.c.token == bindparam("job_token"),
)
_REAP = update(JOBS).where(JOBS.c.state == JobState.LEASED.value, JOBS.c.lease_until < bindparam("now"))


async def enqueue(
    session: AsyncSession,
    *,
    key: str,
    kind: str,
    payload: dict[str, Any],
    lane: str | None = None,
    order: str = "",
    due: datetime | None = None,
    bucket: str | None = None,
    now: datetime,
) -> bool:
    """Write the job into the transaction of `session`; False, and nothing happens, when the key is known.

    `order` sorts within the lane before the id (give Slack's ts: on PostgreSQL ids are handed out before the
    commit). Without a `bucket`, messages share their channel's (see `bucket_of`). Keys, lanes and buckets
    hold up to 255 characters, `order` 64.
    """
    added = await session.execute(
        _ENQUEUE[session.get_bind().dialect.name],
        {
            "key": key,
            "kind": kind,
            "lane": lane,
            "order_key": order,
            "bucket": bucket if bucket is not None else bucket_of(kind, payload),
            "payload": payload,
            "state": JobState.QUEUED.value,
            "due_at": due or now,
            "attempts": 0,
            "created_at": now,
        },
    )
    if added.scalar_one_or_none() is None:
        return False
    await _announce(session)
    return True


def bucket_of(kind: str, payload: dict[str, Any]) -> str | None:
    """The rate a message counts against: new messages per channel (or person), edits per channel."""
    match kind:
        case "slack.post" | "slack.ephemeral" | "slack.upload":
            return f"post:{payload.get('channel')}"
        case "slack.dm":
            return f"post:{payload.get('user')}"
        case "slack.update":
            return f"edit:{payload.get('channel')}"
        case _:
            return None


async def finish(
    session: AsyncSession, job: Job, *, now: datetime, result: dict[str, Any] | None = None
) -> None:
    """The job is done; it stays for a while so that its key is still known. Raises LeaseLostError."""
    await _change(
        session,
        job,
        state=JobState.DONE.value,
        result=result,
        done_at=now,
        lease_until=None,
        token=None,
        last_error=None,
    )


async def retry(
    session: AsyncSession,
    job: Job,
    *,
    due: datetime,
    reason: str,
    counts: bool = True,
    result: dict[str, Any] | None = None,
) -> None:
    """Try again from `due` on. `counts=False`: it surely did not happen (429). Raises LeaseLostError.

    A `result` says that the effect itself did happen: the next attempt finds it in the job.
    """
    await _change(
        session,
        job,
        state=JobState.QUEUED.value,
        due_at=due,
        attempts=job.attempts if counts else job.attempts - 1,
        result=result if result is not None else job.result,
        lease_until=None,
        token=None,
        last_error=storable(reason)[:_REASON_LENGTH],
    )
    await _announce(session)


async def park(session: AsyncSession, job: Job, *, now: datetime, reason: str) -> None:
    """Set the job aside until `resend`; the next of its lane may go. Raises LeaseLostError."""
    await _change(
        session,
        job,
        state=JobState.PARKED.value,
        done_at=now,
        lease_until=None,
        token=None,
        last_error=storable(reason)[:_REASON_LENGTH],
    )
    await _announce(session)


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


async def resend(session: AsyncSession, key: str, *, now: datetime) -> bool:
    """Let a parked job go again, in its old place in the lane; False when no such job is parked.

    It counts as tried once, so that what an earlier attempt may have done is looked for first.
    """
    sent = await session.execute(
        update(JOBS)
        .where(JOBS.c.key == key, JOBS.c.state == JobState.PARKED.value)
        .values(state=JobState.QUEUED.value, due_at=now, attempts=1, done_at=None, last_error=None)
    )
    await _announce(session)
    return rows_changed(sent) == 1


async def cancel(session: AsyncSession, key: str) -> bool:
    """Take back a job that waits or is parked; its key is free again. False if it runs, ran or never was."""
    gone = await session.execute(
        delete(JOBS).where(
            JOBS.c.key == key,
            JOBS.c.state.in_([JobState.QUEUED.value, JobState.PARKED.value]),
        )
    )
    await _announce(session)  # it may have held its lane
    return rows_changed(gone) == 1


async def any_waiting(session: AsyncSession, keys: Collection[str]) -> bool:
    """Whether one of these jobs is still to be done, or is being done."""
    waiting = [JobState.QUEUED.value, JobState.LEASED.value]
    found = await session.execute(
        select(JOBS.c.id).where(JOBS.c.key.in_(keys), JOBS.c.state.in_(waiting)).limit(1)
    )
    return found.scalar_one_or_none() is not None


async def parked(session: AsyncSession, *, limit: int = 100) -> Sequence[ParkedJob]:
    """The jobs that were given up, the latest first."""
    found = await session.execute(
        select(JOBS)
        .where(JOBS.c.state == JobState.PARKED.value)
        .order_by(JOBS.c.done_at.desc(), JOBS.c.id.desc())
        .limit(limit)
    )
    return [
        ParkedJob(
            key=row.key,
            kind=row.kind,
            lane=row.lane,
            payload=row.payload,
            reason=row.last_error or "",
            attempts=row.attempts,
            created_at=row.created_at,
        )
        for row in found.all()
    ]


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many jobs are in each state, for readiness and statistics."""
    per_state = select(JOBS.c.state, func.count(JOBS.c.id)).group_by(JOBS.c.state)
    return {str(state): number for state, number in (await session.execute(per_state)).all()}


async def overdue(session: AsyncSession, now: datetime) -> tuple[int, datetime | None]:
    """How many jobs are due and not done, and since when the first of them is."""
    states = (JobState.QUEUED.value, JobState.LEASED.value)
    due = select(func.count(JOBS.c.id), func.min(JOBS.c.due_at)).where(
        JOBS.c.state.in_(states), JOBS.c.due_at <= now
    )
    count, since = (await session.execute(due)).one()
    return int(count), since


async def _change(session: AsyncSession, job: Job, **values: Any) -> None:
    """Change the job if the lease is still ours. Raises LeaseLostError."""
    changed = await session.execute(_CHANGE, {"job_id": job.id, "job_token": job.token, **values})
    if rows_changed(changed) != 1:
        raise LeaseLostError(job.key)


async def _announce(session: AsyncSession) -> None:
    """Tell the workers when the transaction commits: here by callback, elsewhere by PostgreSQL's NOTIFY."""
    if wake_after_commit(session) and session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
