"""What every surface works with."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.asking.conversation import Conversation
from bot.render import Renderer
from bot.roles import Roles
from bot.settings import Settings
from bot.slack.inbox import Inbox
from bot.store import Store
from bot.surfaces import Surfaces

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Identity:
    """Who we are in the workspace; filled from `auth.test` before anything is served."""

    team: str = ""
    user: str = ""
    bot: str = ""


@dataclass(slots=True)
class Front:
    """The rooms behind Slack's surfaces."""

    settings: Settings
    clock: Callable[[], datetime]
    store: Store
    inbox: Inbox
    conversation: Conversation
    renderer: Renderer
    surfaces: Surfaces
    client: AsyncWebClient
    roles: Roles
    identity: Identity = field(default_factory=Identity)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def ours(self, team: str | None) -> bool:
        """Whether something comes from the workspace that we serve."""
        return team is None or not self.identity.team or team == self.identity.team

    def team_of(self, installed: str, own: object) -> str:
        """The team that somebody is counted to: another's people in a shared channel are never ours."""
        return str(own) if isinstance(own, str) and own and not self.ours(own) else installed

    def team_in(self, body: Mapping[str, Any]) -> str:
        """The team of whoever pressed or sent something; their own where Slack names no workspace."""
        own = (body.get("user") or {}).get("team_id")
        return self.team_of(str((body.get("team") or {}).get("id") or own or ""), own)

    def soon(self, name: str, doing: Coroutine[Any, Any, None]) -> None:
        """Do what waits for Slack, beside the acknowledgement. It is not stored: a person asks again."""
        task = asyncio.create_task(_logged(name, doing), name=name)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settled(self) -> None:
        """Return when nothing of that is under way any more."""
        while self._under_way:
            await asyncio.wait(self._under_way)


async def _logged(name: str, doing: Coroutine[Any, Any, None]) -> None:
    try:
        await doing
    except Exception as error:
        log.warning("not_shown", what=name, exc_info=error)
