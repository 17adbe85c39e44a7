"""Serving: one workspace with its token, or all that Laurel was installed in from a link."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import Route

from bot.content import Content
from bot.delivery import Pacing
from bot.serving import figures, watched, wrong
from bot.settings import Settings
from bot.slack.installations import Installations
from bot.slack.listening import listen
from bot.slack.oauth import oauth_flow, oauth_routes
from bot.slack.rotation import rotated
from bot.slack.sending import slack_client, slack_session
from bot.slack.socket import Socket
from bot.slack.web import web_app
from bot.store import Store
from bot.store.engine import database_url
from bot.store.sealing import Seal
from bot.store.serving import alone
from bot.watch.metrics import Gauge, Metrics
from bot.workspaces.house import WorkspaceHouse, looks
from bot.workspaces.houses import Houses
from bot.workspaces.registry import Registry

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""How often is looked for what other processes changed: settings, installations, tokens."""


def clock() -> datetime:
    """The machine's clock: serving is the edge where it may be read."""
    return datetime.now(UTC)


async def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises SettingsError where something is missing or Slack refuses the token, and ContentError, SchemaError,
    ServedError.
    """
    settings.check_serving()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    content = await asyncio.to_thread(Content.read, settings.cache)
    if settings.slack_client_id is None:
        await _serve_one(settings, content, stop, host=host, port=port)
    else:
        await _serve_all(settings, content, stop, host=host, port=port)
    log.info("stopped")


async def _serve_one(
    settings: Settings, content: Content, stop: asyncio.Event, *, host: str, port: int
) -> None:
    metrics = Metrics()
    house = WorkspaceHouse(settings, content=content, clock=clock, metrics=metrics)
    await house.open()
    looking = asyncio.create_task(looks(house.look, stop, every=LOOK_SECONDS))
    socket = None
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        socket = Socket(house, token, base_url=settings.slack_api_url)

    async def ready() -> dict[str, str]:
        found = await wrong(house.laurel)
        return found if socket is None else {**found, **await socket.wrong()}

    async def counted() -> bytes:
        return await figures(house.laurel)

    try:
        async with watched(ready, counted, host, settings.watch_port):
            if socket is not None:
                await socket.run(stop)
            else:
                assert settings.slack_signing_secret is not None, "check_serving asks for it"
                secret = settings.slack_signing_secret.get_secret_value()
                await listen(web_app(house, ready, secret), host, port, stop)
    finally:
        stop.set()
        await looking
        await house.close()


async def _serve_all(
    settings: Settings, content: Content, stop: asyncio.Event, *, host: str, port: int
) -> None:
    assert settings.slack_signing_secret is not None, "check_serving asks for it"
    secret = settings.slack_signing_secret.get_secret_value()
    async with many(settings, content, Metrics()) as place:
        looking = asyncio.create_task(looks(place.houses.look, stop, every=LOOK_SECONDS))
        try:
            async with watched(place.ready, place.figures, host, settings.watch_port):
                door = web_app(place.houses, place.ready, secret, more=place.routes)
                await listen(door, host, port, stop)
        finally:
            stop.set()
            await looking


class Place:
    """All that a process serves where Laurel is installed from a link."""

    def __init__(self, houses: Houses, registry: Registry, metrics: Metrics, routes: Sequence[Route]) -> None:
        self.houses, self.registry, self.metrics = houses, registry, metrics
        self.routes = routes

    async def ready(self) -> dict[str, str]:
        """What is wrong, by workspace and part; empty where all is well."""
        try:
            async with self.registry.store.read() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return {"database": "does not answer"}
        found: dict[str, str] = {}
        for key, house in self.houses.open.items():
            found |= {f"{key} {part}": what for part, what in (await wrong(house.laurel)).items()}
        return found

    async def figures(self) -> bytes:
        """What this process counted, and the sum of all houses' figures where the database answers."""
        sums: dict[tuple[str, tuple[tuple[str, str], ...]], Gauge] = {}
        try:
            for house in self.houses.open.values():
                for one in await house.laurel.gauges():
                    at = (one.name, tuple(one.labels.items()))
                    before = sums[at].value if at in sums else 0.0
                    sums[at] = Gauge(one.name, one.about, before + one.value, one.labels)
        except (SQLAlchemyError, OSError):
            return self.metrics.text()
        return self.metrics.text(sums.values())


@asynccontextmanager
async def many(
    settings: Settings,
    content: Content,
    metrics: Metrics,
    *,
    clock: Callable[[], datetime] = clock,
    pacing: Pacing | None = None,
) -> AsyncIterator[Place]:
    """Every workspace's house, open while the context lasts. Raises SealError, SchemaError, ServedError."""
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(database_url(settings.database_url)))
        store = await stack.enter_async_context(Store.opened(settings.database_url))
        connections = slack_session()
        stack.push_async_callback(connections.close)
        client_id, _ = settings.app
        installations = Installations(client_id, store.writing, Seal(settings.keys))
        client = slack_client(None, settings.slack_api_url, session=connections, count=metrics.called)
        registry = Registry(store, installations, partial(rotated, client, settings))
        houses = Houses(settings, registry, content=content, clock=clock, metrics=metrics, pacing=pacing)
        flow = oauth_flow(
            settings, client, installations=installations, engine=store.writing, heard=houses.installed
        )
        stack.push_async_callback(houses.close)
        await houses.look()
        yield Place(houses, registry, metrics, oauth_routes(flow))
