"""Slack with several workspaces behind one address: each call goes where its token is from."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import httpx
from aiohttp import web

from bot.content import Content
from bot.delivery import Pacing
from bot.playground.scopes import granted
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.slack.oauth import BACK, INSTALL
from bot.slack.web import EVENTS, web_app
from bot.watch.metrics import Metrics
from bot.workspaces.serving import Place, many
from tests.bot.way import signed_now
from tests.clock import Clock

SECRET = "one-signing-secret-for-the-app"


@asynccontextmanager
async def slack_of(workspaces: Sequence[Workspace]) -> AsyncIterator[str]:
    """The Web API's address for all of them."""

    def whose(request: web.Request, fields: dict[str, str]) -> Workspace | None:
        said = fields.get("code") or fields.get("refresh_token")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        for one in workspaces:
            if said in {one.code, one.refresh} and said is not None:
                return one
            if said is None and (one.team in token or token == one.token):
                return one
        return None

    async def api(request: web.Request) -> web.Response:
        body = await request.read()
        fields = dict(parse_qsl(body.decode(errors="replace"))) | dict(request.query)
        one = whose(request, fields)
        if one is None:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        url = one.api_url + request.match_info["method"]
        given = request.headers
        headers = {name: given[name] for name in ("Authorization", "Content-Type") if name in given}
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, url, data=body, params=request.query, headers=headers) as answer,
        ):
            kept = {n: answer.headers[n] for n in ("Retry-After", "x-oauth-scopes") if n in answer.headers}
            return web.Response(
                body=await answer.read(),
                status=answer.status,
                content_type=answer.content_type,
                headers=kept,
            )

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/api/{method}", api)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/api/"
    finally:
        await runner.cleanup()


@dataclass
class Many:
    """A process that serves all that Laurel is installed in."""

    place: Place
    http: httpx.AsyncClient
    clock: Clock

    async def install(self, slack: Workspace) -> httpx.Response:
        """An admin follows the link, agrees, and comes back."""
        page = await self.http.get(INSTALL)
        state = page.cookies.get("slack-app-oauth-state") or ""
        return await self.http.get(
            BACK,
            params={"code": slack.code, "state": state},
            headers={"cookie": f"slack-app-oauth-state={state}"},
        )

    async def bring(self, *requests: SlackRequest) -> list[httpx.Response]:
        """What Slack sends, and all that comes of it."""
        answers = []
        for request in requests:
            signed = signed_now(request, SECRET)
            answers.append(await self.http.post(EVENTS, content=signed.body.encode(), headers=signed.headers))
        for house in list(self.place.houses.open.values()):
            await house.laurel.front.settled()
            await house.laurel.delivery.drain()
        return answers

    async def says(self, slack: Workspace, user: str, text: str, **more: Any) -> list[dict[str, Any]]:
        """Somebody writes; what the bot posted there because of it."""
        before = {message["ts"] for message in slack.posted()}
        await self.bring(*slack.acts.says(user, text, **more))
        return [message for message in slack.posted() if message["ts"] not in before]


@asynccontextmanager
async def a_process(settings: Settings, content: Content, clock: Clock) -> AsyncIterator[Many]:
    """One process that serves from the database of `settings`."""
    pacing = Pacing(pace=timedelta(0))
    async with many(settings, content, Metrics(), clock=clock, pacing=pacing) as place:
        door = web_app(place.houses, place.ready, SECRET, more=place.routes)
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="https://laurel.example") as http:
            yield Many(place, http, clock)


@asynccontextmanager
async def a_workspace(team: str, clock: Clock, *users: str) -> AsyncIterator[Workspace]:
    """A workspace with these people."""
    async with Workspace(
        clock=clock, signing_secret=SECRET, team=team, token=f"xoxb-{team}", scopes=granted()
    ) as slack:
        for user in users:
            slack.people.user(user)
        yield slack


def settings_of(api_url: str, database: str, keys: str, **more: str) -> Settings:
    """An operator's settings for installing from a link."""
    return Settings.read(
        {
            "SLACK_CLIENT_ID": "1.2",
            "SLACK_CLIENT_SECRET": "client-secret",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": api_url,
            "LAUREL_DATABASE_URL": database,
            "LAUREL_KEYS": keys,
            **more,
        }
    )
