"""Events are repeated as Slack repeats them, and come twice or reversed where that is asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import web

from bot.playground.browser.courier import Courier
from bot.playground.workspace import Workspace


class Door:
    """An app's way in that answers with these statuses in turn, then 200; it notes what it was sent."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.heard: list[tuple[str | None, str | None, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        headers, body = request.headers, await request.json()
        said = body["event"]["text"]
        self.heard.append((headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"), said))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def courier_to(door: Door, slack: Workspace) -> AsyncIterator[Courier]:
    app = web.Application()
    app.router.add_post("/events", door.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with httpx.AsyncClient() as http:
        yield Courier(http, f"http://127.0.0.1:{port}/events", slack, pauses=(0.0, 0.0, 0.0))
    await runner.cleanup()


@pytest.fixture
def slack(workspace: Workspace) -> Workspace:
    workspace.people.user("U1")
    return workspace


async def test_an_event_that_fails_comes_again_three_times_with_its_number_and_reason(
    slack: Workspace,
) -> None:
    door = Door(500, 500, 500, 500)
    async with courier_to(door, slack) as courier:
        courier.events(slack.acts.says("U1", "hello"))
        await courier.idle()
    assert door.heard == [
        (None, None, "hello"),
        ("1", "http_error", "hello"),
        ("2", "http_error", "hello"),
        ("3", "http_error", "hello"),
    ]


async def test_an_event_that_is_taken_comes_once(slack: Workspace) -> None:
    door = Door(500)
    async with courier_to(door, slack) as courier:
        courier.events(slack.acts.says("U1", "hello"))
        await courier.idle()
        [brought] = courier.brought
    assert [number for number, _, _ in door.heard] == [None, "1"]
    assert (brought.attempts, brought.status) == (2, 200)


async def test_bad_weather_brings_events_twice_and_in_the_wrong_order(slack: Workspace) -> None:
    door = Door()
    async with courier_to(door, slack) as courier:
        courier.weather.twice = courier.weather.reversed = True
        courier.events([*slack.acts.says("U1", "one"), *slack.acts.says("U1", "two")])
        await courier.idle()
    assert [text for _, _, text in door.heard] == ["two", "two", "one", "one"]
