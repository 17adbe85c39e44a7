"""The house behind Slack's stand-in, for every test that goes the whole way."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot import logs
from bot.app import Content, build
from bot.delivery import Pacing
from bot.playground.workspace import Workspace
from bot.serving import introduce, wrong
from bot.slack.web import web_app
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way, settings_for
from tests.clock import Clock
from tests.learned import LEARNED


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """As in service: without it structlog draws every error with all its local variables."""
    logs.set_up("warning", readable=False)


@pytest.fixture(scope="session")
def content() -> Content:
    """What ships with the house, read and trained once."""
    return Content.read(LEARNED)


@pytest.fixture
async def way(content: Content, clock: Clock, workspace: Workspace, sqlite_url: str) -> AsyncIterator[Way]:
    for user in (PERSON, OTHER):
        workspace.people.user(user)
    for channel in (DESK, FAQ, GENERAL):
        workspace.people.channel(channel, members=(PERSON, OTHER))
    settings = settings_for(workspace, sqlite_url)
    pacing = Pacing(pace=timedelta(0))
    async with build(settings, clock=clock, content=content, pacing=pacing) as laurel:
        await introduce(laurel)
        transport = httpx.ASGITransport(web_app(laurel.bolt, lambda: wrong(laurel)))
        async with httpx.AsyncClient(transport=transport, base_url="http://laurel") as http:
            yield Way(workspace, laurel, http, clock)
