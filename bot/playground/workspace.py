"""Slack's stand-in: a workspace on loopback that answers the Web API as far as Laurel uses it.

It remembers every message, checks what it is sent against Slack's limits, and has bad days on request.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from bot.playground.acts import Acts
from bot.playground.api import ApiError
from bot.playground.faults import Fault, FaultPlan, Trouble
from bot.playground.methods import METHODS
from bot.playground.scopes import check_scope, may_read_files
from bot.playground.state import Call, State

WITHOUT_TOKEN = frozenset({"response", "oauth.v2.access"})


class Workspace(State):
    """One workspace. `async with Workspace() as slack:` serves it; `slack.api_url` is the Web API's address.

    Parameters are those of `State`. `away`: nobody answers, as in an outage of Slack's.
    """

    def __init__(self, **state: Any) -> None:
        super().__init__(**state)
        self.faults = FaultPlan()
        self.acts = Acts(self)
        self.away = False
        self.version = 0
        self._changed = asyncio.Condition()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Serve on a free port of loopback."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop serving."""
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Serve on `port` of loopback (0: a free one)."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files/{file}/{name}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{bound}/api/"

    async def stop(self) -> None:
        """Close; calls that hang are let go."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, happened: Callable[[], bool], *, seconds: float = 30) -> None:
        """Wait until `happened()` is true; it is asked after every call. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(happened)

    async def touched(self) -> None:
        """Something changed: tell whoever waits in `until` or `changed_since`."""
        async with self._changed:
            self.version += 1
            self._changed.notify_all()

    async def changed_since(self, version: int) -> int:
        """Wait until the workspace is another than at `version`; returns the version it has then."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.version != version)
            return self.version

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        await asyncio.sleep(0)  # lets the news come in that the caller has gone
        if request.transport is None or request.transport.is_closing():
            # Nobody waits for it any more, and may have asked again: done late it would be done twice.
            return web.Response(status=500)
        call = Call(method, arguments)
        self.calls.append(call)
        try:
            fault = Fault(Trouble.BROKEN) if self.away else self.faults.of(method)
            if fault is not None:
                return await self._trouble(fault, request, call)
            return self._done(call, request)
        finally:
            await self.touched()

    async def _trouble(self, fault: Fault, request: web.Request, call: Call) -> web.StreamResponse:
        match fault.trouble:
            case Trouble.LIMITED:
                return _limited(fault.retry_after)
            case Trouble.BROKEN:
                return web.Response(status=500, text="internal error")
            case Trouble.REFUSED:
                return web.json_response({"ok": False, "error": fault.error})
            case Trouble.ODD:
                return web.Response(body=fault.answer, content_type="application/json")
            case Trouble.HANGS:
                await self._closing.wait()
            case Trouble.LOST:
                self._done(call, request)
            case Trouble.CUT:
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _done(self, call: Call, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if call.method not in WITHOUT_TOKEN and not token.startswith("xox"):
            return web.json_response({"ok": False, "error": "not_authed"})
        if token in self.revoked:
            return web.json_response({"ok": False, "error": "token_revoked"})
        perform = METHODS.get(call.method)
        if perform is None:
            return web.json_response({"ok": False, "error": "unknown_method"})
        try:
            check_scope(self, call.method, call.arguments)
            call.answer = {"ok": True, **perform(self, call.arguments)}
        except ApiError as error:
            if error.code == "ratelimited":
                return _limited(1)
            call.answer = {"ok": False, "error": error.code, **error.more}
        return web.json_response(call.answer, headers={"x-oauth-scopes": ",".join(self.scopes or ())})

    async def _download(self, request: web.Request) -> web.Response:
        """A file's content. Without the bot's token Slack answers with its sign-in page, and so do we."""
        file = self.files.get(request.match_info["file"])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token.startswith("xox") or not may_read_files(self):
            return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
        if file is None or "content" not in file:
            return web.Response(status=404)
        return web.Response(body=file["content"], content_type=file["mimetype"])

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404)
        file["content"] = await request.read()
        return web.Response(text=f"OK - {len(file['content'])}")


def _limited(retry_after: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(retry_after)}
    )


async def _arguments(request: web.Request) -> dict[str, Any]:
    """The arguments of a call, from the query, a form or JSON; JSON inside of a form is read, too."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= json.loads(await request.text() or "{}")
    elif request.can_read_body:
        arguments |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: _parsed(value) for name, value in arguments.items() if name != "token"}


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
