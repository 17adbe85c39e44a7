"""What a chunk of the weekly run came to: the history of verdicts, and who is told that theirs changed."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import enqueue
from bot.rooms.people.changes import States, carried, changes
from bot.rooms.people.tables import History, Link, Run
from bot.store.upsert import insert

TELL = "recheck.tell"
"""A sender's job: `{team, user, freelancer, day, changes}` writes to one person (telling.py)."""


async def keep_states(session: AsyncSession, day: dt.date, found: Mapping[str, States]) -> int:
    """Add to the history of verdicts what differs from the latest entry before `day`; how many entries."""
    if not found:
        return 0
    latest = (
        select(col(History.freelancer_id), func.max(col(History.on)).label("on"))
        .where(col(History.freelancer_id).in_(found), col(History.on) < day)
        .group_by(col(History.freelancer_id))
        .subquery()
    )
    rows = await session.execute(
        select(col(History.freelancer_id), col(History.states)).join(
            latest,
            (latest.c.freelancer_id == col(History.freelancer_id)) & (latest.c.on == col(History.on)),
        )
    )
    before: dict[str, States] = dict(rows.all())
    new = [
        {"freelancer_id": freelancer, "on": day, "states": states}
        for freelancer, states in found.items()
        if before.get(freelancer) != states
    ]
    if new:
        added = insert(session, History)
        await session.execute(
            added.on_conflict_do_update(
                index_elements=["freelancer_id", "on"], set_={"states": added.excluded.states}
            ),
            new,
        )
    return len(new)


# size: it is one loop over the links, read from top to bottom
async def tell_changes(
    session: AsyncSession,
    run: Run,
    links: Sequence[tuple[str, str, str]],
    found: Mapping[str, States],
    *,
    gap: dt.timedelta,
    now: dt.datetime,
) -> int:
    """Move the baselines and have people told; how many.

    `links` are (team, user, freelancer), `gap` is the least time between two messages to one person. The rows
    are locked: two runs may meet here.
    """
    rows = await session.scalars(
        select(Link)
        .where(
            tuple_(col(Link.team), col(Link.user_id)).in_([(team, user) for team, user, _ in links]),
            col(Link.freelancer_id).in_(found),
        )
        .order_by(col(Link.team), col(Link.user_id))
        .with_for_update()
    )
    told = 0
    for link in rows:
        assert link.freelancer_id is not None, "it is one of those found"
        states = found[link.freelancer_id]
        news = [] if link.opted_out else changes(link.baseline, states)
        if news:
            earliest = now if link.told_at is None else max(now, link.told_at + gap)
            if earliest > now + dt.timedelta(days=1):
                continue  # too soon after the last message: the next run finds it again
            told += 1
            link.told_at = earliest
            await enqueue(
                session,
                key=f"recheck:{run.id}:{link.team}:{link.user_id}",
                kind=TELL,
                payload={
                    "team": link.team,
                    "user": link.user_id,
                    "freelancer": link.freelancer_id,
                    "day": run.day.isoformat(),
                    "changes": [change.as_dict() for change in news],
                },
                due=earliest,
                now=now,
            )
        baseline = carried(link.baseline, states)
        if baseline != link.baseline:
            link.baseline = dict(baseline)
    return told
