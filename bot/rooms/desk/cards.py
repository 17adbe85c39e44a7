"""A ticket's card in the desk's channel: posted once, kept up to date in place, and its thread's root."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.rooms.desk.content import Category, Priority, Subcategory
from bot.rooms.desk.room import Desk, by_id
from bot.rooms.desk.states import ACTIVE, OUR_TURN, Action, State, allowed
from bot.rooms.desk.tables import NEVER, Side, Ticket
from bot.rooms.desk.threads import desk_root, lane_of

POSTED = "desk.card_posted"
ACTIVE_ACCOUNT = "active"
"""The standing of an account that nobody needs to be told of."""


class Button(StrEnum):
    """A button of a card; its action is `ticket.` and the value."""

    CLAIM = "claim"
    REPLY = "reply"
    NOTE = "note"
    RESOLVE = "resolve"
    REOPEN = "reopen_press"


class More(StrEnum):
    """What a card's menu offers; its value names the ticket, too."""

    ASK = "ask"
    ASSIGN = "assign"
    EDIT = "edit"
    SNOOZE = "snooze"
    HAND_OVER = "hand_over"
    MERGE = "merge"
    HISTORY = "history"


class Holder(StrEnum):
    """Who has a ticket."""

    AGENT = "agent"
    SPECIALISTS = "specialists"
    NOBODY = "nobody"


BUTTONS: Mapping[Button, Action] = {
    Button.CLAIM: Action.CLAIM,
    Button.REPLY: Action.REPLY,
    Button.NOTE: Action.NOTE,
    Button.RESOLVE: Action.RESOLVE,
    Button.REOPEN: Action.REOPEN,
}
"""In the order in which they stand."""
LISTED = frozenset({Button.CLAIM, Button.REPLY, Button.RESOLVE})
"""Those that a ticket has in a list."""
MENU: Mapping[More, Action | None] = {
    More.ASK: Action.ASK,
    More.ASSIGN: Action.ASSIGN,
    More.EDIT: Action.RECATEGORIZE,
    More.SNOOZE: Action.SNOOZE,
    More.HAND_OVER: Action.HAND_OVER,
    More.MERGE: Action.MERGE,
    More.HISTORY: None,
}
"""In the order in which they stand; what needs no action can always be chosen."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a template needs to know about a ticket. Moments are on the desk's wall clock.

    `account` is how the person's account stands, where that is worth saying.
    """

    number: str
    ticket_id: int
    person: str
    state: State
    category: Category
    subcategory: Subcategory
    priority: Priority
    details: str
    files: list[dict[str, Any]]
    assignee: str | None
    queue: str | None
    account: str | None
    opened: datetime
    due: datetime | None
    late: bool
    snoozed_until: datetime | None
    resolution: str | None
    merged: bool
    can: frozenset[Action]
    team: str
    channel: str
    thread: str | None

    @property
    def holder(self) -> Holder:
        """Who has it."""
        if self.assignee:
            return Holder.AGENT
        return Holder.SPECIALISTS if self.queue else Holder.NOBODY

    @property
    def claimable(self) -> bool:
        """Whether an agent can take it; what somebody has is given by assigning it."""
        return Action.CLAIM in self.can and not self.assignee

    @property
    def answerable(self) -> bool:
        """Whether the agent who has it can answer."""
        return self.holder is Holder.AGENT and Action.REPLY in self.can

    @property
    def over(self) -> bool:
        """Whether nobody has to do anything any more."""
        return self.state not in ACTIVE

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What can be done at once."""
        can = self.can if self.claimable else self.can - {Action.CLAIM}
        return tuple(button for button, action in BUTTONS.items() if action in can)

    @property
    def listed_buttons(self) -> tuple[Button, ...]:
        """The same in a list of tickets."""
        return tuple(button for button in self.buttons if button in LISTED)

    @property
    def menu(self) -> tuple[More, ...]:
        """What else can be done."""
        return tuple(item for item, action in MENU.items() if action is None or action in self.can)

    @property
    def expected(self) -> datetime | None:
        """Until when the person hears from the desk; None where it is not the desk's turn."""
        return self.due if self.state in OUR_TURN else None


def card(desk: Desk, ticket: Ticket) -> Card:
    """The ticket as templates see it. What the content no longer knows is shown as "something else"."""
    category = desk.content.known_category(ticket.category)
    sub = next((s for s in category.subcategories if s.id == ticket.subcategory), category.subcategories[-1])
    local = desk.calendar.local
    reasons = {reason.id: reason.title for reason in desk.content.reasons}
    return Card(
        number=ticket.number,
        ticket_id=ticket.key,
        person=ticket.person,
        state=State(ticket.state),
        category=category,
        subcategory=sub,
        priority=desk.content.step(ticket.priority),
        details=ticket.details,
        files=ticket.files,
        assignee=ticket.assignee,
        queue=ticket.queue,
        account=None if ticket.account == ACTIVE_ACCOUNT else ticket.account or None,
        opened=local(ticket.opened_at),
        due=local(ticket.due_at) if ticket.due_at < NEVER else None,
        late=ticket.first_reply_breached_at is not None or ticket.resolution_breached_at is not None,
        snoozed_until=None if ticket.snoozed_until is None else local(ticket.snoozed_until),
        resolution=None if ticket.resolution is None else reasons.get(ticket.resolution, ticket.resolution),
        merged=ticket.merged_into_id is not None,
        can=allowed(State(ticket.state)),
        team=ticket.team,
        channel=ticket.desk_channel,
        thread=ticket.desk_thread,
    )


async def post(session: AsyncSession, desk: Desk, ticket: Ticket, now: datetime) -> None:
    """Put the card into the channel; the thread's other messages wait for it in its lane."""
    message = desk.renderer.message("desk/card.j2", {"card": card(desk, ticket)})
    payload = {
        "channel": ticket.desk_channel,
        **message,
        "then": POSTED,
        "ref": {"ticket": ticket.key, "version": ticket.card_version},
    }
    await outbox.enqueue(
        session,
        key=desk_root(ticket.key),
        kind="slack.post",
        payload=payload,
        lane=lane_of(ticket, Side.DESK),
        now=now,
    )


async def posted(session: AsyncSession, desk: Desk, job: Job, result: dict[str, Any], now: datetime) -> None:
    """The card is there: its thread can be used, and what changed meanwhile is shown."""
    ticket = await by_id(session, job.payload["ref"]["ticket"])
    ticket.desk_channel = result["channel"]
    ticket.desk_thread = result["ts"]
    if ticket.card_version != job.payload["ref"]["version"]:
        await refresh(session, desk, ticket, now)


async def refresh(session: AsyncSession, desk: Desk, ticket: Ticket, now: datetime) -> None:
    """Show the ticket as it is now. An update that still waits is replaced: only the latest is sent."""
    previous = f"card:{ticket.key}:{ticket.card_version}"
    ticket.card_version += 1
    if ticket.desk_thread is None:
        return
    await outbox.cancel(session, previous)
    message = desk.renderer.message("desk/card.j2", {"card": card(desk, ticket)})
    await outbox.enqueue(
        session,
        key=f"card:{ticket.key}:{ticket.card_version}",
        kind="slack.update",
        payload={"channel": ticket.desk_channel, "ts": ticket.desk_thread, **message},
        lane=f"ticket:{ticket.key}:card",
        now=now,
    )
