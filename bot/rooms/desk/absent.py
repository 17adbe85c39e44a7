"""Tickets of somebody who is no agent any more: unclaimed again, with one notice at the desk.

Roles come from Slack, so who still has one is asked outside of any transaction. While Slack cannot say,
nobody is taken for gone.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.room import Jobs
from bot.rooms.desk import cards
from bot.rooms.desk.changes import change
from bot.rooms.desk.room import CLOCK, Desk, by_id
from bot.rooms.desk.states import Action
from bot.rooms.desk.tables import Side, Ticket
from bot.rooms.desk.threads import say, stamp

LOOK = "desk.absent"
"""The hourly timer: a sender that asks who works here."""
FOUND = "desk.absent_found"
"""What follows it."""
EVERY = timedelta(hours=1)

Workers = Callable[[], Awaitable[Collection[str]]]
"""Who may hold a ticket now; nobody where that cannot be told."""


def jobs(desk: Desk, workers: Workers) -> Jobs:
    """The timer and what follows it."""
    return Jobs(
        send={LOOK: partial(_look, workers=workers)},
        after={FOUND: partial(_found, desk=desk)},
    )


async def schedule(session: AsyncSession, now: datetime) -> None:
    """Set the timer of the next hour, if it is not set."""
    due = now.replace(minute=0, second=0, microsecond=0) + EVERY
    await enqueue(
        session,
        key=f"{LOOK}:{due.isoformat()}",
        kind=LOOK,
        payload={"then": FOUND},
        due=due,
        now=now,
    )


async def _look(job: Job, workers: Workers) -> dict[str, Any]:
    del job
    return {"workers": sorted(await workers())}


async def _found(
    session: AsyncSession, job: Job, result: Mapping[str, Any], now: datetime, *, desk: Desk
) -> None:
    del job
    if result["workers"]:
        await release(session, desk, result["workers"], now)
    await schedule(session, now)


async def release(session: AsyncSession, desk: Desk, workers: Collection[str], now: datetime) -> int:
    """Take their open tickets from all who are not among `workers`; how many."""
    found = await session.execute(
        select(col(Ticket.id))
        .where(
            col(Ticket.active).is_(True),
            col(Ticket.assignee).is_not(None),
            col(Ticket.assignee).not_in(list(workers)),
        )
        .order_by(col(Ticket.id))
    )
    freed: dict[tuple[str, str], list[Ticket]] = defaultdict(list)
    for ticket_id in found.scalars():
        assert ticket_id is not None, "it was read from the table"
        ticket = await by_id(session, ticket_id)
        gone = ticket.assignee
        if gone is None or not ticket.active:
            continue
        ticket.assignee = None
        await change(session, desk, ticket, Action.RELEASE, actor=CLOCK, now=now, detail={"from": gone})
        context = {"gone": gone, "tickets": [cards.card(desk, ticket)], "alone": True}
        await say(
            session,
            ticket,
            Side.DESK,
            key=f"released:{ticket.key}:{ticket.card_version}",
            message=desk.renderer.message("desk/released.j2", context),
            now=now,
        )
        freed[ticket.desk_channel, gone].append(ticket)
    for (channel, gone), tickets in freed.items():
        context = {"gone": gone, "tickets": [cards.card(desk, one) for one in tickets], "alone": False}
        await enqueue(
            session,
            key=f"released:{channel}:{gone}:{stamp(now)}",
            kind="slack.post",
            payload={"channel": channel, **desk.renderer.message("desk/released.j2", context)},
            now=now,
        )
    return sum(map(len, freed.values()))
