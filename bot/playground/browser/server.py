"""Serves the page at once, while the house behind it is still being built."""

import asyncio
import errno
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from bot.playground.browser.desk import Desk

PAGE = Path(__file__).resolve().parents[1] / "page" / "built"
HOST = "127.0.0.1"
NAMES = [HOST, "localhost"]
POLICY = "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'"
"""The page loads nothing from elsewhere but pictures that a message names."""


class PortTakenError(Exception):
    """Somebody else listens there."""


class Playground:
    """The page's server. `address` is known once it listens."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.failed: Exception | None = None
        self._ready = asyncio.Event()
        self._desk: Desk | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.port}"

    async def desk(self) -> "Desk":
        """What answers the page, once the house is built. Raises what kept it from being built."""
        await self._ready.wait()
        if self.failed is not None:
            raise self.failed
        assert self._desk is not None, "it is ready and nothing failed"
        return self._desk

    async def build(self) -> None:
        """Build the house; importing it takes a while, and the page is served meanwhile."""
        try:
            open_desk = await asyncio.to_thread(_import_desk)
            self._desk = await open_desk(lambda: self.address)
        except Exception as error:
            self.failed = error
            raise
        finally:
            self._ready.set()

    async def close(self) -> None:
        """End what was built."""
        if self._desk is not None:
            await self._desk.stage.close()

    def app(self) -> ASGIApp:
        """The page, its calls, and the way in for the stand-in's events."""
        calls: list[tuple[str, str]] = [
            ("/play/events", "GET"),
            ("/play/file/{file}", "GET"),
            ("/play/happened", "GET"),
            ("/play/{act}", "POST"),
        ]
        return Starlette(
            routes=[
                *(Route(path, self._call, methods=[method]) for path, method in calls),
                Mount("/slack", self._slack),
                Mount("/", StaticFiles(directory=PAGE, html=True)),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=NAMES), Middleware(_Guarded)],
        )

    async def _call(self, request: Request) -> Response:
        try:
            desk = await self.desk()
        except Exception as error:  # noqa: BLE001 - whatever it is, the page shows it
            return PlainTextResponse(f"Laurel could not start: {error}", status_code=503)
        return await desk.answer(request)

    async def _slack(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = (await self.desk()).stage.act.app
        await app({**scope, "root_path": ""}, receive, send)


class _Guarded:
    """Refuses what another site's page sends, and says what ours may load."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers") or ())
        origin = headers.get(b"origin", b"").decode("latin-1")
        own = {f"http://{name}" for name in NAMES}
        if origin and origin.rpartition(":")[0] not in own:
            await PlainTextResponse("not from this page", status_code=403)(scope, receive, send)
            return

        async def guarded(message: "dict[str, object]") -> None:
            if message["type"] == "http.response.start":
                given = [*message.get("headers", [])]  # type: ignore[misc]  # ASGI's messages are plain dictionaries
                message = {**message, "headers": [*given, (b"content-security-policy", POLICY.encode())]}
            await send(message)

        await self._app(scope, receive, guarded)  # type: ignore[arg-type]  # see above


@asynccontextmanager
async def serving(port: int) -> AsyncIterator[Playground]:
    """The playground while the context lasts; 0 takes a free port. Raises PortTakenError."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port) from error
        raise
    playground = Playground(bound.getsockname()[1])
    config = uvicorn.Config(
        playground.app(), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    building: asyncio.Task[None] | None = None
    try:
        await server.listening.wait()
        building = asyncio.create_task(playground.build())
        yield playground
        server.should_exit = True
        await task
    finally:
        server.should_exit = True
        if building is not None:
            await asyncio.gather(building, task, return_exceptions=True)
        await playground.close()


async def play(port: int, *, opens: bool, says: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. `opens`: show the page in the browser that people use here."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(port) as playground:
        says(f"Laurel's playground is at {playground.address}/ (Ctrl-C ends it)")
        if opens:
            await asyncio.to_thread(webbrowser.open, playground.address)
        try:
            await playground.desk()
        except Exception as error:  # noqa: BLE001 - said in one line, then we end
            says(f"Laurel could not start: {error}")
            sys.exit(2)
        await stop.wait()


class _Server(uvicorn.Server):
    """Uvicorn that tells when it listens, and leaves Ctrl-C to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing to capture."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.listening.set()


def _import_desk() -> "Callable[[Callable[[], str]], Awaitable[Desk]]":
    from bot.playground.browser.desk import open_desk

    return open_desk
