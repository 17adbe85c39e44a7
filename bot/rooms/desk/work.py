"""The desk's part of the workers' list: which job kinds it handles, and what follows what was posted."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job
from bot.rooms.desk import cards, changes, said, sla, threads, tickets, undelivered
from bot.rooms.desk.room import Desk

Handler = Callable[[AsyncSession, Job, datetime], Awaitable[None]]
Continuation = Callable[[AsyncSession, Job, dict[str, Any], datetime], Awaitable[None]]


def handlers(desk: Desk) -> Mapping[str, Handler]:
    """For `Delivery.handle`: timers, and what waited for its thread."""

    async def ring(session: AsyncSession, job: Job, now: datetime) -> None:
        await sla.ring(session, desk, job, now)

    async def wake(session: AsyncSession, job: Job, now: datetime) -> None:
        await tickets.wake(session, desk, job, now)

    async def close(session: AsyncSession, job: Job, now: datetime) -> None:
        await changes.close_resolved(session, desk, job, now)

    return {sla.TIMER: ring, changes.WAKE: wake, changes.CLOSE: close, threads.LATER: threads.say_later}


def parked(desk: Desk) -> Callable[[AsyncSession, Job, str, datetime], Awaitable[None]]:
    """For `Delivery.parked`: the ticket's agents hear what did not reach the person."""

    async def tell(session: AsyncSession, job: Job, reason: str, now: datetime) -> None:
        await undelivered.tell(session, desk, job, reason, now)

    return tell


def continuations(desk: Desk) -> Mapping[str, Continuation]:
    """For `Delivery.after`: the places of cards, roots and copies."""

    async def card_posted(session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        await cards.posted(session, desk, job, result, now)

    async def root_posted(session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        del now
        await threads.root_posted(session, job, result)

    async def copied(session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        await said.copied(session, desk, job, result, now)

    return {cards.POSTED: card_posted, threads.ROOT_POSTED: root_posted, said.COPIED: copied}
