"""Two sides of the desk in a browser: a ticket's form, its card, the reply; hours; an outage."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "My score fell and I cannot see why."
ANSWER = "A refund of last month counts now."


async def test_a_ticket_goes_to_the_desk_and_its_answer_is_seen_once(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    await visitor.uses_shortcut("Open a ticket")
    form = visitor.form
    await form.get_by_label("What is it about?").select_option("Job Success Score")
    precisely = form.get_by_label("More precisely")
    await expect(precisely).to_contain_text("My score dropped")  # the second select follows the first
    await precisely.select_option("My score dropped")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_role("alert")).to_contain_text("required")  # beside the field that is empty
    await form.get_by_label("Tell us more").fill(WORDS)
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    await expect(visitor.replies.last).to_contain_text("Your ticket is")

    await visitor.comes(**{"as": "agent", "in": "support-desk"})
    card = visitor.replies.last
    await expect(card).to_contain_text(WORDS)
    await card.get_by_role("button", name="Claim").click()
    await expect(card.get_by_role("button", name="Claim")).to_have_count(0)
    await card.get_by_role("button", name="Reply", exact=True).click()
    await form.get_by_label("Your words to the person").fill(ANSWER)
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)

    await visitor.comes(**{"as": "ana"})
    await visitor.replies.last.get_by_role("button", name=re.compile(r"\d repl")).click()
    thread = visitor.page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("article").filter(has_text=ANSWER)).to_have_count(1)


async def test_out_of_hours_nobody_is_promised_a_specialist_now(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ben"})
    await visitor.page.get_by_role("button", name="What day it is").click()
    await visitor.page.get_by_role("button", name="Sunday night").click()
    await expect(visitor.page.get_by_role("button", name="What day it is")).to_contain_text("Sun")
    reply = await visitor.says("are specialists there now?")
    await expect(reply).to_contain_text("Mon")
    await expect(reply).to_contain_text("6:00 am")


async def test_an_outage_of_slack_loses_nothing_and_doubles_nothing(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    await visitor.sets_weather("Slack answers nothing", on=True)
    await visitor.sets_weather("Every event comes twice", on=True)
    slack = (await visitor.playground.desk()).slack
    before = len(slack.calls)
    await visitor.writing.fill("when is the score updated?")
    await visitor.writing.press("Enter")
    await slack.until(lambda: any(call.method == "chat.postMessage" for call in slack.calls[before:]))
    await expect(visitor.replies).to_have_count(0)
    await visitor.sets_weather("Slack answers nothing", on=False)
    await expect(visitor.replies).to_have_count(1)
    await visitor.says("thanks")
    await expect(visitor.replies).to_have_count(2)


async def test_somebody_else_sees_what_is_new_and_nothing_that_is_not_theirs(visitor: Visitor) -> None:
    await visitor.begins_anew(**{"as": "ana"})
    await visitor.goes_to("community")
    await visitor.writing.fill("@Laurel what does top rated ask for?")
    await visitor.writing.press("Enter")
    await expect(visitor.page.get_by_role("button", name="1 reply")).to_be_visible()
    await visitor.comes(**{"as": "ben"})
    channel = visitor.page.get_by_role("navigation").get_by_role("button", name="community")
    await expect(channel.get_by_label("2 unread")).to_be_visible()
    await expect(visitor.page.get_by_role("button", name="support-desk")).to_have_count(0)
