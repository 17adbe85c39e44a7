"""The modals of the agents' card: opened if the ticket allows what they are for, changed while they are open.

Each carries the ticket in its metadata, with what it began as and the home tab it was opened from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.messages import Surface
from bot.rooms.desk import macros
from bot.rooms.desk.cards import card
from bot.rooms.desk.room import Desk, UnknownTicketError
from bot.rooms.desk.states import Action
from bot.rooms.desk.surface.counter import NOT_AGENT, Counter, refusal
from bot.rooms.desk.tables import Ticket, TicketEvent
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, pack, unpack

_EVENTS = 40  # of the history, as many as a modal shows well
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A modal of the card: its template and the action that must be possible for it to open."""

    template: str
    action: Action


DIALOGUES: Mapping[str, Dialogue] = {
    "reply": Dialogue("desk/reply_modal.j2", Action.REPLY),
    "ask": Dialogue("desk/reply_modal.j2", Action.ASK),
    "note": Dialogue("desk/note_modal.j2", Action.NOTE),
    "resolve": Dialogue("desk/resolve_modal.j2", Action.RESOLVE),
    "assign": Dialogue("desk/assign_modal.j2", Action.ASSIGN),
    "edit": Dialogue("desk/edit_modal.j2", Action.RECATEGORIZE),
    "snooze": Dialogue("desk/snooze_modal.j2", Action.SNOOZE),
    "hand_over": Dialogue("desk/hand_over_modal.j2", Action.HAND_OVER),
    "merge": Dialogue("desk/merge_modal.j2", Action.MERGE),
}


class AgentModals:
    """Opens what the card's buttons and its menu open, and checks what is typed there."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._desk = counter.desk

    def register(self, surfaces: Surfaces) -> None:
        """Take the card's buttons that open something, and what changes it."""
        surfaces.openers |= {
            "ticket.reply": self._open_by_button,
            "ticket.note": self._open_by_button,
            "ticket.resolve": self._open_by_button,
            "ticket.more": self._open_by_menu,
        }
        surfaces.updates |= {"ticket.macro": self._with_macro, "ticket.edit_category": self._with_category}
        surfaces.checks |= {
            "ticket.reply": self._checked_reply,
            "ticket.note": self._checked_words,
            "ticket.resolve": self._checked_link,
        }

    async def _open_by_button(self, pressed: Pressed, now: datetime) -> View:
        del now
        return await self._modal(pressed, pressed.action.partition(".")[2], number(pressed.value))

    async def _open_by_menu(self, pressed: Pressed, now: datetime) -> View:
        del now
        what, _, ticket_id = pressed.value.partition(":")
        return await self._modal(pressed, what, number(ticket_id))

    async def _modal(self, pressed: Pressed, what: str, ticket_id: int) -> View:
        async with self._counter.store.read() as session:
            ticket = await session.get(Ticket, ticket_id)
            if not await self._counter.may_work(pressed.who, ticket):
                return View("desk/refused_modal.j2", NOT_AGENT)
            if ticket is None:
                return View("desk/refused_modal.j2", refusal(UnknownTicketError(), None))
            if what == "history":
                return View("desk/history_modal.j2", await self._history(session, ticket))
        dialogue = DIALOGUES[what]
        shown = card(self._desk, ticket)
        if dialogue.action not in shown.can:
            said = {"why": "impossible", "number": ticket.number, "action": dialogue.action.value}
            return View("desk/refused_modal.j2", {**NOT_AGENT, **said, "ticket_state": ticket.state})
        kept = {"ticket": ticket.key, "begun": what, "home": tab_of(pressed)}
        return View(dialogue.template, await self._context(ticket, what, kept))

    async def _context(
        self, ticket: Ticket, what: str, kept: Mapping[str, Any], **chosen: Any
    ) -> dict[str, Any]:
        """`kept` stays with the modal while it is open: the ticket, what it began as, the tab behind it."""
        content = self._desk.content
        async with self._counter.store.read() as session:
            ready = await macros.choices(session, content, ticket.team)
        return {
            "card": card(self._desk, ticket),
            "what": what,
            "metadata": pack(**{**kept, "what": what}),
            "macros": ready,
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

    async def _ticket(self, metadata: Mapping[str, Any]) -> Ticket | None:
        """The ticket that an open modal is about."""
        async with self._counter.store.read() as session:
            return await session.get(Ticket, number(metadata.get("ticket")))

    async def _with_macro(self, pressed: Pressed, now: datetime) -> View | None:
        """The reply's modal with a macro's text in it, to be sent as it is or changed."""
        del now
        metadata = unpack(pressed.metadata)
        ticket = await self._ticket(metadata)
        if ticket is None:
            return None
        async with self._counter.store.read() as session:
            macro = await macros.find(session, self._desk.content, ticket.team, pressed.value)
        words = macro.filled(**placeholders(self._desk, ticket, pressed.who.user))
        what = "ask" if macro.asks else metadata.get("begun", "reply")
        context = await self._context(ticket, what, metadata, macro=macro.id, text=words)
        return View(DIALOGUES[what].template, context)

    async def _with_category(self, pressed: Pressed, now: datetime) -> View | None:
        """The modal for category and priority, with the subcategories of the one just chosen."""
        del now
        metadata = unpack(pressed.metadata)
        ticket = await self._ticket(metadata)
        if ticket is None:
            return None
        category = self._desk.content.known_category(pressed.value)
        context = await self._context(ticket, "edit", metadata, category=category)
        return View(DIALOGUES["edit"].template, context)

    async def _checked_words(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        """Blanks are no words; Slack takes them for some."""
        del now
        blanks = [
            name for name, value in form.fields.items() if is_text(name) and not str(value or "").strip()
        ]
        return {name: self._mistake("missing") for name in blanks}

    async def _checked_reply(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        """As other words; and a reply to be saved needs room in the menu."""
        title = macros.title_in(form.fields)
        async with self._counter.store.read() as session:
            full = bool(title) and await macros.is_full(session, form.who.team, title)
        return {**await self._checked_words(form, now), **({"save": self._mistake("full")} if full else {})}

    async def _checked_link(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        """The person gets the link, so it must be one."""
        del now
        link = str(form.fields.get("link") or "").strip()
        return {"link": self._mistake("no_link")} if link and not _LINK.fullmatch(link) else {}

    def _mistake(self, what: str) -> str:
        return self._desk.renderer.text("desk/mistake.j2", {"what": what})


def placeholders(desk: Desk, ticket: Ticket, agent: str) -> dict[str, str]:
    """What a ready reply's placeholders stand for with this ticket."""
    return {
        "person": f"<@{ticket.person}>",
        "number": ticket.number,
        "category": desk.content.known_category(ticket.category).title,
        "agent": f"<@{agent}>",
    }


def is_text(block: str) -> bool:
    """Whether a block holds the words. A macro changes its id behind the dot: Slack keeps old words else."""
    return block.partition(".")[0] == "text"


def tab_of(came: Pressed | Submitted) -> str | None:
    """What the home tab showed that this came from, to show that again; None where it came from a card."""
    if isinstance(came, Submitted):
        tab = unpack(came.metadata).get("home")
        return None if tab is None else str(tab)
    return came.metadata if came.where.surface is Surface.HOME and came.view is None else None
