"""Socket Mode: what comes through the socket is answered as over HTTP; a lost connection is opened anew."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web

from bot.slack.socket import Socket
from tests.bot.way import PERSON, Way, shown


class Gateway:
    """Slack's end of the socket: sends envelopes, hears what is acknowledged."""

    def __init__(self) -> None:
        self.opened: asyncio.Queue[web.WebSocketResponse] = asyncio.Queue()
        self.acknowledged: asyncio.Queue[str] = asyncio.Queue()
        self.address = ""

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.send_json({"type": "hello", "num_connections": 1})
        await self.opened.put(ws)
        async for message in ws:
            if message.type is WSMsgType.TEXT:
                await self.acknowledged.put(json.loads(message.data)["envelope_id"])
        return ws

    async def open(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xapp-1-test"
        return web.json_response({"ok": True, "url": f"ws://{self.address}/socket"})


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    end = Gateway()
    app = web.Application()
    app.router.add_route("*", "/api/apps.connections.open", end.open)
    app.router.add_get("/socket", end.connect)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    end.address = f"{host}:{port}"
    try:
        yield end
    finally:
        await runner.cleanup()


async def test_a_question_through_the_socket_is_acknowledged_and_answered_also_on_a_new_connection(
    way: Way,
) -> None:
    async with gateway() as slack, asyncio.timeout(60):
        stop = asyncio.Event()
        socket = Socket(way.laurel.bolt, "xapp-1-test", base_url=f"http://{slack.address}/api/")
        running = asyncio.create_task(socket.run(stop, look=0.05))
        for number, question in enumerate(("what does top rated need", "what is a jss")):
            ws = await slack.opened.get()
            [request] = way.slack.acts.says(PERSON, question)
            envelope = {"type": "events_api", "envelope_id": str(number), "accepts_response_payload": False}
            await ws.send_json({**envelope, "payload": json.loads(request.body)})
            assert await slack.acknowledged.get() == str(number)
            await way.laurel.delivery.drain()
            await ws.close()  # as when Slack refreshes the connection, or a network goes
        stop.set()
        await running
    said = shown(way.slack.posted())
    assert "Top Rated asks" in said
    assert "Job Success Score" in said
