"""The agents' side of the desk: the card's buttons and their modals. Only the role `agent` may act.

Each form carries the ticket in its metadata; what is refused is said to the agent alone, with the words that
were not sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.desk import tickets
from bot.desk.cards import card
from bot.desk.room import UnknownTicketError, by_id
from bot.desk.said import Said
from bot.desk.states import Action
from bot.desk.tables import Ticket, TicketEvent
from bot.messages import Who
from bot.slack.counter import NOT_AGENT, REFUSALS, Counter, pack, refusal, tell_alone, unpack
from bot.surfaces import Pressed, Submitted, Surfaces, View

log = structlog.get_logger(__name__)

Act = Callable[[AsyncSession, Ticket], Awaitable[Any]]
_EVENTS = 40  # of the history, as many as a modal shows well


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A modal of the card: its template and the action that must be possible for it to open."""

    template: str
    action: Action


DIALOGUES: Mapping[str, Dialogue] = {
    "reply": Dialogue("agents/reply_modal.j2", Action.REPLY),
    "ask": Dialogue("agents/reply_modal.j2", Action.ASK),
    "note": Dialogue("agents/note_modal.j2", Action.NOTE),
    "resolve": Dialogue("agents/resolve_modal.j2", Action.RESOLVE),
    "assign": Dialogue("agents/assign_modal.j2", Action.ASSIGN),
    "edit": Dialogue("agents/edit_modal.j2", Action.RECATEGORIZE),
    "snooze": Dialogue("agents/snooze_modal.j2", Action.SNOOZE),
    "hand_over": Dialogue("agents/hand_over_modal.j2", Action.HAND_OVER),
    "merge": Dialogue("agents/merge_modal.j2", Action.MERGE),
}


