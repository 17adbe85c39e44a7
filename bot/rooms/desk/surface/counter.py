"""What the desk's surfaces share: whom they may ask, and how they say no."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import enqueue
from bot.messages import Who, is_dm
from bot.render import Message
from bot.rooms.desk.content import UnknownChoiceError
from bot.rooms.desk.room import Desk, DeskError, MergeError, TakenError, UnknownTicketError
from bot.rooms.desk.states import ImpossibleError
from bot.rooms.desk.tables import Ticket
from bot.rooms.desk.tickets import SPECIALISTS
from bot.store import Store


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a person when a ticket is opened; all of it may be missing.

    `figures` are what they told of themselves: an agent sees them only where the person says so.
    """

    zone: str | None = None
    address: str | None = None
    account: str | None = None
    verdicts: tuple[dict[str, Any], ...] = field(default=())
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counter:
    """The desk and those whom its surfaces ask.

    `is_agent` says whether somebody may act on tickets, `is_specialist` whether on those of the specialists'
    queue, `about` what is known of a person (it may take long),
    `answer` what is said to an intent, `title` an intent's title (None where there is no such intent),
    `category` the ticket category that fits it, `community` whether the community can be asked instead.
    """

    desk: Desk
    store: Store
    clock: Callable[[], datetime]
    is_agent: Callable[[Who], Awaitable[bool]]
    is_specialist: Callable[[Who], Awaitable[bool]]
    about: Callable[[Who, datetime], Awaitable[About]]
    answer: Callable[[str, Who, datetime], Awaitable[Message]]
    title: Callable[[str], str | None]
    category: Callable[[str], str]
    community: Callable[[], bool] = lambda: False

    async def may_work(self, who: Who, ticket: Ticket | None) -> bool:
        """Whether somebody may act on a ticket: an agent on all, a specialist on the specialists'."""
        if await self.is_agent(who):
            return True
        theirs = ticket is not None and ticket.queue == SPECIALISTS and ticket.team == who.team
        return theirs and await self.is_specialist(who)


def refusal(error: Exception, ticket: Ticket | None) -> dict[str, Any]:
    """What desk/refused.j2 needs to say why something was refused."""
    said: dict[str, Any] = {
        "why": "gone",
        "number": ticket.number if ticket is not None else "",
        "action": "",
        "ticket_state": "",
        "by": "",
        "words": "",
    }
    match error:
        case ImpossibleError():
            return {**said, "why": "impossible", "action": error.action, "ticket_state": error.state.value}
        case TakenError():
            return {**said, "why": "taken", "by": error.by}
        case MergeError():
            return {**said, "why": "merge"}
        case UnknownTicketError():
            return {**said, "why": "unknown"}
        case _:
            return said


NOT_AGENT: Mapping[str, Any] = {
    "why": "not_agent",
    "number": "",
    "action": "",
    "ticket_state": "",
    "by": "",
    "words": "",
}

REFUSALS = (DeskError, ImpossibleError, UnknownChoiceError)
"""What a use case raises when it refuses; what it had begun to change is taken back."""


async def tell_alone(
    session: AsyncSession,
    counter: Counter,
    template: str,
    context: Mapping[str, Any],
    *,
    user: str,
    key: str,
    now: datetime,
    channel: str | None = None,
    thread: str | None = None,
) -> None:
    """Say something that only this person sees: in the channel they acted in, else in their DM."""
    message = counter.desk.renderer.message(template, context)
    if channel is None or is_dm(channel):
        payload = {"user": user, **message}
        await enqueue(session, key=f"told:{key}", kind="slack.dm", payload=payload, now=now)
        return
    payload = {"channel": channel, "user": user, "thread_ts": thread, **message}
    await enqueue(session, key=f"told:{key}", kind="slack.ephemeral", payload=payload, now=now)
