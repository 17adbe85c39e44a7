"""A house in which nobody has a record, on one day, for reading what it says."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.app import Laurel, build
from bot.content import Content
from bot.settings import Settings

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


@pytest.fixture
async def laurel(sqlite_url: str, content: Content) -> AsyncIterator[Laurel]:
    settings = Settings.read({"LAUREL_DATABASE_URL": sqlite_url})
    async with build(settings, clock=lambda: NOW, content=content) as house:
        yield house
