"""A person's own tickets: their list, open again or done after all, and how the help was."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.answering import send
from bot.asking.surface import answer_command
from bot.rooms.desk import queues, ratings, thanks, tickets
from bot.rooms.desk.room import theirs
from bot.rooms.desk.states import ImpossibleError
from bot.rooms.desk.surface.counter import Counter, refusal, tell_alone
from bot.rooms.desk.tables import Ticket
from bot.surfaces import Commanded, Pressed, Submitted, Surfaces, View, number, pack, unpack


class OwnTickets:
    """Takes what a person does with tickets that they have."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk

    def register(self, surfaces: Surfaces) -> None:
        """Take the person's commands, the buttons of their tickets and the rating."""
        surfaces.openers |= {"ticket.comment": self._comment_form}
        surfaces.forms |= {"ticket.comment": self._commented}
        surfaces.presses |= {
            "ticket.rate": self._rated,
            "ticket.reopen": self._reopened,
            "ticket.settled": self._settled,
        }
        surfaces.commands |= {"tickets": self._own, "status": self._own}

    async def _own(self, session: AsyncSession, command: Commanded, now: datetime) -> None:
        found = await queues.own(session, command.who, limit=10)
        message = self._desk.renderer.message(
            "replies/tickets.j2", queues.own_context(self._desk, found, now)
        )
        await answer_command(session, command, message, now, name="tickets")

    async def _reopened(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def reopen(ticket: Ticket) -> None:
            await tickets.reopen(session, self._desk, ticket, actor=pressed.who.user, now=now)

        await self._own_ticket(session, pressed, reopen, now)

    async def _settled(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def settle(ticket: Ticket) -> None:
            await thanks.settle(session, self._desk, ticket, now=now)

        await self._own_ticket(session, pressed, settle, now)

    async def _own_ticket(
        self, session: AsyncSession, pressed: Pressed, act: Callable[[Ticket], Awaitable[None]], now: datetime
    ) -> None:
        """Do something to the person's own ticket, or tell them why it cannot be done."""
        ticket = await theirs(session, number(pressed.value), pressed.who)
        if ticket is None:
            return
        try:
            await act(ticket)
        except ImpossibleError as error:
            await tell_alone(
                session,
                self._counter,
                "desk/refused.j2",
                refusal(error, ticket),
                user=pressed.who.user,
                key=pressed.key,
                now=now,
            )

    async def _rated(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        ticket_id, _, score = pressed.value.partition(":")
        ticket = await theirs(session, number(ticket_id), pressed.who)
        if ticket is None or number(score) not in ratings.SCORES:
            return
        new = await ratings.rate(session, ticket, number(score), now)
        context = {"known": not new, "score": number(score), "number": ticket.number, "ticket_id": ticket.key}
        message = self._desk.renderer.message("replies/ticket_rated.j2", context)
        await send(
            session,
            key=f"rated:{pressed.key}",
            who=pressed.who,
            where=pressed.where,
            message=dict(message),
            now=now,
        )

    async def _comment_form(self, pressed: Pressed, now: datetime) -> View:
        del now
        return View("desk/ticket_comment.j2", {"metadata": pack(ticket=number(pressed.value))})

    async def _commented(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        ticket = await theirs(session, number(unpack(form.metadata).get("ticket")), form.who)
        if ticket is None:
            return
        kept = await ratings.comment(session, ticket, str(form.fields.get("comment") or ""))
        await tell_alone(
            session,
            self._counter,
            "replies/ticket_commented.j2",
            {"kept": kept},
            user=form.who.user,
            key=form.key,
            now=now,
        )
