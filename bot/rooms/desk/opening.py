"""Opening a ticket: it, its card, the message to the person, the timer and the mail, all or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking import missed
from bot.delivery import outbox
from bot.messages import Who
from bot.rooms.desk import cards, search, sla
from bot.rooms.desk.background import background
from bot.rooms.desk.forms import TicketForm
from bot.rooms.desk.numbers import new_number
from bot.rooms.desk.room import Desk, zone_of
from bot.rooms.desk.states import Action, State
from bot.rooms.desk.tables import Side, Ticket, TicketEvent
from bot.rooms.desk.threads import open_person_thread, say
from knowledge.calendar import Calendar, Hours

_TRANSCRIPT_LINES = 20  # as much of the conversation as an agent reads
_TRIES = 50  # new numbers until a free one is found: of 20.5 million, one in 2,000 is taken at 10,000 tickets


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ticket begins with. `key` names the submission: the same one twice is one ticket.

    `transcript` is the conversation so far ({role, text, at}), `intents` what was matched in it ({intent,
    guess: whether it was not sure}), `verdicts` the person's verdicts as JSON,
    `figures` what they told of themselves and let the agents see, `account` the account's status
    in the records, `queue` whose ticket it is from the beginning (None: the desk's), `met_by` who is there
    for the person already (None: somebody will come).
    """

    key: str
    who: Who
    form: TicketForm
    opened_by: str
    zone: str | None = None
    transcript: Sequence[dict[str, Any]] = ()
    intents: Sequence[dict[str, Any]] = ()
    verdicts: Sequence[dict[str, Any]] = ()
    figures: Sequence[str] = ()
    account: str | None = None
    follows_id: int | None = None
    queue: str | None = None
    met_by: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """When a ticket will be looked at and answered, on the desk's clock and on the person's.

    `opens` is None while the desk is open. `mine` is False where the person's clock shows the same or is
    unknown; then the `your_…` moments are not worth telling.
    """

    opens: datetime | None
    your_opens: datetime | None
    due: datetime
    your_due: datetime
    mine: bool
    zone_title: str
    hours: tuple[Hours, ...]


def expected(calendar: Calendar, due: datetime, zone: str | None, now: datetime) -> Expected:
    """The promise for a ticket whose first reply is due at `due`. Pure."""
    theirs = zone_of(zone)
    opens = None if calendar.is_open(now) else calendar.local(calendar.next_open(now))
    local_due = calendar.local(due)
    your_due = local_due if theirs is None else due.astimezone(theirs)
    return Expected(
        opens=opens,
        your_opens=None if opens is None else opens.astimezone(theirs or opens.tzinfo),
        due=local_due,
        your_due=your_due,
        mine=your_due.utcoffset() != local_due.utcoffset(),
        zone_title=calendar.zone_title,
        hours=calendar.hours(),
    )


async def open_ticket(session: AsyncSession, desk: Desk, opening: Opening, now: datetime) -> Ticket:
    """The ticket for this submission, opened now unless it was before."""
    found = await session.execute(select(Ticket).where(col(Ticket.origin) == opening.key))
    known = found.scalar_one_or_none()
    if known is not None:
        return known
    ticket = _ticket(desk, opening, await _free_number(session, desk), now)
    session.add(ticket)
    await session.flush()
    session.add(
        TicketEvent(
            ticket_id=ticket.key,
            at=now,
            actor=opening.who.user,
            action=Action.OPEN.value,
            to_state=State.NEW.value,
            detail={"by": opening.opened_by},
        )
    )
    await missed.before_ticket(session, opening.who, now)
    sla.follow(ticket, desk.content, desk.calendar, now)
    await sla.arm(session, desk, ticket, now)
    await search.begin(session, ticket)
    await cards.post(session, desk, ticket, now)
    await _tell(session, desk, ticket, opening.met_by, now)
    return ticket


def _ticket(desk: Desk, opening: Opening, number: str, now: datetime) -> Ticket:
    """The row; its times are set by the SLA."""
    form = opening.form
    return Ticket(
        number=number,
        origin=opening.key,
        opened_by=opening.opened_by,
        team=opening.who.team,
        person=opening.who.user,
        zone=opening.zone,
        transcript=list(opening.transcript)[-_TRANSCRIPT_LINES:],
        intents=list(opening.intents),
        verdicts=list(opening.verdicts),
        figures=list(opening.figures),
        account=opening.account,
        state=State.NEW.value,
        priority=desk.content.priority_of(form.category, form.subcategory),
        desk_channel=desk.channel,
        queue=opening.queue,
        follows_id=opening.follows_id,
        opened_at=now,
        changed_at=now,
        first_reply_due=now,
        **form.model_dump(),
    )


async def _tell(session: AsyncSession, desk: Desk, ticket: Ticket, met_by: str | None, now: datetime) -> None:
    """The background in the card's thread, the message to the person, the mail to them."""
    context = await opened_context(session, desk, ticket, now)
    known = {"background": background(ticket, context["follows"])}
    message = desk.renderer.message("desk/background.j2", known)
    if message["blocks"]:
        key = f"ticket:{ticket.key}:background"
        await say(
            session,
            ticket,
            Side.DESK,
            key=key,
            message=message,
            now=now,
            order="0",
            shares=bool(ticket.files),
        )
    template = "replies/ticket_opened.j2" if met_by is None else "replies/ticket_met.j2"
    greeting = desk.renderer.message(template, {**context, "met_by": met_by})
    await open_person_thread(session, ticket, greeting, now)
    await _send_receipt(session, desk, ticket, context, now)


async def opened_context(session: AsyncSession, desk: Desk, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """What the message and the mail about a new ticket say."""
    follows = None
    if ticket.follows_id is not None:
        earlier = await session.get(Ticket, ticket.follows_id)
        follows = None if earlier is None else earlier.number
    return {
        "card": cards.card(desk, ticket),
        "expected": expected(desk.calendar, ticket.first_reply_due, ticket.zone, now),
        "reopen_days": desk.content.reopen_days,
        "follows": follows,
    }


async def _send_receipt(
    session: AsyncSession, desk: Desk, ticket: Ticket, context: dict[str, Any], now: datetime
) -> None:
    if ticket.contact is None:
        return
    subject, _, text = desk.renderer.text("desk/receipt_mail.j2", context).partition("\n")
    await outbox.enqueue(
        session,
        key=f"ticket:{ticket.key}:receipt",
        kind="mail",
        payload={"to": ticket.contact, "subject": subject.strip(), "text": text.strip()},
        lane=f"ticket:{ticket.key}:mail",
        now=now,
    )


async def _free_number(session: AsyncSession, desk: Desk) -> str:
    for _ in range(_TRIES):
        number = new_number(desk.numbers)
        taken = await session.execute(select(col(Ticket.id)).where(col(Ticket.number) == number))
        if taken.scalar_one_or_none() is None:
            return number
    raise RuntimeError("no free ticket number was found; is the source of numbers random?")
