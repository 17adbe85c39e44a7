"""The HTTP door: what is not Slack's is refused before it is read, and nobody holds it open."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator

import pytest
from starlette.responses import PlainTextResponse
from structlog.testing import capture_logs

from bot.content import Content
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.slack.listening import listen
from bot.slack.web import BODY_LIMIT, EVENTS, web_app
from tests.bot.way import DESK, PERSON, Way, open_way, settings_for, signed_now
from tests.clock import Clock

SECRET_WORDS = "my address is 7 Elm Street"


@pytest.mark.parametrize("wrong", ["forged", "stale", "missing", "no number", "no letters"])
async def test_what_slack_did_not_sign_is_refused_and_its_words_reach_no_log(
    way: Way, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    [request] = way.slack.acts.says(PERSON, SECRET_WORDS)
    signed = signed_now(request, way.slack.signing_secret)
    headers = {**signed.headers}
    match wrong:
        case "forged":
            headers = {**signed.headers, "x-slack-signature": "v0=" + "0" * 64}
        case "stale":
            headers["x-slack-request-timestamp"] = str(int(time.time()) - 301)
        case "missing":
            del headers["x-slack-signature"]
        case "no number":
            headers["x-slack-request-timestamp"] = "soon"
        case "no letters":
            headers["x-slack-signature"] = "v0=\u00e9"
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await way.http.post(EVENTS, content=signed.body.encode(), headers=encoded)
    assert answer.status_code == 401
    assert SECRET_WORDS not in caplog.text + str(logs)
    await way.laurel.delivery.drain()
    assert way.slack.posted() == []


@pytest.mark.parametrize("told", [True, False])
async def test_a_body_above_a_megabyte_is_refused(way: Way, told: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65536 + 1):
            yield b"x" * 65536

    content = b"x" * (BODY_LIMIT + 1) if told else pieces()
    answer = await way.http.post(EVENTS, content=content)
    assert answer.status_code == 413


async def test_a_body_that_never_ends_is_cut(way: Way) -> None:
    async def nothing() -> dict[str, str]:
        return {}

    app = web_app(way.laurel.bolt, nothing, way.slack.signing_secret, patience=0.05)
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": EVENTS, "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert sent[0]["status"] == 408


async def test_connections_that_say_nothing_are_cut_and_others_served() -> None:
    async def hello(scope: object, receive: object, send: object) -> None:
        await PlainTextResponse("hello")(scope, receive, send)  # type: ignore[arg-type]  # plain ASGI

    stop = asyncio.Event()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serving = asyncio.create_task(listen(hello, "127.0.0.1", port, stop, idle=0.5))  # type: ignore[arg-type]
    while not await reachable(port):  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)  # until it listens
    idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
    idle[0][1].write(b"POST / HTTP/1.1\r\nhost: x\r\nx-slow: ")  # headers that never end
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert (await reader.read()).endswith(b"hello")
    assert [await one.read() for one, _ in idle] == [b""] * 200
    for _, one in [*idle, (reader, writer)]:
        one.close()
    stop.set()
    await serving


async def reachable(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


@pytest.fixture
async def slow_roles(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[Way]:
    workspace.people.user(PERSON)
    workspace.people.channel(DESK, members=(PERSON,))
    settings = settings_for(workspace, sqlite_url, LAUREL_AGENT_CHANNEL=DESK)
    async with open_way(workspace, settings, content, clock) as opened:
        yield opened


@pytest.mark.parametrize("method", ["conversations.members", "views.open"])
async def test_a_slack_that_hangs_holds_no_acknowledgement(slow_roles: Way, method: str) -> None:
    way = slow_roles
    way.slack.faults.next(method, Trouble.HANGS)
    signed = signed_now(way.slack.acts.commands(PERSON, "incident"), way.slack.signing_secret)
    answer = await way.http.post(EVENTS, content=signed.body.encode(), headers=signed.headers)
    assert answer.status_code == 200
    assert way.slack.opened == []  # Slack has not answered yet, and never will
