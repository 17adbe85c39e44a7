"""What a handler cannot find out inside of its transaction: it takes long, or comes from afar."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Outside:
    """What a handler returns to go on outside: its transaction is undone, and the job has two more steps.

    `find(attempt)` finds something out and writes nothing (attempts count from 1).
    `keep(session, found, now)` writes what follows, in the transaction that finishes the job.
    When either fails, the job begins anew.
    """

    find: Callable[[int], Awaitable[Any]]
    keep: Callable[[AsyncSession, Any, datetime], Awaitable[None]]

    def beginning(self, write: Callable[[AsyncSession, datetime], Awaitable[None]]) -> "Outside":
        """The same, but `write(session, now)` goes before what is kept."""

        async def keep(session: AsyncSession, found: Any, now: datetime) -> None:
            await write(session, now)
            await self.keep(session, found, now)

        return replace(self, keep=keep)
