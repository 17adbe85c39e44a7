"""The asker's own figures lead the reply: whole questions, asked by somebody without a record."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import build
from bot.asking.answered import Answered
from bot.asking.conversation import Conversation
from bot.content import Content
from bot.messages import Asked, Surface, Where, Who
from bot.playground.samples import samples
from bot.review.replies import problems
from bot.rooms.people.importing import import_files
from bot.settings import Settings
from intents.model import Tier
from tests.drawing import drawn

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
QUESTIONS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("questions.yaml").read_text("utf-8")
)
FIRST = 240  # characters that people read before they decide whether to go on


@pytest.fixture
async def conversation(sqlite_url: str, content: Content) -> AsyncIterator[Conversation]:
    settings = Settings.read({"LAUREL_DATABASE_URL": sqlite_url})
    async with build(settings, clock=lambda: NOW, content=content) as laurel:
        yield laurel.conversation


async def _answer(conversation: Conversation, text: str, **asked: Any) -> Answered:
    where = Where("D1", Surface.DM)
    return await conversation.answer(Asked(text, Who("T1", "U1"), where, "k", NOW, **asked), None, NOW)


def _text(answered: Answered) -> str:
    assert answered.message is not None
    return drawn(answered.message["blocks"])


@pytest.mark.parametrize("case", QUESTIONS, ids=[case["say"] for case in QUESTIONS])
async def test_the_first_line_decides_by_the_figures_named(
    conversation: Conversation, case: dict[str, Any]
) -> None:
    answered = await _answer(conversation, case["say"])
    text = _text(answered)
    assert answered.tier is Tier.ANSWER
    for pattern in case["first"]:
        assert re.search(pattern, text[:FIRST], re.IGNORECASE), f"{pattern!r} is not in\n{text[:FIRST]}"
    assert answered.message is not None
    assert list(problems(answered.message)) == []


@pytest.mark.parametrize(
    "text",
    [
        "do i need a jss of 90 for top rated",
        "do the 13 of 16 weeks have to be consecutive",
        "client funded 5k in escrow, does that make it a large contract",
        "is 5k a large contract in web dev",
        "what does top rated ask for",
        "i have 15 weeks out of 16, where in my profile can i see a picture like that",
        "how long does it take until top rated plus shows",
    ],
)
async def test_who_asks_about_the_rules_names_no_figures_of_their_own(
    conversation: Conversation, text: str
) -> None:
    answered = await _answer(conversation, text)
    assert "replies/declared.j2" not in answered.templates


async def test_a_linked_record_goes_before_what_is_named(conversation: Conversation, tmp_path: Path) -> None:
    sample = samples(NOW.date())[0]
    file = tmp_path / "samples.jsonl"
    file.write_text(json.dumps(sample.record), "utf-8")
    await import_files(conversation.resources.store, [file], report=tmp_path / "refused.csv", now=NOW)
    answered = await _answer(conversation, "my jss is 89, can i keep top rated", freelancer=sample.id)
    assert "replies/declared.j2" not in answered.templates
    assert "replies/badge.eligibility_check.j2" in answered.templates


async def test_nobody_who_was_not_asked_judges_figures_said_in_a_channel(conversation: Conversation) -> None:
    answered = await _answer(conversation, "my jss is 89, can i keep top rated", mentioned=False)
    assert answered.message is None


async def test_a_story_s_date_is_not_the_day_asked_about(conversation: Conversation) -> None:
    text = _text(await _answer(conversation, "my first job was in 2015, jss 95. top rated plus?"))
    assert "did not exist" not in text
    assert "As of" not in text


async def test_what_was_not_named_stays_open_and_the_full_check_is_offered(
    conversation: Conversation,
) -> None:
    text = _text(await _answer(conversation, "my jss is 95, am i eligible for top rated"))
    assert "Not named, so open:* Eligible weeks" in text
    assert "[Check my whole record]" in text


async def test_late_in_the_evening_today_is_still_today(conversation: Conversation) -> None:
    evening = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)  # the evening before in the house's zone
    asked = Asked(
        "jss 94, 14 of 16 weeks, earned 2100, first job two years ago, 100% profile, no holds, "
        "availability set this month, active. top rated?",
        Who("T1", "U1"),
        Where("D1", Surface.DM),
        "evening",
        evening,
    )
    answered = await conversation.answer(asked, None, evening)
    assert _text(answered).startswith("*Yes")
