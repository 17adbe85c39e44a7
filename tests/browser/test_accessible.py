"""axe-core finds no serious fault, light and dark, wide and narrow."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from bot.playground.browser.server import Playground
from tests.browser.chromium import browser
from tests.browser.conftest import PATIENCE, Visitor
from tests.browser.test_community import reacts
from tests.browser.test_setup import opens_settings

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = Path(__file__).with_name("axe.min.js")
GRAVE = {"serious", "critical"}


@pytest_asyncio.fixture(params=["light", "dark"], loop_scope="session")
async def looking(
    request: pytest.FixtureRequest, playground: Playground
) -> AsyncIterator[tuple[BrowserContext, Visitor]]:
    """A visitor with these colours; the page's policy is lifted, so that axe may run in it."""
    async with browser(dark=request.param == "dark", lift_policy=True) as context:
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield context, Visitor(context.pages[0], playground)


async def faults(page: Page) -> list[str]:
    """What axe holds to be serious: rule, and where."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.add_script_tag(path=AXE)
    found: dict[str, Any] = await page.evaluate("() => axe.run(document)")
    return [
        f"{fault['id']}: {node['html'][:200]} {node.get('failureSummary')}"
        for fault in found["violations"]
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


async def test_no_serious_fault_stands_between_somebody_and_the_page(
    looking: tuple[BrowserContext, Visitor],
) -> None:
    _, visitor = looking
    page = visitor.page
    await visitor.begins_anew(**{"as": "ben"})
    assert await faults(page) == []
    await visitor.says("what does top rated ask for?")
    reply = await visitor.says("am I eligible for top rated?")
    assert await faults(page) == []
    await reply.hover()
    await reply.get_by_role("button", name="What happened").click()
    await expect(page.get_by_role("meter").first).to_be_visible()
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await visitor.uses_shortcut("Open a ticket")
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await expect(visitor.form).to_have_count(0)
    await page.get_by_role("button", name="You are").click()
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("region", name="App Home").get_by_role("button").first).to_be_visible()
    assert await faults(page) == []
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.get_by_role("button", name="Channels and people").click()
    await expect(page.get_by_role("button", name="community")).to_be_visible()
    assert await faults(page) == []


async def test_no_serious_fault_stands_in_the_settings_and_where_one_reacts(
    looking: tuple[BrowserContext, Visitor],
) -> None:
    _, visitor = looking
    page = visitor.page
    await visitor.begins_anew(**{"as": "admin"})
    await opens_settings(visitor)
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await expect(visitor.form).to_have_count(0)
    await visitor.comes(**{"as": "admin", "in": "community"})
    await visitor.writing.fill("Good morning!")
    await visitor.writing.press("Enter")
    said = page.get_by_role("main").get_by_role("article", name="Tove")
    await reacts(said, "white check mark")
    await expect(said.get_by_role("button", name="white check mark: you")).to_be_visible()
    await said.get_by_role("button", name="Add a reaction").click()
    assert await faults(page) == []
