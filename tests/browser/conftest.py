"""A playground and a browser for all tests of a process, and somebody who sits at it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot import logs
from bot.playground.browser.server import Playground, serving
from tests.browser.chromium import browser as open_browser
from tests.learned import LEARNED

PATIENCE = 60_000  # milliseconds; a slow machine is no failure


@dataclass
class Visitor:
    """Somebody at the page. `rows` and `replies` are what stands in the middle, oldest first."""

    page: Page
    playground: Playground

    async def comes(self, **address: str) -> None:
        """Open the page at this address, as a link would."""
        await self.page.goto(f"{self.playground.address}/?{urlencode(address)}")
        await self.writing.wait_for()

    async def begins_anew(self, **address: str) -> None:
        """An empty workspace on today, and the page open in it."""
        desk = await self.playground.desk()
        await desk.stage.move_to(None)
        await desk.turn()
        await self.comes(**address)

    @property
    def writing(self) -> Locator:
        """Where messages are written."""
        return self.page.get_by_role("main").get_by_role("textbox", name="Message")

    @property
    def replies(self) -> Locator:
        """Laurel's messages in the middle."""
        return self.page.get_by_role("main").get_by_role("article", name="Laurel,")

    @property
    def form(self) -> Locator:
        """The open modal."""
        return self.page.get_by_role("dialog")

    async def says(self, text: str) -> Locator:
        """Write a message; the reply that comes."""
        before = await self.replies.count()
        await self.writing.fill(text)
        await self.writing.press("Enter")
        reply = self.replies.nth(before)
        await reply.wait_for()
        return reply

    async def goes_to(self, channel: str) -> None:
        """Open a channel."""
        await self.page.get_by_role("navigation").get_by_role("button", name=channel).click()
        await expect(self.page.get_by_role("heading", level=1, name=channel)).to_be_visible()

    async def uses_shortcut(self, name: str) -> None:
        """Choose a shortcut of the app's; its modal opens."""
        await self.page.get_by_role("button", name="Shortcuts").click()
        await self.page.get_by_role("menuitem", name=name).click()
        await self.form.wait_for()

    async def sets_weather(self, name: str, *, on: bool) -> None:
        """Something goes wrong between Slack and the app from now on, or no more."""
        await self.page.get_by_role("button", name="Weather").click()
        await self.page.get_by_role("checkbox", name=name).set_checked(on)
        await self.page.keyboard.press("Escape")


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    logs.set_up("error", readable=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playground() -> AsyncIterator[Playground]:
    """The page's server with the house behind it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAUREL_CACHE_DIR", str(LEARNED))
        async with serving(0) as opened:
            await opened.desk()
            yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[BrowserContext]:
    """Chromium."""
    async with open_browser() as context:
        context.set_default_timeout(PATIENCE)
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: BrowserContext, playground: Playground) -> AsyncIterator[Visitor]:
    """Somebody at a page of their own; an error in the page's scripts fails the test."""
    expect.set_options(timeout=PATIENCE)
    page = await browser.new_page()
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 - a builtin does not do
    yield Visitor(page, playground)
    await page.close()
    assert not errors
