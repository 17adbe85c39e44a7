"""Socket Mode tells whether it is connected, and comes back by itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import WSMsgType, web

from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.slack.door import Answer, Request
from bot.slack.socket import Socket
from bot.slack.web import watch_app


class Sockets:
    """Slack's end of the connections."""

    def __init__(self) -> None:
        self.open: list[web.WebSocketResponse] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self.open.append(connection)
        async for message in connection:
            if message.type is WSMsgType.CLOSE:
                break
        return connection

    async def cut(self) -> None:
        for connection in self.open:
            await connection.close()
        self.open.clear()


class Nobody:
    """A door behind which nobody is."""

    async def async_dispatch(self, req: Request) -> Answer:
        del req
        return Answer(status=200, body="")


@pytest.fixture
async def sockets() -> AsyncIterator[Sockets]:
    found = Sockets()
    app = web.Application()
    app.router.add_get("/", found.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.url = f"ws://{host}:{port}/"
    yield found
    await runner.cleanup()


async def until(told: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await told():  # noqa: ASYNC110 - what changes is slack_sdk's own connection
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(slack: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    """A Laurel that listens through a socket, and what whoever watches can ask it."""
    stop = asyncio.Event()
    socket = Socket(Nobody(), "xapp-1", base_url=slack.api_url)

    async def figures() -> bytes:
        return b""

    running = asyncio.create_task(socket.run(stop, look=0.05))
    transport = httpx.ASGITransport(watch_app(socket.wrong, figures))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:
            yield http
    finally:
        stop.set()
        await running


async def test_a_connection_that_is_gone_is_told_and_opened_anew_when_slack_is_back(
    workspace: Workspace, sockets: Sockets
) -> None:
    def let_in(times: int) -> None:
        answer = json.dumps({"ok": True, "url": sockets.url}).encode()
        workspace.faults.next("apps.connections.open", Trouble.ODD, times=times, answer=answer)

    let_in(1)
    async with listening(workspace) as http:

        async def told(status: int) -> bool:
            return (await http.get("/readyz")).status_code == status

        assert (await http.get("/readyz")).json() == {"ready": False, "socket mode": "is not connected"}
        await until(lambda: told(200))
        workspace.faults.next("apps.connections.open", Trouble.BROKEN, times=3)
        let_in(20)
        await sockets.cut()
        await until(lambda: told(503))
        await until(lambda: told(200))
        assert (await http.get("/readyz")).json() == {"ready": True}
