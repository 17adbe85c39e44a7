"""The house behind Slack's stand-in, for every test that goes the whole way."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from bot import logs
from bot.content import Content
from bot.playground.scopes import granted
from bot.playground.workspace import Workspace
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way, open_way, settings_for
from tests.clock import Clock
from tests.learned import LEARNED


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """As in service: without it structlog draws every error with all its local variables."""
    logs.set_up("warning", readable=False)


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command sets up logs to a stream that ends with its test: who logs afterwards would fail."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def content() -> Content:
    """What ships with the house, read and trained once."""
    return Content.read(LEARNED)


@pytest.fixture
async def way(content: Content, clock: Clock, workspace: Workspace, sqlite_url: str) -> AsyncIterator[Way]:
    workspace.scopes = granted()  # the app gets along with what its manifest asks for
    for user in (PERSON, OTHER):
        workspace.people.user(user)
    for channel in (DESK, FAQ, GENERAL):
        workspace.people.channel(channel, members=(PERSON, OTHER))
    async with open_way(workspace, settings_for(workspace, sqlite_url), content, clock) as opened:
        yield opened
