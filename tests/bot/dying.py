"""A house that is killed with SIGKILL at a step of its work, in a process of its own."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from multiprocessing import get_context
from typing import Any

from bot.content import Content
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.settings import Settings
from tests.bot.way import open_way
from tests.clock import Clock

Function = Callable[..., Awaitable[Any]]
Death = tuple[object, str, bool]
"""Where to die: whose function, its name, and whether after it."""

KILLED = -signal.SIGKILL


async def live(
    slack: Workspace,
    settings: Settings,
    content: Content,
    *requests: SlackRequest,
    now: datetime,
    death: Death | None = None,
) -> int:
    """A process takes the requests and works them off, or dies; its exit code."""
    process = get_context("fork").Process(
        target=_house, args=(slack, settings, content, (now, requests, death))
    )
    process.start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(process.sentinel, ended.set)
    await asyncio.wait_for(ended.wait(), 60)
    asyncio.get_running_loop().remove_reader(process.sentinel)
    process.join()
    assert process.exitcode is not None
    return process.exitcode


class Life:
    """A house whose processes live and die behind one workspace."""

    def __init__(self, slack: Workspace, settings: Settings, content: Content, clock: Clock) -> None:
        self.slack, self.settings, self.content, self.clock = slack, settings, content, clock

    async def is_killed(self, *requests: SlackRequest, at: Death) -> None:
        """A process takes the requests and dies there; what it held is free again afterwards."""
        code = await live(self.slack, self.settings, self.content, *requests, now=self.clock(), death=at)
        assert code == KILLED
        self.clock.forward(minutes=5)

    async def goes_on(self, *requests: SlackRequest) -> None:
        """The next process takes them."""
        assert await live(self.slack, self.settings, self.content, *requests, now=self.clock()) == 0


def _house(
    slack: Workspace,
    settings: Settings,
    content: Content,
    life: tuple[datetime, Sequence[SlackRequest], Death | None],
) -> None:
    now, requests, death = life
    if death is not None:
        whose, name, after = death
        setattr(whose, name, _deadly(getattr(whose, name), after=after))
    asyncio.run(_take(slack, settings, content, now, requests))


def _deadly(function: Function, *, after: bool) -> Function:
    async def deadly(*args: Any, **kwargs: Any) -> None:
        if after:
            await function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return deadly


async def _take(
    slack: Workspace, settings: Settings, content: Content, now: datetime, requests: Sequence[SlackRequest]
) -> None:
    async with open_way(slack, settings, content, Clock(now)) as way:
        for request in requests:
            answer = await way.send(request)
            assert answer.status_code == 200
        await way.laurel.delivery.drain()
