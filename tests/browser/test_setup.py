"""In the page: an admin sets up Laurel in the workspace, and what is saved holds at once."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opens_settings(visitor: Visitor) -> Locator:
    """The settings' form, opened from the home tab."""
    await visitor.page.get_by_role("tab", name="Home").click()
    home = visitor.page.get_by_role("region", name="App Home")
    await expect(home).to_contain_text("Laurel in this workspace")
    await home.get_by_role("button", name="Settings").click()
    await visitor.form.wait_for()
    return visitor.form


async def test_only_an_admin_finds_the_settings_in_the_home_tab(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "moderator"})
    await visitor.page.get_by_role("tab", name="Home").click()
    home = visitor.page.get_by_role("region", name="App Home")
    await expect(home.get_by_role("button").first).to_be_visible()
    await expect(home).not_to_contain_text("Laurel in this workspace")


async def test_the_form_holds_what_is_set_and_what_an_admin_saves_holds_at_once(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "admin"})
    form = await opens_settings(visitor)
    tickets = form.get_by_label("Channel for tickets")
    await expect(tickets.locator("option:checked")).to_have_text("🔒 support-desk")
    answers = form.get_by_role("group", name="Channels in which I answer what I am sure of")
    await expect(answers.get_by_role("checkbox", name="# community")).to_be_checked()
    await form.get_by_label("Channel where people may ask the community").select_option("")
    await form.get_by_label("Time zone").fill("Mars/Olympus")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_be_visible()
    await form.get_by_label("Time zone").fill("Europe/Berlin")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await visitor.page.get_by_role("tab", name="Messages").click()
    await expect(visitor.replies.last).to_contain_text("2 settings hold")

    form = await opens_settings(visitor)
    await expect(form.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    await visitor.comes(**{"as": "ana"})
    await visitor.page.get_by_role("button", name="What day it is").click()
    await expect(visitor.page.get_by_role("dialog")).to_contain_text("Europe/Berlin")
    await visitor.page.keyboard.press("Escape")
    unsure = await visitor.says("is there a discord server for all of us")
    await expect(unsure.get_by_role("button").first).to_be_visible()
    await expect(unsure.get_by_role("button", name="Ask the community")).to_have_count(0)