class AgentSurface:
    """Takes what begins with `ticket.` on cards, and the forms that follow."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk

    def register(self, surfaces: Surfaces) -> None:
        """Take the card's buttons, its menu, and the modals' forms."""
        surfaces.presses |= {"ticket.claim": self._claim, "ticket.reopen_press": self._reopen}
        surfaces.openers |= {
            "ticket.reply": self._open_by_button,
            "ticket.note": self._open_by_button,
            "ticket.resolve": self._open_by_button,
            "ticket.more": self._open_by_menu,
        }
        surfaces.updates |= {"ticket.macro": self._with_macro, "ticket.edit_category": self._with_category}
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

    # Modals

    async def _open_by_button(self, pressed: Pressed, now: datetime) -> View:
        del now
        return await self._modal(pressed.who, pressed.action.partition(".")[2], int(pressed.value))

    async def _open_by_menu(self, pressed: Pressed, now: datetime) -> View:
        del now
        what, _, ticket_id = pressed.value.partition(":")
        return await self._modal(pressed.who, what, int(ticket_id))

    async def _modal(self, who: Who, what: str, ticket_id: int) -> View:
        async with self._counter.store.read() as session:
            ticket = await session.get(Ticket, ticket_id)
            if not await self._counter.may_work(who, ticket):
                return View("agents/refused_modal.j2", NOT_AGENT)
            if ticket is None:
                return View("agents/refused_modal.j2", refusal(UnknownTicketError(), None))
            if what == "history":
                return View("agents/history_modal.j2", await self._history(session, ticket))
        dialogue = DIALOGUES[what]
        shown = card(self._desk, ticket)
        if dialogue.action not in shown.can:
            said = {"why": "impossible", "number": ticket.number, "action": dialogue.action.value}
            return View("agents/refused_modal.j2", {**NOT_AGENT, **said, "ticket_state": ticket.state})
        return View(dialogue.template, self._context(ticket, what))

    def _context(self, ticket: Ticket, what: str, **chosen: Any) -> dict[str, Any]:
        content = self._desk.content
        return {
            "card": card(self._desk, ticket),
            "what": what,
            "metadata": pack(ticket=ticket.key, what=what),
            "macros": [(macro.title, macro.id) for macro in content.macros],
            "macro": None,
            "text": None,
            "reasons": [(reason.title, reason.id) for reason in content.reasons],
            "categories": [(category.title, category.id) for category in content.categories],
            "category": content.known_category(ticket.category),
            "subcategory": ticket.subcategory,
            "priorities": [(priority.title, priority.id) for priority in content.priorities],
            "snoozes": [(span.total_seconds() / 3600, int(span.total_seconds())) for span in content.snoozes],
            **chosen,
        }

    async def _history(self, session: AsyncSession, ticket: Ticket) -> dict[str, Any]:
        found = await session.execute(
            select(TicketEvent)
            .where(col(TicketEvent.ticket_id) == ticket.key)
            .order_by(col(TicketEvent.id).desc())
            .limit(_EVENTS)
        )
        local = self._desk.calendar.local
        events = [
            {"at": local(e.at), "actor": e.actor, "action": e.action, "state": e.to_state, "reason": e.reason}
            for e in found.scalars()
        ]
        return {"number": ticket.number, "events": events}

    async def _with_macro(self, pressed: Pressed, now: datetime) -> View | None:
        """The reply's modal with a macro's text in it, to be sent as it is or changed."""
        del now
        metadata = unpack(pressed.metadata)
        async with self._counter.store.read() as session:
            ticket = await session.get(Ticket, metadata.get("ticket"))
        if ticket is None:
            return None
        macro = self._desk.content.macro(pressed.value)
        words = macro.filled(
            person=f"<@{ticket.person}>",
            number=ticket.number,
            category=self._desk.content.known_category(ticket.category).title,
            agent=f"<@{pressed.who.user}>",
        )
        what = "ask" if macro.asks else metadata.get("what", "reply")
        return View(DIALOGUES[what].template, self._context(ticket, what, macro=macro.id, text=words))

    async def _with_category(self, pressed: Pressed, now: datetime) -> View | None:
        """The modal for category and priority, with the subcategories of the one just chosen."""
        del now
        async with self._counter.store.read() as session:
            ticket = await session.get(Ticket, unpack(pressed.metadata).get("ticket"))
        if ticket is None:
            return None
        category = self._desk.content.known_category(pressed.value)
        return View(DIALOGUES["edit"].template, self._context(ticket, "edit", category=category))

    # Acts

    async def _claim(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.claim(session, self._desk, ticket, agent=pressed.who.user, now=now)

        await self._act(session, pressed, int(pressed.value), act, now)

    async def _reopen(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.reopen(session, self._desk, ticket, actor=pressed.who.user, now=now)

        await self._act(session, pressed, int(pressed.value), act, now)

    async def _reply(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        said = _said(form, now)
        asks = unpack(form.metadata).get("what") == "ask"

        async def act(session: AsyncSession, ticket: Ticket) -> None:
            await tickets.answer(session, self._desk, ticket, said, now=now, asks=asks)

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
        if not to or not await self._counter.is_agent(Who(form.who.team, to)):
            await self._refuse(session, form, {**NOT_AGENT, "why": "no_agent"}, now)
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
        seconds = int(str(form.fields.get("span") or 0))
        span = next(s for s in self._desk.content.snoozes if int(s.total_seconds()) == seconds)

        async def act(session: AsyncSession, ticket: Ticket) -> None:
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
        await self._act(session, form, int(unpack(form.metadata)["ticket"]), act, now, words=words)

    async def _act(
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
                await self._refuse(session, came, {**NOT_AGENT, "words": words}, now)
                return
            ticket = await by_id(session, ticket_id)
            await act(session, ticket)
        except REFUSALS as error:
            context = {**refusal(error, ticket), "words": words}
            await self._refuse(session, came, context, now, ticket)

    async def _refuse(
        self,
        session: AsyncSession,
        came: Pressed | Submitted,
        context: Mapping[str, Any],
        now: datetime,
        ticket: Ticket | None = None,
    ) -> None:
        await tell_alone(
            session,
            self._counter,
            "agents/refused.j2",
            context,
            user=came.who.user,
            key=came.key,
            now=now,
            channel=None if ticket is None else ticket.desk_channel,
            thread=None if ticket is None else ticket.desk_thread,
        )


def _said(form: Submitted, now: datetime) -> Said:
    """The modal's words. A macro changes the block's id behind the dot, so that Slack takes its text."""
    texts = [value for name, value in form.fields.items() if name.partition(".")[0] == "text"]
    return Said(key=form.key, author=form.who.user, text=str((texts or [""])[0] or "").strip(), at=now)
