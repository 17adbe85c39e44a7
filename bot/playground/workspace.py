"""Slack's stand-in: a workspace on loopback that answers the Web API as far as Laurel uses it.

It remembers every message, checks what it is sent against Slack's limits, and has bad days on request.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from aiohttp import web

from bot.playground.acts import Acts
from bot.playground.api import ApiError
from bot.playground.faults import Fault, FaultPlan, Trouble
from bot.playground.methods import METHODS
from bot.playground.people import People


@dataclass(frozen=True, slots=True)
class Call:
    """A call that reached the stand-in, whatever became of it."""

    method: str
    arguments: dict[str, Any]


class Workspace:
    """One workspace. `async with Workspace() as slack:` serves it; `slack.api_url` is the Web API's address.

    `clock` gives the time of messages; `pace`, if set, answers 429 to posts that follow each other more
    quickly in one channel, as Slack does.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        signing_secret: str = "stand-in-signing-secret",  # noqa: S107 - it guards nothing but a stand-in
        pace: timedelta | None = None,
    ) -> None:
        self.clock = clock
        self.pace = pace
        self.signing_secret = signing_secret
        self.team = "T0LAUREL"
        self.bot_user = "U0LAUREL"
        self.bot_id = "B0LAUREL"
        self.token = "xoxb-stand-in"  # noqa: S105 - no secret
        self.people = People(self.bot_user)
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)  # channel -> oldest first
        self.ephemerals: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}  # view id -> view, as it was last set
        self.opened: list[dict[str, Any]] = []  # every view opened or pushed, in order
        self.homes: dict[str, dict[str, Any]] = {}  # user -> view
        self.files: dict[str, dict[str, Any]] = {}
        self.statuses: list[dict[str, Any]] = []
        self.prompts: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.faults = FaultPlan()
        self.api_url = ""
        self.acts = Acts(self)
        self._changed = asyncio.Condition()
        self._closing = asyncio.Event()
        self._last_ts = 0
        self._number = 0
        self._last_post: dict[str, datetime] = {}
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

    @property
    def upload_url(self) -> str:
        """Where file contents are sent."""
        return self.api_url.removesuffix("api/") + "upload/"

    def posted(self, channel: str | None = None, *, by_bot: bool = True) -> list[dict[str, Any]]:
        """The bot's messages (or everybody's) in `channel`, or in all, oldest first, deleted ones not."""
        found = self.messages[channel] if channel else [m for log in self.messages.values() for m in log]
        return [message for message in found if not by_bot or message.get("bot_id") == self.bot_id]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of `method`, in order."""
        return [call.arguments for call in self.calls if call.method == method]

    async def until(self, happened: Callable[[], bool], *, seconds: float = 30) -> None:
        """Wait until `happened()` is true; it is asked after every call. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(happened)

    def new_ts(self) -> str:
        """The time as Slack writes it; no two are the same, and they ascend."""
        self._last_ts = max(self._last_ts + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        """An id such as Slack gives: a letter and a number that ascends."""
        self._number += 1
        return f"{letter}{self._number:08d}"

    def message(self, channel: str, ts: str) -> dict[str, Any] | None:
        """The message, if it is there."""
        return next((message for message in self.messages[channel] if message["ts"] == ts), None)

    def too_soon(self, channel: str) -> bool:
        """Whether a post to `channel` comes before its pace allows; if not, the time is noted."""
        now = self.clock()
        last = self._last_post.get(channel)
        if self.pace is not None and last is not None and now - last < self.pace:
            return True
        self._last_post[channel] = now
        return False

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append(Call(method, arguments))
        try:
            fault = self.faults.of(method)
            if fault is not None:
                return await self._trouble(fault, request, method, arguments)
            return self._done(method, arguments, request)
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _trouble(
        self, fault: Fault, request: web.Request, method: str, arguments: dict[str, Any]
    ) -> web.StreamResponse:
        match fault.trouble:
            case Trouble.LIMITED:
                return _limited(fault.retry_after)
            case Trouble.BROKEN:
                return web.Response(status=500, text="internal error")
            case Trouble.REFUSED:
                return web.json_response({"ok": False, "error": fault.error})
            case Trouble.HANGS:
                await self._closing.wait()
            case Trouble.LOST:
                self._done(method, arguments, request)
            case Trouble.CUT:
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _done(self, method: str, arguments: dict[str, Any], request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method != "response" and not token.startswith("xox"):
            return web.json_response({"ok": False, "error": "not_authed"})
        perform = METHODS.get(method)
        if perform is None:
            return web.json_response({"ok": False, "error": "unknown_method"})
        try:
            answer = perform(self, arguments)
        except ApiError as error:
            if error.code == "ratelimited":
                return _limited(1)
            return web.json_response({"ok": False, "error": error.code, **error.more})
        return web.json_response({"ok": True, **answer})

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
