"""The README's pictures, taken from a playground that runs: `make screenshots`."""

import asyncio
import os
import re
from pathlib import Path

from playwright.async_api import expect

from bot import logs
from bot.playground.browser.server import serving
from tests.browser.chromium import browser
from tests.browser.conftest import Visitor
from tests.learned import LEARNED

PICTURES = Path(__file__).parents[2] / "bot" / "playground" / "pictures"
DAY = "2026-03-11T10:12"  # a Wednesday on which the desk is there
WORDS = "My score fell from 96 to 86 after one refund in February. Is that right?"

ASKED = (
    ("ana", "can I pause my subscription over the summer?"),
    ("ben", "can i pause my subscription for the summer"),
    ("dmitri", "is there a dark mode for the site"),
    ("elena", "which bank holidays does Upwork keep?"),
)
"""Questions that nothing answers."""


async def main() -> None:
    """Take all four."""
    logs.set_up("error")
    os.environ.setdefault("LAUREL_CACHE_DIR", str(LEARNED))
    PICTURES.mkdir(exist_ok=True)
    async with serving(0) as playground, browser(width=1280, height=800) as context:
        await playground.desk()
        visitor = Visitor(context.pages[0], playground)
        await answer(visitor)
        await verdict(visitor)
        await ticket(visitor)
        await moderators(visitor)


async def answer(visitor: Visitor) -> None:
    """A first line and a table."""
    await visitor.comes(**{"as": "ana", "on": DAY})
    await expect(visitor.page.get_by_role("button", name="What day it is")).to_contain_text("11 Mar")
    await visitor.says("what does Top Rated ask for?")
    await take(visitor, "answer")


async def verdict(visitor: Visitor) -> None:
    """The strip of weeks, and beside it what happened."""
    await visitor.comes(**{"as": "dmitri", "on": DAY})
    reply = await visitor.says("am I eligible for Top Rated?")
    await reply.hover()
    await reply.get_by_role("button", name="What happened").click()
    await expect(visitor.page.get_by_role("meter").first).to_be_visible()
    await take(visitor, "verdict")


async def ticket(visitor: Visitor) -> None:
    """A ticket at the desk, with the thread in which it is worked."""
    await visitor.comes(**{"as": "dmitri", "on": DAY})
    await visitor.uses_shortcut("Open a ticket")
    form = visitor.form
    await form.get_by_label("What is it about?").select_option("Job Success Score")
    await form.get_by_label("More precisely").select_option("My score dropped")
    await form.get_by_label("Tell us more").fill(WORDS)
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    await visitor.comes(**{"as": "agent", "in": "support-desk", "on": DAY})
    card = visitor.replies.last
    await card.get_by_role("button", name="Claim").click()
    await expect(card.get_by_role("button", name="Claim")).to_have_count(0)
    await card.get_by_role("button", name=re.compile(r"\d repl")).click()
    await take(visitor, "desk")


async def moderators(visitor: Visitor) -> None:
    """A moderator's queue: what went unanswered, with the buttons to teach it."""
    for who, words in ASKED:
        await visitor.comes(**{"as": who, "on": DAY})
        await visitor.says(words)
    await visitor.comes(**{"as": "moderator", "on": DAY})
    await visitor.page.get_by_role("tab", name="Home").click()
    home = visitor.page.get_by_role("region", name="App Home")
    unanswered = home.get_by_text("asked").first
    await expect(unanswered).to_be_visible()
    await unanswered.scroll_into_view_if_needed()
    await take(visitor, "moderators")


async def take(visitor: Visitor, name: str) -> None:
    """The page as it is, once nothing moves and its typeface is there."""
    page = visitor.page
    await page.mouse.move(640, 4)
    await page.evaluate("() => document.fonts.ready")
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    asyncio.run(main())
