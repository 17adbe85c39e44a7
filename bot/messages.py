"""What passes between the rooms of the application: who asked what where, and what is replied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


def is_dm(channel: str) -> bool:
    """Whether a channel id is that of a direct message."""
    return channel.startswith("D")


class Surface(StrEnum):
    """Where a question was asked; it decides who may see the reply."""

    DM = "dm"
    CHANNEL = "channel"
    COMMAND = "command"
    HOME = "home"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Who:
    """A Slack user: team and user id ("T…", "U…")."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Where:
    """A place in Slack: the channel id, the thread to reply in and the message's own ts, if it has one."""

    channel: str
    surface: Surface
    thread: str | None = None
    ts: str | None = None

    @property
    def lane(self) -> str:
        """The conversation that replies leave in order in."""
        return f"{self.channel}:{self.thread or ''}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it arrived.

    `key` names the message (team, channel, ts): whatever arrives twice has the same key and happens once.
    `direct` holds where an intent and its slots are known already, as from a button: nothing is matched then.
    `freelancer` names whose record counts, where somebody at the keyboard says so (never from Slack).
    """

    text: str
    who: Who
    where: Where
    key: str
    at: datetime
    mentioned: bool = True
    direct: str | None = None
    files: tuple[str, ...] = ()
    freelancer: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A template and what it says; `private` goes to the asker alone wherever it was asked.

    `own`: it shows what the asker told of themselves. Of such a reply only the first line is written down, so
    that nobody who reads a conversation later (an agent, with a ticket) sees more without the asker's yes.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    private: bool = False
    own: bool = False
