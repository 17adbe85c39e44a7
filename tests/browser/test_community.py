"""In the page: a question is put before the community, and an emoji on a reply brings it to its asker."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUESTION = "is there a discord server for all of us"
WORDS = "Yes, and the invitation is pinned in this channel."


async def reacts(message: Locator, emoji: str) -> None:
    """Put an emoji on a message by its toolbar."""
    await message.hover()
    await message.get_by_role("button", name="Add a reaction").click()
    await message.get_by_role("menuitem", name=emoji, exact=True).click()


async def test_who_asked_marks_the_reply_that_helped_and_gets_it_in_the_dm(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    unsure = await visitor.says(QUESTION)
    await unsure.get_by_role("button", name="Ask the community").click()
    await visitor.form.get_by_role("button", name="Ask them").click()
    await expect(visitor.form).to_have_count(0)

    await visitor.comes(**{"as": "ben", "in": "community"})
    asked = visitor.replies.last
    await expect(asked).to_contain_text(QUESTION)
    await asked.hover()
    await asked.get_by_role("button", name="Reply in thread").click()
    thread = visitor.page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("textbox").fill(WORDS)
    await thread.get_by_role("textbox").press("Enter")
    await expect(thread.get_by_role("article", name="Ben")).to_contain_text(WORDS)

    await visitor.comes(**{"as": "ana", "in": "community"})
    await visitor.replies.last.get_by_role("button", name=re.compile(r"\d repl")).click()
    await reacts(thread.get_by_role("article", name="Ben"), "white check mark")
    await expect(visitor.replies.first).to_contain_text("Solved by @Ben")
    await visitor.comes(**{"as": "ana"})
    await expect(visitor.replies.last).to_contain_text("answered what you asked the community")
    await expect(visitor.replies.last).to_contain_text(WORDS)


async def test_everybody_sees_who_reacted_and_only_that_person_takes_it_back(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana", "in": "community"})
    await visitor.writing.fill("Good morning!")
    await visitor.writing.press("Enter")
    said = visitor.page.get_by_role("main").get_by_role("article", name="Ana")
    await reacts(said, "tada")
    await expect(said.get_by_role("button", name="tada: you")).to_have_attribute("aria-pressed", "true")

    await visitor.comes(**{"as": "ben", "in": "community"})
    await expect(said.get_by_role("button", name="tada: Ana Ribeiro")).to_contain_text("🎉 1")
    await said.get_by_role("button", name="tada").click()
    mine = said.get_by_role("button", name="tada: Ana Ribeiro, you")
    await expect(mine).to_contain_text("🎉 2")
    await mine.click()
    await expect(said.get_by_role("button", name="tada: Ana Ribeiro")).to_contain_text("🎉 1")
