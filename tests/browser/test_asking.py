"""What a freelancer sees in a browser: answers, tables, verdicts, choices, by mouse and by keyboard."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_question_gets_a_first_line_and_a_table_that_can_be_read(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    reply = await visitor.says("what does top rated ask for?")
    await expect(reply).to_contain_text("Top Rated asks for")
    row = reply.get_by_role("row", name="Job Success Score")
    await expect(row.get_by_role("rowheader")).to_have_text("Job Success Score")
    await expect(row.get_by_role("cell")).to_have_text("90% or more")
    await expect(reply).to_be_in_viewport()


async def test_a_check_shows_the_strip_of_weeks_and_what_is_missing(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ben"})
    reply = await visitor.says("am I eligible for top rated?")
    await expect(reply).to_contain_text("Top Rated: not yet.")
    await expect(reply.locator(".strip").first).to_have_text("🟩" * 16)
    await expect(reply).to_contain_text("$41.28 short")


async def test_did_you_mean_is_answered_with_the_keyboard_alone(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    asked = await visitor.says("badge")
    await expect(asked).to_contain_text("Which of these do you mean?")
    choice = asked.get_by_role("button", name="When the badge shows up")
    keyboard = visitor.page.keyboard
    for _ in range(40):  # back from the line that one writes in, as a keyboard goes
        if await choice.evaluate("one => one === document.activeElement"):
            break
        await keyboard.press("Shift+Tab")
    await expect(choice).to_be_focused()
    await keyboard.press("Enter")
    await expect(visitor.replies).to_have_count(2)
    await expect(visitor.replies.last).not_to_contain_text("Which of these do you mean?")


async def test_a_link_brings_somebody_else_to_the_same_day_person_and_answer(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    await visitor.comes(**{"as": "elena", "on": "2019-03-01", "say": "can I remove feedback?"})
    await expect(visitor.replies).to_have_count(1)
    await expect(visitor.page.get_by_role("button", name="You are Elena")).to_be_visible()
    await expect(visitor.page.get_by_role("button", name="What day it is")).to_contain_text("1 Mar 2019")
    await expect(visitor.replies.first).to_contain_text("Yes")


async def test_what_happened_shows_readings_rows_limits_time_and_statements(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ben"})
    reply = await visitor.says("am I eligible for top rated?")
    await reply.hover()
    await reply.get_by_role("button", name="What happened").click()
    drawer = visitor.page.get_by_role("complementary", name="What happened")
    await expect(drawer).to_contain_text("badge.eligibility_check")
    await expect(drawer.get_by_role("meter").first).to_be_visible()
    await expect(drawer.get_by_role("row", name="Earnings in the last 12 months")).to_contain_text("$958.72")
    await expect(drawer).to_contain_text("SQL statements")
    await expect(drawer).to_contain_text("of 4000 characters")
    await visitor.page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)


async def test_a_file_that_is_dropped_reaches_laurel(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    before = await visitor.replies.count()
    await visitor.page.get_by_label("Files").set_input_files(
        {"name": "screen.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    )
    await expect(visitor.page.get_by_text("screen.png")).to_be_visible()
    await visitor.writing.press("Enter")
    await expect(visitor.replies).to_have_count(before + 1)


async def test_what_a_command_says_to_one_person_is_laurels_and_nobody_else_sees_it(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "moderator", "in": "community"})
    note = await visitor.says("/laurel why whats jss need for toprated+ ??")
    await expect(note).to_contain_text("Only visible to you")
    await visitor.comes(**{"as": "ana", "in": "community"})
    await expect(visitor.replies).to_have_count(0)
