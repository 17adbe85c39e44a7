"""The outbox: what must happen, written in the transaction that made it necessary, and done once.

A job is one effect with a unique key. Jobs of one lane run in order of (order, id), one at a time; a job
that waits for its due time (a retry, say) holds its lane, a parked one lets the next go. Timers are jobs with
a due time and no lane. Jobs of one bucket keep a pace: Slack allows about one message a second per channel.
What is written here an engine works off (bot/delivery/engine.py); tests/bot/delivery/test_port.py says what
any engine must do.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.claims import hold, rows_changed
from bot.delivery.jobs import JOBS, Gone, Job, JobState, LeaseLostError, News, ParkedJob, Waiting, waiting
from bot.store.engine import busy, tell
from bot.store.types import fitted, storable
from bot.store.upsert import INSERT, dialect_of

__all__ = [
    "CHANNEL",
    "Job",
    "LeaseLostError",
    "ParkedJob",
    "any_waiting",
    "bucket_of",
    "cancel",
    "counts",
    "enqueue",
    "finish",
    "hold",
    "overdue",
    "park",
    "parked",
    "resend",
    "retry",
]

CHANNEL = "laurel_jobs"
"""The PostgreSQL notification channel on which every process hears of new jobs."""
# Each of many workspaces has a schema, and is woken for its own jobs alone.
_NOTIFY = text("SELECT pg_notify(CAST(:channel AS text) || '_' || current_schema(), '')")

_RUNG = "laurel_rung"
_REASON_LENGTH = 255

# Built once: building them costs more than running them.
_ENQUEUE = {
    dialect: dialect_insert(JOBS).on_conflict_do_nothing(index_elements=["key"]).returning(JOBS.c.id)
    for dialect, dialect_insert in INSERT.items()
}
_CHANGE_LEASED = update(JOBS).where(
    JOBS.c.id == bindparam("job_id"),
    JOBS.c.state == JobState.LEASED.value,
    JOBS.c.token == bindparam("job_token"),
)
_CHANGE_OWN = update(JOBS).where(JOBS.c.id == bindparam("job_id"), JOBS.c.state == JobState.QUEUED.value)
"""Where one process alone works off the database, a job of its own is simply one that is not done."""


_CANCEL = (
    delete(JOBS)
    .where(
        JOBS.c.key == bindparam("cancelled"),
        JOBS.c.state.in_([JobState.QUEUED.value, JobState.PARKED.value]),
        JOBS.c.id.not_in(bindparam("running", expanding=True)),
    )
    .returning(JOBS.c.id)
)


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
    commit). Without a `bucket`, messages share their channel's (see `bucket_of`). Keys and lanes are cut to
    what their columns hold; `order` holds 64 characters.
    """
    key, lane = fitted(key), lane and fitted(lane)
    rate = bucket if bucket is not None else bucket_of(kind, payload)
    added = await session.execute(
        _ENQUEUE[dialect_of(session)],
        {
            "key": key,
            "kind": kind,
            "lane": lane,
            "order_key": order,
            "bucket": rate,
            "payload": payload,
            "state": JobState.QUEUED.value,
            "due_at": due or now,
            "attempts": 0,
            "created_at": now,
        },
    )
    number = added.scalar_one_or_none()
    if number is None:
        return False
    news = Waiting(number, kind, lane, order, rate, due or now, 0, now, key, payload, created_at=now)
    await _announce(session, news)
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
    tell(session, Gone(job.id))


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
    attempts = job.attempts if counts else job.attempts - 1
    result = result if result is not None else job.result
    await _change(
        session,
        job,
        state=JobState.QUEUED.value,
        due_at=due,
        attempts=attempts,
        result=result,
        lease_until=None,
        token=None,
        last_error=storable(reason)[:_REASON_LENGTH],
    )
    news = Waiting(
        id=job.id,
        kind=job.kind,
        lane=job.lane,
        order=job.order,
        bucket=job.bucket,
        due=due,
        attempts=attempts,
        since=job.created_at,
        key=job.key,
        payload=job.payload,
        result=result,
        created_at=job.created_at,
        unsure=job.unsure,
    )
    await _announce(session, news)


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
    await _announce(session, Gone(job.id))


async def resend(session: AsyncSession, key: str, *, now: datetime) -> bool:
    """Let a parked job go again, in its old place in the lane; False when no such job is parked.

    It counts as tried once, so that what an earlier attempt may have done is looked for first.
    """
    sent = await session.execute(
        update(JOBS)
        .where(JOBS.c.key == fitted(key), JOBS.c.state == JobState.PARKED.value)
        .values(state=JobState.QUEUED.value, due_at=now, attempts=1, done_at=None, last_error=None)
        .returning(JOBS)
    )
    row = sent.one_or_none()
    if row is None:
        return False
    await _announce(session, waiting(row, now))
    return True


async def cancel(session: AsyncSession, key: str) -> bool:
    """Take back a job that waits or is parked; its key is free again. False if it runs, ran or never was."""
    gone = await session.execute(_CANCEL, {"cancelled": fitted(key), "running": list(busy(session))})
    number = gone.scalar_one_or_none()
    if number is None:
        return False
    await _announce(session, Gone(number))  # it may have held its lane
    return True


async def any_waiting(session: AsyncSession, keys: Collection[str]) -> bool:
    """Whether one of these jobs is still to be done, or is being done."""
    states = [JobState.QUEUED.value, JobState.LEASED.value]
    found = await session.execute(
        select(JOBS.c.id).where(JOBS.c.key.in_(map(fitted, keys)), JOBS.c.state.in_(states)).limit(1)
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
    """Change the job if it is still ours. Raises LeaseLostError."""
    if job.token:
        changed = await session.execute(_CHANGE_LEASED, {"job_id": job.id, "job_token": job.token, **values})
    else:
        changed = await session.execute(_CHANGE_OWN, {"job_id": job.id, **values})
    if rows_changed(changed) != 1:
        raise LeaseLostError(job.key)


async def _announce(session: AsyncSession, news: News) -> None:
    """Tell the workers when the transaction commits: those here, and PostgreSQL's in other processes."""
    tell(session, news)
    if dialect_of(session) == "postgresql" and not session.info.get(_RUNG):
        session.info[_RUNG] = True
        await session.execute(_NOTIFY, {"channel": CHANNEL})
