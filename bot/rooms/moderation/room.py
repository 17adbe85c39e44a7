"""What the moderators' surfaces share: whom they may ask, where they write, and how they say no."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.conversation import Conversation
from bot.delivery.outbox import enqueue
from bot.messages import Who
from bot.render import Renderer
from bot.rooms.moderation.published import Published
from bot.store import Store
from bot.surfaces import View

TEXT_LIMIT = 1200  # characters of a message that a view carries along


@dataclass(frozen=True, slots=True)
class Moderation:
    """The moderators' room.

    `approvals` is how many moderators beside the author it takes to publish (0 or 1), `channel` where the
    moderators are told of what waits for them (None: each in their own DM).
    """

    conversation: Conversation
    published: Published
    store: Store
    renderer: Renderer
    may: Callable[[Who], Awaitable[bool]]
    approvals: int
    channel: str | None

    def day(self, now: datetime) -> date:
        """The day that it is in the house's time zone."""
        return now.astimezone(self.conversation.resources.zone).date()

    async def tell(
        self,
        session: AsyncSession,
        template: str,
        context: Mapping[str, Any],
        *,
        user: str,
        key: str,
        now: datetime,
    ) -> None:
        """Say something to one person in their DM, once per `key`."""
        payload = {"user": user, **self.renderer.message(template, context)}
        lane = f"moderation:{user}"
        await enqueue(session, key=f"told:{key}", kind="slack.dm", payload=payload, lane=lane, now=now)

    async def tell_all(
        self,
        session: AsyncSession,
        template: str,
        context: Mapping[str, Any],
        *,
        user: str,
        key: str,
        now: datetime,
        then: Mapping[str, Any] | None = None,
    ) -> None:
        """Say something in the moderators' channel, or to `user` where there is none."""
        if self.channel is None:
            await self.tell(session, template, context, user=user, key=key, now=now)
            return
        payload = {"channel": self.channel, **self.renderer.message(template, context), **(then or {})}
        await enqueue(session, key=f"told:{key}", kind="slack.post", payload=payload, now=now)

    async def refuse(self, session: AsyncSession, user: str, key: str, now: datetime) -> None:
        """Say that this is the moderators'."""
        await self.tell(session, "moderation/refused.j2", {"words": ""}, user=user, key=key, now=now)


REFUSED = View("moderation/refused_modal.j2", {"words": ""})
"""What somebody without the role sees in place of a modal."""


def field(fields: Mapping[str, Any], name: str) -> Any:
    """What the input block `name` holds; a block that was drawn anew has a number behind `#`."""
    found = [value for block, value in fields.items() if block.partition("#")[0] == name]
    return found[-1] if found else None
