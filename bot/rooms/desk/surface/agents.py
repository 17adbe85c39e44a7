"""The agents' side of the desk: what the card's buttons and modals do. Only the role `agent` may act.

What is refused is said to the agent alone, with the words that were not sent.
"""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Who
from bot.rooms.desk import macros, tickets
from bot.rooms.desk.said import Said
from bot.rooms.desk.surface.acting import Act, Acting
from bot.rooms.desk.surface.agent_modals import is_text, placeholders
from bot.rooms.desk.surface.counter import NOT_AGENT, Counter
from bot.rooms.desk.tables import Ticket
from bot.surfaces import Pressed, Submitted, Surfaces, number, unpack


class AgentSurface:
    """Takes what begins with `ticket.` on cards, and the forms that follow."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk
        self._acting = Acting(counter)

    def register(self, surfaces: Surfaces) -> None:
        """Take the card's buttons that act at once, and the modals' forms."""
        surfaces.presses |= {"ticket.claim": self._claim, "ticket.reopen_press": self._reopen}
        surfaces.forms |= {
            "ticket.reply": self._reply,
            "ticket.note": self._note,
            "ticket.resolve": self._resolve,
            "ticket.assign": self._assign,
            "ticket.edit": self._edit,
            "ticket.snooze": self._snooze,
            "ticket.hand_over": self._hand_over,
            "ticket.merge": self._merge,
        }

    async def _claim(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.claim(session, self._desk, ticket, agent=pressed.who.user, now=now)

        await self._acting.act(session, pressed, number(pressed.value), act, now)

    async def _reopen(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.reopen(session, self._desk, ticket, actor=pressed.who.user, now=now)

        await self._acting.act(session, pressed, number(pressed.value), act, now)

    async def _reply(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        said = _said(form, now)
        asks = unpack(form.metadata).get("what") == "ask"
        title = macros.title_in(form.fields)

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.answer(session, self._desk, ticket, said, now=now, asks=asks)
            if title:
                filled = placeholders(self._desk, ticket, form.who.user)
                del filled["category"]  # a word of the language, and not only this ticket's
                with suppress(macros.TooManyError):  # meanwhile; the reply goes out all the same
                    await macros.save(
                        session,
                        team=ticket.team,
                        title=title,
                        words=said.text,
                        filled=filled,
                        by=form.who.user,
                        now=now,
                    )

        await self._submitted(session, form, act, now, words=said.text)

    async def _note(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        said = _said(form, now)

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.note(session, self._desk, ticket, said, now=now)

        await self._submitted(session, form, act, now, words=said.text)

    async def _resolve(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        said = _said(form, now)
        fields = form.fields

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.resolve(
                session,
                self._desk,
                ticket,
                agent=form.who.user,
                reason=str(fields.get("reason")),
                link=str(fields.get("link") or "").strip() or None,
                words=said if said.text else None,
                now=now,
            )

        await self._submitted(session, form, act, now, words=said.text)

    async def _assign(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        to = str(form.fields.get("to") or "")
        receiver = Who(form.who.team, to)
        given = await session.get(Ticket, number(unpack(form.metadata).get("ticket")))
        if not to or not await self._counter.may_work(receiver, given):
            why = "specialist" if to and await self._counter.is_specialist(receiver) else "no_agent"
            await self._acting.refuse(session, form, {**NOT_AGENT, "why": why, "by": to}, now)
            return

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.assign(session, self._desk, ticket, agent=form.who.user, to=to, now=now)

        await self._submitted(session, form, act, now)

    async def _edit(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        values = {name.partition(".")[0]: value for name, value in form.fields.items()}
        category, sub = str(values.get("category")), str(values.get("subcategory"))
        priority, agent = str(values.get("priority")), form.who.user

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            self._desk.content.step(priority)
            if (category, sub) != (ticket.category, ticket.subcategory):
                await tickets.recategorize(
                    session, self._desk, ticket, agent=agent, category=category, sub=sub, now=now
                )
            if priority != ticket.priority:
                await tickets.reprioritize(
                    session, self._desk, ticket, agent=agent, priority=priority, now=now
                )

        await self._submitted(session, form, act, now)

    async def _snooze(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        spans = {str(int(span.total_seconds())): span for span in self._desk.content.snoozes}
        chosen = str(form.fields.get("span"))

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            span = spans[chosen]
            await tickets.snooze(session, self._desk, ticket, agent=form.who.user, span=span, now=now)

        await self._submitted(session, form, act, now)

    async def _hand_over(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        reason = str(form.fields.get("reason") or "").strip() or None

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.hand_over(session, self._desk, ticket, agent=form.who.user, reason=reason, now=now)

        await self._submitted(session, form, act, now)

    async def _merge(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        into = str(form.fields.get("into") or "")

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.merge(session, self._desk, ticket, agent=form.who.user, into=into, now=now)

        await self._submitted(session, form, act, now)

    async def _submitted(
        self, session: AsyncSession, form: Submitted, act: Act, now: datetime, words: str = ""
    ) -> None:
        await self._acting.act(
            session, form, number(unpack(form.metadata).get("ticket")), act, now, words=words
        )


def _said(form: Submitted, now: datetime) -> Said:
    """The modal's words."""
    texts = [value for name, value in form.fields.items() if is_text(name)]
    return Said(key=form.key, author=form.who.user, text=str((texts or [""])[0] or "").strip(), at=now)
