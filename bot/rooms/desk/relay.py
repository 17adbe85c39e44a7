"""The relay: what is said in a ticket's two threads is carried over, in order and once.

What the person writes goes to the desk. What an agent writes stays there, unless it begins with the marker
or comes from the Reply button. An edit never turns a remark into an answer; taking the marker away takes
the answer back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery import outbox
from bot.messages import Who
from bot.rooms.desk import tickets
from bot.rooms.desk.changes import change, is_reopenable
from bot.rooms.desk.forms import TicketForm
from bot.rooms.desk.opening import Opening, open_ticket
from bot.rooms.desk.room import Desk, by_desk_thread, by_id, by_person_thread
from bot.rooms.desk.said import Said, at_source, carry_over, keep, known, revise
from bot.rooms.desk.states import ACTIVE, Action, State
from bot.rooms.desk.tables import Side, Ticket, TicketMessage
from bot.rooms.desk.thanks import only_thanks, thanked
from bot.rooms.desk.threads import desk_root, person_root

_SKEW = timedelta(minutes=10)  # how far our clock and Slack's may be apart

FOLLOW_UP = "follow_up"
"""How a ticket was opened that follows one which is over."""


async def find_thread(session: AsyncSession, channel: str, thread: str) -> tuple[Ticket, Side] | None:
    """The ticket (locked) that a thread belongs to, and whose thread it is."""
    ticket = await by_person_thread(session, channel, thread)
    if ticket is not None:
        return ticket, Side.PERSON
    ticket = await by_desk_thread(session, channel, thread)
    return None if ticket is None else (ticket, Side.DESK)


async def may_become_ours(session: AsyncSession, who: Who, channel: str, thread: str) -> bool:
    """Whether a thread that is nobody's may be that of a ticket whose first message is still on its way.

    Slack may have posted it already while its answer is awaited, or was lost and is being looked for.
    """
    begun = datetime.fromtimestamp(float(thread), UTC) + _SKEW
    mine = (col(Ticket.team) == who.team, col(Ticket.person) == who.user, col(Ticket.person_thread).is_(None))
    desks = (col(Ticket.desk_channel) == channel, col(Ticket.desk_thread).is_(None))
    for place, root in ((mine, person_root), (desks, desk_root)):
        found = await session.execute(select(col(Ticket.id)).where(*place, col(Ticket.opened_at) <= begun))
        keys = [root(ticket_id) for ticket_id in found.scalars() if ticket_id is not None]
        if keys and await outbox.any_waiting(session, keys):
            return True
    return False


async def wrote(
    session: AsyncSession, desk: Desk, found: tuple[Ticket, Side], said: Said, now: datetime
) -> Ticket | None:
    """Somebody wrote in one of the ticket's threads; None when that was known.

    Returns the ticket it went to, which is a new one where the old one is over. Raises ImpossibleError when
    an agent's answer cannot go out.
    """
    ticket, side = found
    if await known(session, said.key) is not None:
        return None
    if side is Side.PERSON:
        return await person_wrote(session, desk, ticket, said, now)
    words = _marked(desk, said.text, said.files)
    if words is None:
        await keep(session, ticket, Side.DESK, said, shared=False)
    else:
        await tickets.answer(session, desk, ticket, replace(said, text=words), now=now)
    return ticket


async def person_wrote(
    session: AsyncSession, desk: Desk, ticket: Ticket, said: Said, now: datetime
) -> Ticket:
    """The person's words go to the desk; they open a resolved ticket again, or begin the next one.

    Words that only acknowledge leave a ticket that is over as it is.
    """
    if only_thanks(desk, ticket, said):
        await thanked(session, desk, ticket, said, now)
        return ticket
    if State(ticket.state) not in ACTIVE and not is_reopenable(desk, ticket, now):
        return await _follow_up(session, desk, ticket, said, now)
    reopened = ticket.state == State.RESOLVED
    await change(session, desk, ticket, Action.WRITE, actor=said.author, now=now)
    message = await keep(session, ticket, Side.PERSON, said, shared=True)
    await carry_over(session, desk, ticket, message, now)
    if reopened:
        await tickets.tell_reopened(session, desk, ticket, actor=said.author, now=now, written=True)
    return ticket


async def edited(
    session: AsyncSession,
    desk: Desk,
    found: tuple[Ticket, Side],
    before: Said,
    *,
    text: str,
    edited_ts: str,
    now: datetime,
) -> None:
    """A message was edited. `before` is the message as it was, in case the edit overtook it on its way."""
    message = await _original(session, desk, found, before, now)
    if message is None or message.deleted or edited_ts <= (message.edited_ts or ""):
        return
    message.edited_ts = edited_ts
    ticket = await by_id(session, message.ticket_id)
    if message.side == Side.DESK and message.shared:
        words = _marked(desk, text, message.files)
        await revise(session, desk, ticket, message, text=words or "", deleted=words is None, now=now)
    elif text != message.text:
        await revise(session, desk, ticket, message, text=text, deleted=False, now=now)
        if message.side == Side.PERSON and not only_thanks(desk, ticket, replace(before, text=text)):
            await _no_thanks_any_more(session, desk, ticket, before, now)


async def _no_thanks_any_more(
    session: AsyncSession, desk: Desk, ticket: Ticket, before: Said, now: datetime
) -> None:
    """Thanks that were edited into a real word open the ticket after all."""
    if only_thanks(desk, ticket, before) and is_reopenable(desk, ticket, now):
        await change(session, desk, ticket, Action.WRITE, actor=before.author, now=now)
        await tickets.tell_reopened(session, desk, ticket, actor=before.author, now=now, written=True)


async def deleted(
    session: AsyncSession, desk: Desk, found: tuple[Ticket, Side], before: Said, *, now: datetime
) -> None:
    """A message was deleted: its copy says so. One that arrives after its deletion is not carried over."""
    ticket, side = found
    message = None if before.channel is None else await at_source(session, before.channel, before.ts or "")
    if message is None:
        if await known(session, before.key) is None:
            await keep(session, ticket, side, before, shared=False, deleted=True)
        return
    if not message.deleted:
        ticket = await by_id(session, message.ticket_id)
        await revise(session, desk, ticket, message, text="", deleted=True, now=now)


async def _original(
    session: AsyncSession, desk: Desk, found: tuple[Ticket, Side], before: Said, now: datetime
) -> TicketMessage | None:
    channel, ts = before.channel or "", before.ts or ""
    message = await at_source(session, channel, ts)
    if message is None:
        await wrote(session, desk, found, before, now)
        message = await at_source(session, channel, ts)
    return message


async def _follow_up(session: AsyncSession, desk: Desk, ticket: Ticket, said: Said, now: datetime) -> Ticket:
    """The next ticket, which points back; what is written in the old thread afterwards goes there, too."""
    found = await session.execute(
        select(col(Ticket.id))
        .where(col(Ticket.follows_id) == ticket.key, col(Ticket.active).is_(True))
        .order_by(col(Ticket.id).desc())
        .limit(1)
    )
    following = found.scalar_one_or_none()
    if following is not None:
        return await person_wrote(session, desk, await by_id(session, following), said, now)
    form = TicketForm(
        category=desk.content.known_category(ticket.category).id,
        subcategory=ticket.subcategory,
        details=said.text,
        files=list(said.files),
        contact=ticket.contact,
    )
    opening = Opening(
        key=f"follow:{said.key}",
        who=Who(ticket.team, ticket.person),
        form=form,
        opened_by=FOLLOW_UP,
        zone=ticket.zone,
        intents=ticket.intents,
        verdicts=ticket.verdicts,
        figures=ticket.figures,
        account=ticket.account,
        follows_id=ticket.key,
        queue=ticket.queue,
    )
    new = await open_ticket(session, replace(desk, channel=ticket.desk_channel), opening, now)
    await keep(session, new, Side.PERSON, said, shared=False)
    return new


def is_answer(desk: Desk, said: Said) -> bool:
    """Whether this, said in the desk's thread, is meant for the person."""
    return _marked(desk, said.text, said.files) is not None


def _marked(desk: Desk, text: str, files: Sequence[Mapping[str, Any]]) -> str | None:
    """The words behind the marker; None where an agent's message has none, or nothing to send with it."""
    head = text.lstrip()
    if not head.startswith(desk.marker):
        return None
    words = head.removeprefix(desk.marker).strip()
    return words if words or files else None
