"""The HTTP way in: `/slack/events` for Slack, `/healthz` and `/readyz` for whoever watches over us."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.watch.metrics import CONTENT_TYPE

EVENTS = "/slack/events"
BODY_LIMIT = 4 * 1024 * 1024  # bytes; Slack's largest payload, a view with its state, stays far below

Ready = Callable[[], Awaitable[dict[str, str]]]
"""What is wrong, by name of the part; empty when everything is fine."""
Figures = Callable[[], Awaitable[bytes]]
"""All figures, in Prometheus' text format."""


def web_app(bolt: AsyncApp, ready: Ready) -> Starlette:
    """The ASGI application."""
    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
            return PlainTextResponse("too large", status_code=413)
        try:
            return await handler.handle(request)
        except (UnicodeDecodeError, ValueError):  # neither text nor JSON: no request of Slack's
            return PlainTextResponse("unreadable", status_code=400)

    return Starlette(routes=[Route(EVENTS, events, methods=["POST"]), *_health(ready)])


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
