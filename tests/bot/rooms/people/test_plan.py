"""What to do next: somebody's own plan in a reply."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Laurel, build
from bot.asking.answered import Answered
from bot.content import Content
from bot.messages import Asked, Surface, Where, Who
from bot.playground.samples import samples
from bot.review.replies import problems
from bot.rooms.people.importing import import_files
from bot.settings import Settings
from tests.drawing import drawn

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


@pytest.fixture
async def laurel(sqlite_url: str, content: Content, tmp_path: Path) -> AsyncIterator[Laurel]:
    settings = Settings.read({"LAUREL_DATABASE_URL": sqlite_url})
    file = tmp_path / "people.jsonl"
    file.write_text("\n".join(json.dumps(sample.record) for sample in samples(NOW.date())), "utf-8")
    async with build(settings, clock=lambda: NOW, content=content) as house:
        await import_files(house.store, [file], report=tmp_path / "refused.csv", now=NOW)
        yield house


async def asked(laurel: Laurel, text: str, freelancer: str | None = None) -> tuple[Answered, str]:
    question = Asked(text, Who("T1", "U1"), Where("D1", Surface.DM), "k", NOW, freelancer=freelancer)
    answered = await laurel.conversation.answer(question, None, NOW)
    assert answered.message is not None
    return answered, drawn(answered.message["blocks"])


async def test_a_plan_names_what_is_left_with_its_day_and_offers_a_reminder(laurel: Laurel) -> None:
    answered, text = await asked(laurel, "what should I do next", "ben")
    assert answered.message is not None
    assert list(problems(answered.message)) == []
    assert "Your way to Top Rated: 1 step is left." in text
    assert "$41.28 short" in text
    assert "Remind me" in text


async def test_who_holds_top_rated_gets_the_way_to_plus(laurel: Laurel) -> None:
    _, text = await asked(laurel, "what are my next steps", "ana")
    assert "Your way to Top Rated Plus" in text
    assert "$750 short of $5,000" in text


async def test_the_program_named_is_the_one_that_is_planned_for(laurel: Laurel) -> None:
    _, text = await asked(laurel, "what should i do next to get top rated", "chika")
    assert "Your way to Top Rated: 3 steps are left." in text
    assert "Eligible weeks" in text.partition("Open, because")[2]


async def test_who_is_not_known_gets_what_the_program_asks_for(laurel: Laurel) -> None:
    _, text = await asked(laurel, "what are my next steps to top rated")
    assert "Top Rated asks for 9 things" in text
    _, text = await asked(laurel, "what should I do next")
    assert "Use my own figures" in text


@pytest.mark.parametrize(
    "text",
    [
        "whats the next thing i should do for top rated",
        "give me a plan to reach the badge",
        "which steps do i have left",
        "what shall i do first to become top rated",
        "my to do list for the plus badge",
    ],
)
async def test_a_plan_is_asked_for_in_many_ways(laurel: Laurel, text: str) -> None:
    answered, _ = await asked(laurel, text, "ben")
    assert answered.first is not None
    assert answered.first.intent == "badge.way"


async def test_the_check_offers_the_plan(laurel: Laurel) -> None:
    _, text = await asked(laurel, "am i eligible for top rated", "dmitri")
    assert "What to do next" in text
