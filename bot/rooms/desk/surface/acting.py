"""Doing something to a ticket: for who may, if the ticket allows it, and in one piece."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import home_tab
from bot.rooms.desk.room import by_id
from bot.rooms.desk.surface.agent_modals import tab_of
from bot.rooms.desk.surface.counter import NOT_AGENT, REFUSALS, Counter, refusal, tell_alone
from bot.rooms.desk.tables import Ticket
from bot.store.engine import savepoint
from bot.surfaces import Pressed, Submitted

log = structlog.get_logger(__name__)

Act = Callable[[AsyncSession, Ticket], Awaitable[Any]]
"""What is done, in the transaction that is given."""


class Acting:
    """Does what agents ask, or refuses it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    async def act(
        self,
        session: AsyncSession,
        came: Pressed | Submitted,
        ticket_id: int,
        act: Act,
        now: datetime,
        *,
        words: str = "",
    ) -> None:
        """Do it if an agent asks and the ticket allows it; else say why not."""
        ticket = None
        try:
            if not await self._counter.may_work(came.who, await session.get(Ticket, ticket_id)):
                log.warning("agent.refused", why="no agent")
                await self.refuse(session, came, {**NOT_AGENT, "words": words}, now)
                return
            ticket = await by_id(session, ticket_id)
            async with savepoint(session):
                await act(session, ticket)
        except REFUSALS as error:
            if ticket is not None:
                await session.refresh(ticket)
            context = {**refusal(error, ticket), "words": words}
            await self.refuse(session, came, context, now, ticket)
        tab = tab_of(came)
        if tab is not None:
            await home_tab.refresh(session, came.who, key=came.key, now=now, wanted=tab)

    async def refuse(
        self,
        session: AsyncSession,
        came: Pressed | Submitted,
        context: Mapping[str, Any],
        now: datetime,
        ticket: Ticket | None = None,
    ) -> None:
        """Say why not, to the agent alone, with the words that were not sent."""
        in_thread = ticket is not None and tab_of(came) is None
        await tell_alone(
            session,
            self._counter,
            "desk/refused.j2",
            context,
            user=came.who.user,
            key=came.key,
            now=now,
            channel=ticket.desk_channel if ticket is not None and in_thread else None,
            thread=ticket.desk_thread if ticket is not None and in_thread else None,
        )
