"""A message on its way: asked in Slack, answered in Slack, once."""

import httpx
import pytest

from tests.bot.slack.conftest import FAQ, GENERAL, OTHER, PERSON, Way, shown

QUESTION = "what are the criteria for top rated"


async def test_a_question_in_a_dm_is_answered_there(way: Way) -> None:
    [reply] = await way.says(QUESTION)
    assert reply["channel"] == way.slack.people.dm(PERSON)
    assert "thread_ts" not in reply
    assert "Top Rated asks a freelancer for" in reply["text"]
