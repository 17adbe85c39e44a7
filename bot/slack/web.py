"""The HTTP way in: `/slack/events` for Slack, `/healthz` and `/readyz` for whoever watches over us."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.door import Door
from bot.slack.door import Request as Came
from bot.slack.shape import UnreadableError, read
from bot.watch.metrics import CONTENT_TYPE

EVENTS = "/slack/events"
BODY_LIMIT = 1024 * 1024  # bytes; Slack's largest payload, a view with its state, stays below
BODY_SECONDS = 10.0
"""How long a body may take to arrive. Slack itself gives up after three."""

Ready = Callable[[], Awaitable[dict[str, str]]]
"""What is wrong, by name of the part; empty when everything is fine."""
Figures = Callable[[], Awaitable[bytes]]
"""All figures, in Prometheus' text format."""


def web_app(
    bolt: Door, ready: Ready, secret: str, *, patience: float = BODY_SECONDS, more: Sequence[Route] = ()
) -> Starlette:
    """The ASGI application. `secret` is Slack's signing secret: nothing unsigned is even parsed.

    `more` are further routes, for people's browsers.
    """
    verifier = SignatureVerifier(secret)

    async def events(request: Request) -> Response:
        try:
            async with asyncio.timeout(patience):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return PlainTextResponse("too slow", status_code=408, headers={"connection": "close"})
        if body is None:
            return PlainTextResponse("too large", status_code=413, headers={"connection": "close"})
        if not _signed(verifier, body, request.headers):
            return PlainTextResponse("not signed by Slack", status_code=401)
        try:
            payload = read(body.decode(), request.headers.get("content-type", ""))
        except (UnreadableError, UnicodeDecodeError):
            return PlainTextResponse("unreadable", status_code=400)
        # Verified and parsed already: for Bolt it is as if it came through a socket.
        headers = {name: str(value) for name, value in request.headers.items()}
        came = Came(body=payload, headers=dict(headers), mode="socket_mode")
        return to_starlette_response(await bolt.async_dispatch(came))

    return Starlette(routes=[Route(EVENTS, events, methods=["POST"]), *more, *_health(ready)])


async def _body(request: Request) -> bytes | None:
    """The body; None where it is larger than any of Slack's."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > BODY_LIMIT:
        return None
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > BODY_LIMIT:
            return None
    return bytes(found)


def _signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Slack signed it in the last five minutes."""
    try:
        return verifier.is_valid_request(body, headers)
    except (ValueError, TypeError):  # a time that is no number, a signature in no Latin letters
        return False


def watch_app(ready: Ready, figures: Figures) -> Starlette:
    """What whoever watches asks: `/metrics`, and health as `web_app` has it."""

    async def metrics(request: Request) -> Response:
        del request
        return Response(await figures(), media_type=CONTENT_TYPE)

    return Starlette(routes=[Route("/metrics", metrics), *_health(ready)])


def _health(ready: Ready) -> list[Route]:
    async def healthz(request: Request) -> Response:
        del request
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        del request
        wrong = await ready()
        return JSONResponse({"ready": not wrong, **wrong}, status_code=503 if wrong else 200)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
