"""What a Slack workspace holds: people, messages, views, files. The stand-in's methods read and change it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from bot.playground.people import People


@dataclass(slots=True)
class Call:
    """A call that reached the stand-in, whatever became of it: `answer` is empty where there was none.

    `at` is when it came, in the seconds of `time.perf_counter`.
    """

    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)
    at: float = field(default_factory=perf_counter)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What lets the app open one modal: whose act it came from, and when."""

    user: str
    at: datetime


class State:
    """One workspace's state.

    `clock` gives the time of messages, `wall` the time that requests are signed at: the app's check of
    signatures reads the real one. `pace`, if set, refuses posts that follow each other more quickly in one
    channel, as Slack does. `team` and `token` are whose workspace it is and what the app speaks with.
    `scopes` is what the token may do, as each answer's header tells; None: all.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        wall: Callable[[], datetime] | None = None,
        signing_secret: str = "stand-in-signing-secret",  # noqa: S107 - it guards nothing but a stand-in
        pace: timedelta | None = None,
        scopes: Collection[str] | None = None,
        team: str = "T0LAUREL",
        token: str = "xoxb-stand-in",  # noqa: S107 - no secret
    ) -> None:
        self.clock = clock
        self.wall = wall or clock
        self.scopes = scopes
        self.pace = pace
        self.signing_secret = signing_secret
        self.team = team
        self.name = "Laurel"
        self.enterprise: str | None = None  # the organisation that the app is installed in as a whole
        self.code = f"code-{team}"  # what an admin's consent gives the app
        self.installer = "U0ADMIN"
        self.refresh: str | None = None  # the refresh token, where tokens are rotated
        self.revoked: set[str] = set()  # tokens that are taken no more
        self.bot_user = "U0LAUREL"
        self.bot_id = "B0LAUREL"
        self.token = token
        self.deleted: set[str] = set()  # the ts of messages that their authors deleted
        self.people = People(self.bot_user)
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)  # channel -> oldest first
        self.ephemerals: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}  # view id -> view, as it was last set
        self.opened: list[dict[str, Any]] = []  # every view opened or pushed, in order
        self.triggers: dict[str, Trigger] = {}
        self.spent: set[str] = set()  # triggers that have opened a modal
        self.stacks: dict[str, list[str]] = defaultdict(list)  # user -> ids of the open modals, topmost last
        self.homes: dict[str, dict[str, Any]] = {}  # user -> view
        self.files: dict[str, dict[str, Any]] = {}
        self.statuses: list[dict[str, Any]] = []
        self.prompts: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.api_url = ""
        self._last_ts = 0
        self._number = 0
        self._last_post: dict[str, datetime] = {}

    @property
    def upload_url(self) -> str:
        """Where file contents are sent."""
        return self.api_url.removesuffix("api/") + "upload/"

    def posted(self, channel: str | None = None, *, by_bot: bool = True) -> list[dict[str, Any]]:
        """The bot's messages (or everybody's) in `channel`, or in all, oldest first, deleted ones not."""
        found = self.messages[channel] if channel else [m for log in self.messages.values() for m in log]
        return [message for message in found if not by_bot or message.get("bot_id") == self.bot_id]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of `method`, in order."""
        return [call.arguments for call in self.calls if call.method == method]

    def new_ts(self) -> str:
        """The time as Slack writes it; no two are the same, and they ascend."""
        self._last_ts = max(self._last_ts + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        """An id such as Slack gives: a letter and a number that ascends."""
        self._number += 1
        return f"{letter}{self._number:08d}"

    def new_trigger(self, user: str) -> str:
        """A trigger that somebody's act gives the app."""
        trigger = self.new_id("T")
        self.triggers[trigger] = Trigger(user, self.clock())
        return trigger

    def message(self, channel: str, ts: str) -> dict[str, Any] | None:
        """The message, if it is there."""
        return next((message for message in self.messages[channel] if message["ts"] == ts), None)

    def too_soon(self, channel: str) -> bool:
        """Whether a post to `channel` comes before its pace allows; if not, the time is noted."""
        now = self.clock()
        last = self._last_post.get(channel)
        if self.pace is not None and last is not None and now - last < self.pace:
            return True
        self._last_post[channel] = now
        return False
