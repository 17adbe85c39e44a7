"""A ticket's card in the desk's channel: posted once, kept up to date in place, and its thread's root."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.rooms.desk.content import Category, Priority, Subcategory
from bot.rooms.desk.room import Desk, by_id
from bot.rooms.desk.states import Action, State, allowed
from bot.rooms.desk.tables import NEVER, Side, Ticket
from bot.rooms.desk.threads import desk_root, lane_of

POSTED = "desk.card_posted"


@dataclass(frozen=True, slots=True)
class Card:
    """What a template needs to know about a ticket. Moments are on the desk's wall clock."""

    number: str
    ticket_id: int
    person: str
    state: State
    category: Category
    subcategory: Subcategory
    priority: Priority
    details: str
    files: list[dict[str, Any]]
    contact: str | None
    assignee: str | None
    queue: str | None
    intents: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    figures: list[str]
    transcript: list[dict[str, Any]]
    account: str | None
    opened: datetime
    due: datetime | None
    late: bool
    snoozed_until: datetime | None
    resolution: str | None
    knowledge_link: str | None
    follows: int | None
    merged: bool
    can: frozenset[Action]
    team: str
    channel: str
    thread: str | None


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
        contact=ticket.contact,
        assignee=ticket.assignee,
        queue=ticket.queue,
        intents=ticket.intents,
        verdicts=ticket.verdicts,
        figures=ticket.figures,
        transcript=ticket.transcript,
        account=ticket.account,
        opened=local(ticket.opened_at),
        due=local(ticket.due_at) if ticket.due_at < NEVER else None,
        late=ticket.first_reply_breached_at is not None or ticket.resolution_breached_at is not None,
        snoozed_until=None if ticket.snoozed_until is None else local(ticket.snoozed_until),
        resolution=None if ticket.resolution is None else reasons.get(ticket.resolution, ticket.resolution),
        knowledge_link=ticket.knowledge_link,
        follows=ticket.follows_id,
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
