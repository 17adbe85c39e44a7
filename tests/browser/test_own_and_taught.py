"""In the page: a download that is dropped and confirmed, and a moderator who teaches an answer."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUESTION = "is there a discord server for all of us"


def report() -> bytes:
    """An earnings report with two payments of the last months."""
    today = datetime.now(UTC).date()
    rows = [
        f'"{(today - timedelta(days=days)).isoformat()}","Landing page copy (40000011)","4","600",""'
        for days in (60, 30)
    ]
    head = '"Date","Contract","Hours","Amount","Payment type"'
    return "\n".join([head, *rows, ""]).encode()


async def test_a_download_that_is_dropped_is_asked_about_and_then_used(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "newcomer"})
    before = await visitor.replies.count()
    await visitor.page.get_by_label("Files").set_input_files(
        {"name": "earnings-report.csv", "mimeType": "text/csv", "buffer": report()}
    )
    await visitor.writing.press("Enter")
    asked = visitor.replies.nth(before)
    await expect(asked).to_contain_text("$1,200")
    await asked.get_by_role("button", name="Yes, use it").click()
    verdict = visitor.replies.last
    await expect(verdict).to_contain_text("your download")
    await expect(verdict).to_contain_text("$1,200 in the last 12 months, $1,000 needed")


async def test_what_a_moderator_teaches_is_answered_from_then_on(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    unsure = await visitor.says(QUESTION)
    await expect(unsure).not_to_contain_text("everybody may join")
    await visitor.comes(**{"as": "moderator"})
    await visitor.page.get_by_role("tab", name="Home").click()
    home = visitor.page.get_by_role("region", name="App Home")
    await home.get_by_role("button", name="Teach").first.click()
    await visitor.form.get_by_role("button", name="Write a new answer instead").click()
    form = visitor.form
    await form.get_by_label("Title", exact=True).fill("Our Discord server")
    await form.get_by_label("Answer", exact=True).fill("Yes: everybody may join.")
    await form.get_by_label("Who answers for it").fill("Community team")
    await form.get_by_role("button", name="Test it").click()
    await expect(form).to_have_count(0)
    await visitor.comes(**{"as": "moderator", "in": "moderators"})
    card = visitor.replies.last
    await card.get_by_role("button", name="Publish").click()
    await expect(visitor.replies.last).to_contain_text("said within seconds")
    await visitor.comes(**{"as": "ben"})
    reply = await visitor.says(QUESTION)
    await expect(reply).to_contain_text("everybody may join")
    await expect(reply).to_contain_text("Community team")
