"""One workspace's house, opened anew when the workspace changes its settings."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot.app import Laurel, build
from bot.content import Content
from bot.delivery import Pacing
from bot.rooms.setup import own
from bot.serving import running
from bot.settings import Settings, SettingsError
from bot.slack.door import Answer, Request
from bot.slack.front import Identity
from bot.store import SchemaError, Store
from bot.store.sealing import SealError
from bot.store.serving import ServedError
from bot.watch.metrics import Metrics

log = structlog.get_logger(__name__)


class WorkspaceHouse:
    """A house that stands for as long as this does, whatever happens to its settings.

    `settings` are the operator's; what the workspace sets for itself stands in their place. `identity` is who
    we are there; None asks Slack.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        content: Content,
        clock: Callable[[], datetime],
        metrics: Metrics,
        identity: Identity | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        self._settings = settings
        self._content, self._clock, self._metrics, self._pacing = content, clock, metrics, pacing
        self._identity = identity
        self._stack: AsyncExitStack | None = None
        self._laurel: Laurel | None = None
        self._version: datetime | None = None
        self._turn = asyncio.Lock()  # one at a time opens or closes
        self._inside = 0
        self._left = asyncio.Condition()

    @property
    def laurel(self) -> Laurel:
        """The house as it stands now. Raises LookupError while there is none."""
        if self._laurel is None:
            raise LookupError("the house is not open")
        return self._laurel

    async def open(self) -> None:
        """Open it. Raises what `build` and `running` raise."""
        async with self._turn:
            await self._open()

    async def close(self) -> None:
        """Close it; whoever is inside leaves first."""
        async with self._turn:
            await self._close()

    async def look(self) -> None:
        """Open it anew where the workspace changed its settings, in whichever process that was.

        What could not be opened is tried again. Raises what `open` raises.
        """
        async with self._turn:
            if self._laurel is not None:
                async with self._laurel.store.read() as session:
                    if await own.version(session) == self._version:
                        return
            await self._close()
            await self._open()
        log.info("house.opened_anew")

    async def async_dispatch(self, req: Request) -> Answer:
        """Hand a request to the house; 503, so that Slack sends it again, where there is none."""
        if self._laurel is None:
            async with self._turn:  # somebody may be opening it
                pass
        if self._laurel is None:
            return Answer(status=503, body="")
        self._inside += 1
        try:
            return await self._laurel.bolt.async_dispatch(req)
        finally:
            self._inside -= 1
            async with self._left:
                self._left.notify_all()

    def use(self, token: str) -> None:
        """Speak to Slack with another token from now on, also when the house is opened anew."""
        self._settings = self._settings.model_copy(update={"slack_bot_token": SecretStr(token)})
        if self._laurel is not None:
            self._laurel.front.client.token = token

    async def _open(self) -> None:
        settings, version = await self._current()
        stack = AsyncExitStack()
        try:
            laurel = await stack.enter_async_context(
                build(
                    settings,
                    clock=self._clock,
                    content=self._content,
                    pacing=self._pacing,
                    metrics=self._metrics,
                )
            )
            await stack.enter_async_context(running(laurel, self._identity))
        except BaseException:
            await stack.aclose()
            raise
        self._stack, self._laurel, self._version = stack, laurel, version
        self._identity = laurel.front.identity  # it stays the same, and Slack need not be asked again

    async def _close(self) -> None:
        laurel, self._laurel = self._laurel, None
        if laurel is None or self._stack is None:
            return
        async with self._left:
            await self._left.wait_for(lambda: self._inside == 0)
        await self._stack.aclose()
        self._stack = None

    async def _current(self) -> tuple[Settings, datetime | None]:
        """The settings with what the workspace set, and when it did."""
        async with Store.opened(self._settings.database_url) as store, store.read() as session:
            values, version = await own.read(session), await own.version(session)
        try:
            return self._settings.over(values), version
        except SettingsError as error:
            # Another release may have taken what this one does not: better to serve with what it knows.
            log.error("settings.not_taken", lines=error.lines)  # noqa: TRY400 - the lines say it all
            return self._settings, version


async def looks(look: Callable[[], Awaitable[None]], stop: asyncio.Event, *, every: float) -> None:
    """Call `look` again and again until `stop`; what goes wrong once is tried again."""
    while not stop.is_set():
        try:
            await look()
        except (SettingsError, SchemaError, ServedError, SealError) as error:
            log.error("look.failed", why=str(error))  # noqa: TRY400 - it says it all
        except (SQLAlchemyError, OSError, LookupError) as error:
            log.warning("look.failed", error=type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), every)
        except TimeoutError:
            continue
