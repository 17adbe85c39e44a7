"""The two threads of a ticket, one with the person and one with the desk, and saying something in either.

What is said leaves in order: each thread is a lane, sorted by Slack's ts (or our own clock for the desk's
notices). Before a thread's root is posted nobody knows its ts; what is said until then is kept in the
lane behind the root (`LATER`) and goes out when the root is there.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.render import Message
from bot.rooms.desk.room import by_id
from bot.rooms.desk.tables import Side, Ticket

LATER = "desk.say"
LANES = "ticket:"
"""What the lane of everything about a ticket begins with."""
ROOT_POSTED = "desk.root_posted"


def stamp(at: datetime) -> str:
    """A moment in the form of Slack's ts, so that both sort together."""
    return f"{at.timestamp():.6f}"


def person_root(ticket_id: int) -> str:
    """The key of the message that the person's thread begins with."""
    return f"ticket:{ticket_id}:opened"


def desk_root(ticket_id: int) -> str:
    """The key of the card, which the desk's thread begins with."""
    return f"ticket:{ticket_id}:card"


def lane_of(ticket: Ticket, side: Side) -> str:
    """The lane in which a thread's messages leave."""
    return f"{LANES}{ticket.key}:{side.value}"


async def say(
    session: AsyncSession,
    ticket: Ticket,
    side: Side,
    *,
    key: str,
    message: Message,
    now: datetime,
    order: str | None = None,
    settle: timedelta = timedelta(0),
    then: str | None = None,
    ref: dict[str, Any] | None = None,
    shares: bool = False,
) -> bool:
    """Post a message in one of the ticket's threads; False when it was said already.

    `settle` holds a relayed message back for a moment, so that one it overtook on its way can go first.
    `shares`: it links to files that its readers are to see (bot/slack/sending.py).
    """
    payload: dict[str, Any] = dict(message)
    if then is not None:
        payload |= {"then": then, "ref": ref}
    if shares:
        payload["shares"] = True
    thread = ticket.person_thread if side is Side.PERSON else ticket.desk_thread
    channel = ticket.person_channel if side is Side.PERSON else ticket.desk_channel
    kind = "slack.post"
    if thread is None:
        payload = {"ticket": ticket.key, "side": side.value, "key": key, "say": payload}
        key, kind = f"{key}:later", LATER
    else:
        payload |= {"channel": channel, "thread_ts": thread}
    return await outbox.enqueue(
        session,
        key=key,
        kind=kind,
        payload=payload,
        lane=lane_of(ticket, side),
        order=order or stamp(now),
        due=now + settle,
        now=now,
    )


async def say_later(session: AsyncSession, job: Job, now: datetime) -> None:
    """The root before this job in its lane is posted, or was given up: say it now."""
    ticket = await by_id(session, job.payload["ticket"])
    side = Side(job.payload["side"])
    payload = dict(job.payload["say"])
    if side is Side.PERSON:
        channel, thread = ticket.person_channel, ticket.person_thread
    else:
        channel, thread = ticket.desk_channel, ticket.desk_thread
    if thread is not None:
        kind, payload = "slack.post", {**payload, "channel": channel, "thread_ts": thread}
    elif side is Side.PERSON:
        # The root could not be posted. Slack will say why here, too, and agents see it among what is parked.
        kind, payload = "slack.dm", {**payload, "user": ticket.person}
    else:
        kind, payload = "slack.post", {**payload, "channel": channel}
    await outbox.enqueue(
        session,
        key=job.payload["key"],
        kind=kind,
        payload=payload,
        lane=job.lane,
        order=job.order,
        now=now,
    )


async def open_person_thread(session: AsyncSession, ticket: Ticket, message: Message, now: datetime) -> None:
    """Send the person the ticket; the replies to it are the conversation with the desk."""
    await outbox.enqueue(
        session,
        key=person_root(ticket.key),
        kind="slack.dm",
        payload={"user": ticket.person, **message, "then": ROOT_POSTED, "ref": {"ticket": ticket.key}},
        lane=lane_of(ticket, Side.PERSON),
        now=now,
    )


async def root_posted(session: AsyncSession, job: Job, result: dict[str, Any]) -> None:
    """The person's thread begins with this message."""
    ticket = await by_id(session, job.payload["ref"]["ticket"])
    ticket.person_channel = result["channel"]
    ticket.person_thread = result["ts"]
