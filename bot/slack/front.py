"""What every surface works with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.asking.conversation import Conversation
from bot.render import Renderer
from bot.settings import Settings
from bot.slack.inbox import Inbox
from bot.store import Store
from bot.surfaces import Surfaces


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
    identity: Identity = field(default_factory=Identity)

    def ours(self, team: str | None) -> bool:
        """Whether something comes from the workspace that we serve."""
        return team is None or not self.identity.team or team == self.identity.team
