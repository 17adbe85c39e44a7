"""What a room can bring to the house, and what it is given. Whoever adds a room reads this first.

A room is one folder of bot/rooms. Its contract.py has `room(house)`, which builds it and returns a `Room`;
`bot.app.ROOMS` lists them. Rooms do not import each other: what one needs of another it asks the `House`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.conversation import Conversation
from bot.asking.kinds import Answer, Notice, OwnFigures
from bot.asking.question import Resources
from bot.delivery.doing import Continuation, Handler, Parked, Sender
from bot.delivery.upkeep import Part
from bot.delivery.workers import Delivery
from bot.files import Files
from bot.messages import Who
from bot.render import Renderer
from bot.roles import Places, Profiles, Role, Roles
from bot.settings import Settings
from bot.store import Store
from bot.store.kept import Kept
from bot.surfaces import Surfaces
from bot.watch.metrics import Gauge


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is done with a room's jobs, each by the kind of job.

    `handle`: inside the transaction that finishes the job. `send`: outside of any, for what takes long or
    goes elsewhere. `after`: what follows a job whose payload says `then`. `parked`: told of jobs that failed
    for good.
    """

    handle: Mapping[str, Handler] = field(default_factory=dict)
    send: Mapping[str, Sender] = field(default_factory=dict)
    after: Mapping[str, Continuation] = field(default_factory=dict)
    parked: tuple[Parked, ...] = ()

    def register(self, delivery: Delivery) -> None:
        """Have `delivery` do them."""
        for kind, handler in self.handle.items():
            delivery.handle(kind, handler)
        for kind, sender in self.send.items():
            delivery.send(kind, sender)
        for name, follow in self.after.items():
            delivery.after(name, follow)
        for tell in self.parked:
            delivery.parked(tell)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's account on the marketplace, as a ticket shows it; empty where no record says."""

    status: str | None = None
    verdicts: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """All that a room can bring; a room names what it has and leaves out the rest.

    - `answers`: kind of reply -> its function.
    - `own`: judges what askers tell of themselves.
    - `notices`: what may stand below any answer.
    - `surfaces`: its controls, forms, commands, shortcuts and home tabs.
    - `jobs`: what is done later.
    - `upkeep`: what it forgets in time, by name.
    - `gauges`: figures for whoever watches.
    - `kept`: what it keeps of one person, for who asks to see it.
    - `forget`: deletes what it keeps of one person.
    - `spared`: beginnings of lanes whose parked jobs stay until the room itself forgets them.
    - `account`: somebody's account on the marketplace.
    - `figures`: what somebody told of themselves, a line each, for whom they let see it.
    - `begin`: schedules what happens by itself, when the house starts to serve.
    - `close`: lets go of what it holds, when the house closes.
    - `facade`: what commands and tests may ask it directly.
    """

    name: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    own: OwnFigures | None = None
    notices: tuple[Notice, ...] = ()
    surfaces: Surfaces = field(default_factory=Surfaces)
    jobs: tuple[Jobs, ...] = ()
    upkeep: Mapping[str, Part] = field(default_factory=dict)
    gauges: Callable[[AsyncSession], Awaitable[Sequence[Gauge]]] | None = None
    kept: Callable[[AsyncSession, Who], Awaitable[Kept]] | None = None
    forget: Callable[[AsyncSession, Who], Awaitable[None]] | None = None
    spared: tuple[str, ...] = ()
    account: Callable[[Who, datetime], Awaitable[Account]] | None = None
    figures: Callable[[Who, datetime], Awaitable[Sequence[str]]] | None = None
    begin: Callable[[AsyncSession, datetime], Awaitable[None]] | None = None
    close: Callable[[], Awaitable[None]] | None = None
    facade: object | None = None


@dataclass(slots=True)
class House:
    """What a room is given. `mail`: None where no mail server is set; `rooms`: all, once they are built."""

    settings: Settings
    clock: Callable[[], datetime]
    store: Store
    resources: Resources
    renderer: Renderer
    conversation: Conversation
    roles: Roles
    profiles: Profiles
    places: Places
    files: Files
    mail: Sender | None = None
    rooms: list[Room] = field(default_factory=list)

    def has(self, role: Role) -> Callable[[Who], Awaitable[bool]]:
        """Whether somebody has that role."""

        async def has_role(who: Who) -> bool:
            return role in await self.roles.of(who)

        return has_role

    async def account(self, who: Who, now: datetime) -> Account:
        """Somebody's account on the marketplace, as the first room that knows says."""
        for room in self.rooms:
            if room.account is not None:
                return await room.account(who, now)
        return Account()

    async def figures(self, who: Who, now: datetime) -> Sequence[str]:
        """What somebody told of themselves, a line each. Nobody else may see it without their yes."""
        return [line for room in self.rooms if room.figures for line in await room.figures(who, now)]

    async def forget(self, session: AsyncSession, who: Who) -> None:
        """Have every room delete what it keeps of one person."""
        for room in self.rooms:
            if room.forget is not None:
                await room.forget(session, who)
