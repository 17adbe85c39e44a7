"""The scene that the page plays in: one at a time, with its clock, its way to the app, and its notes."""

import asyncio
import datetime as dt
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from bot.content import Content
from bot.playground.browser.courier import Courier
from bot.playground.browser.tracing import Tracer
from bot.playground.samples import samples
from bot.playground.scene import Scene, real_time, scene
from bot.serving import wrong
from bot.slack.web import EVENTS, web_app

OFFICE = dt.time(10)
"""The time of a day that is named without one: the desk is there."""


class MovableClock:
    """The machine's time, moved by `offset`."""

    def __init__(self, offset: dt.timedelta = dt.timedelta(0)) -> None:
        self.offset = offset

    def __call__(self) -> dt.datetime:
        """The time of the playground."""
        return real_time() + self.offset

    def move_to(self, moment: dt.datetime) -> None:
        """From now on it is `moment`."""
        self.offset = moment - real_time()


@dataclass(frozen=True, slots=True)
class Act:
    """A scene with what plays in it."""

    clock: MovableClock
    scene: Scene
    courier: Courier
    tracer: Tracer
    app: ASGIApp


class Stage:
    """Plays one scene after the other; content is read once. `zone` is the house's time zone."""

    def __init__(self, address: Callable[[], str]) -> None:
        self.number = int(real_time().timestamp())
        self._address = address
        self.zone = ZoneInfo("UTC")
        self._content: Content | None = None
        self._open = AsyncExitStack()
        self._act: Act | None = None
        self._turn = asyncio.Lock()

    @property
    def act(self) -> Act:
        """What plays now."""
        assert self._act is not None, "begin() was awaited"
        return self._act

    @property
    def offset(self) -> dt.timedelta:
        """How far the scene's time is from the machine's."""
        return self.act.clock.offset

    async def settled(self) -> None:
        """Wait while one scene gives place to the next."""
        async with self._turn:
            return

    async def begin(self) -> None:
        """A fresh scene in the place of the one that plays, on the same day."""
        async with self._turn:
            await self._begin(dt.timedelta(0) if self._act is None else self.offset)

    async def move_to(self, moment: dt.datetime | None) -> None:
        """Another day, or today (None). Onward the scene goes on with new records; back it starts anew."""
        async with self._turn:
            clock, playing = self.act.clock, self.act.scene
            if moment is None or moment < clock():
                await self._begin(dt.timedelta(0) if moment is None else moment - real_time())
                return
            clock.move_to(moment)
            await playing.bring_in(samples(clock().date()))
            playing.laurel.delivery.wake()
            await playing.slack.touched()

    async def close(self) -> None:
        """End the scene."""
        await self._open.aclose()

    def moment(self, text: str) -> dt.datetime:
        """A day, or a day with a time in the house's zone. Raises ValueError."""
        if len(text) <= len("2026-01-01"):
            return dt.datetime.combine(dt.date.fromisoformat(text), OFFICE, self.zone)
        named = dt.datetime.fromisoformat(text)
        return named if named.tzinfo is not None else named.replace(tzinfo=self.zone)

    async def _begin(self, offset: dt.timedelta) -> None:
        await self._open.aclose()
        if self._content is None:
            self._content = await asyncio.to_thread(Content.read, _cache())
        stack = AsyncExitStack()
        clock = MovableClock(offset)
        playing = await stack.enter_async_context(scene(clock=clock, content=self._content))
        tracer = Tracer()
        tracer.follow(playing.laurel)
        http = await stack.enter_async_context(httpx.AsyncClient())
        courier = Courier(http, self._address() + EVENTS, playing.slack)
        stack.push_async_callback(courier.close)
        self._open = stack
        door = web_app(playing.house, lambda: wrong(playing.laurel), playing.slack.signing_secret)
        self._act = Act(clock, playing, courier, tracer, door)
        self.zone = playing.laurel.settings.zone
        self.number += 1
        looking = asyncio.create_task(self._look_always(self._act), name="playground-look")
        stack.push_async_callback(_ended, looking)

    async def _look_always(self, act: Act) -> None:
        """Whenever the app told Slack something, look whether the workspace's settings are others since."""
        act.tracer.unheard = asyncio.current_task()
        version = act.scene.slack.version
        while True:
            version = await act.scene.slack.changed_since(version)
            async with self._turn:
                with suppress(SQLAlchemyError, OSError):  # the next change looks again
                    await act.scene.house.look()
                act.tracer.follow(act.scene.laurel)
                self.zone = act.scene.laurel.settings.zone


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _cache() -> Any:
    from bot.settings import Settings

    return Settings.read().cache
