"""Who somebody is in Slack: their profile, and whether they are an agent, a moderator or a specialist.

A role comes from being a member of a Slack group or channel, never from saying so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from bot.messages import Who
from bot.settings import Settings

FRESH = 300.0  # seconds for which the members are taken as read
USABLE = 3600.0  # seconds for which they still count while Slack cannot be asked
PAUSE = 30.0  # seconds between two attempts while Slack cannot be asked
PATIENCE = 1.5  # seconds for which a question of ours waits for Slack; Slack itself waits three for us

_log = structlog.get_logger(__name__)


class Role(StrEnum):
    """What somebody may do beyond asking for themselves."""

    AGENT = "agent"
    MODERATOR = "moderator"
    SPECIALIST = "specialist"


MAY_LOOK = (Role.AGENT, Role.MODERATOR)
"""The roles that may see another's record."""


class MembersUnknownError(Exception):
    """Slack could not say who is in a group or channel."""


class Members(Protocol):
    """Who is in a user group ("S…") or channel ("C…"), asked from Slack."""

    async def of(self, place: str) -> Collection[str]:
        """The user ids. Raises MembersUnknownError."""


class Places(Members, Protocol):
    """Groups and channels, asked from Slack."""

    async def joined(self, channel: str) -> bool:
        """Whether we are in a channel. Raises MembersUnknownError where we cannot see it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a user. `address` is None where Slack has none or has not confirmed it.

    `admin`: whether they administer the workspace.
    """

    address: str | None = None
    zone: str | None = None
    admin: bool = False


class Profiles(Protocol):
    """Slack's users."""

    async def of(self, who: Who) -> Profile | None:
        """The profile, None where Slack has no such user or cannot be asked now."""


Departed = Callable[[str], Awaitable[bool]]
"""Whether Slack deactivated a user."""


class Roles:
    """Roles by membership: `places` names, for each role, the groups and channels whose members have it.

    Members are asked for again after a while. While Slack cannot be asked, or is slow to answer, the last
    answer counts for an hour, then nobody has a role: it is better to turn an agent away than to let a former
    one look.
    """

    def __init__(
        self,
        members: Members,
        places: Mapping[Role, Sequence[str]],
        clock: Callable[[], float],
        *,
        fresh: float = FRESH,
        usable: float = USABLE,
        patience: float = PATIENCE,
    ) -> None:
        self._members = members
        self.ours: Callable[[str], bool] | None = None
        self.departed: Departed | None = None
        self._places = {role: tuple(named) for role, named in places.items()}
        self._clock = clock
        self._fresh = fresh
        self._usable = usable
        self._patience = patience
        self._known: dict[Role, frozenset[str]] = {}
        self._read_at = float("-inf")
        self._tried_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def of(self, who: Who) -> frozenset[Role]:
        """The roles of `who` now."""
        if not self.at_home(who.team):
            return frozenset()
        held = frozenset(role for role, users in (await self._current()).items() if who.user in users)
        if held and self.departed is not None and await self.departed(who.user):
            return frozenset()
        return held

    def counts(self, place: object) -> bool:
        """Whether who is in that group or channel decides about a role."""
        return any(place in named for named in self._places.values())

    def at_home(self, team: str) -> bool:
        """Whether a team is ours: in a shared channel, people of another have no role whatever it is."""
        return self.ours is None or self.ours(team)

    async def holders(self, role: Role) -> frozenset[str]:
        """The user ids of all who have `role`."""
        return (await self._current()).get(role, frozenset())

    def forget(self) -> None:
        """Ask again next time, as after Slack told of a change."""
        self._read_at = self._tried_at = float("-inf")

    async def _current(self) -> Mapping[Role, frozenset[str]]:
        now = self._clock()
        waiting = self._asking is not None and not self._asking.done()
        if not waiting and now - self._read_at >= self._fresh and now - self._tried_at >= PAUSE:
            self._tried_at = now
            self._asking = asyncio.create_task(self._refresh(now), name="roles")
            waiting = True
        if waiting and self._asking is not None:
            left = max(0.0, self._tried_at + self._patience - now)
            await asyncio.wait({self._asking}, timeout=left)
        return self._known if now - self._read_at < self._usable else {}

    async def _refresh(self, now: float) -> None:
        try:
            self._known = await self._read()
            self._read_at = now
        except MembersUnknownError as error:
            _log.warning("roles could not be refreshed", reason=str(error))

    async def _read(self) -> dict[Role, frozenset[str]]:
        places = sorted({place for named in self._places.values() for place in named})
        members = {place: frozenset(await self._members.of(place)) for place in places}
        return {
            role: frozenset().union(*(members[place] for place in named))
            for role, named in self._places.items()
        }


def places(settings: Settings) -> dict[Role, list[str]]:
    """Whose members have which role."""
    named = {
        Role.AGENT: (settings.agent_group, settings.agent_channel),
        Role.MODERATOR: (settings.moderator_group, settings.moderator_channel),
        Role.SPECIALIST: (settings.specialist_group, settings.specialist_channel),
    }
    return {role: [place for place in places if place] for role, places in named.items()}
