"""A date of the asker's story is not the day that is asked about."""

from datetime import UTC, datetime

import pytest

from intents.dialogue import Understanding

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "I joined in 2017. how do i get top rated plus",
        "been here since 2018, how do I become top rated",
        "i was suspended last month then cleared, when can i be top rated again",
        "My first job was in May 2024, do I qualify for top rated",
        "two years ago I lost the badge, does that still count",
        "a client from 2021 left bad feedback, can I do something",
        "we started our agency in 2020, what does top rated ask for",
        "my account was on hold in march 2025, is top rated possible",
        "got a bad review in 2023, how is my score calculated",
    ],
)
def test_a_story_is_answered_as_of_today(understanding: Understanding, text: str) -> None:
    assert understanding.read(text, None, NOW)[0].slots.on is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("what did rising talent ask for in 2018", 2018),
        ("how did feedback removal work in 2020", 2020),
        ("what were the top rated perks in 2021", 2021),
        ("top rated criteria as of 2019-03-01", 2019),
        ("was there a fee discount in 2022", 2022),
        ("what did top rated cost my score in 2019", 2019),
    ],
)
def test_a_question_about_a_time_is_answered_as_of_it(
    understanding: Understanding, text: str, year: int
) -> None:
    on = understanding.read(text, None, NOW)[0].slots.on
    assert on is not None
    assert on.year == year
