from __future__ import annotations

import pytest

from intents.matcher import Matcher
from intents.model import Tier

EXAMPLES = [
    (text, intent)
    for intent, texts in {
        "jss.drop": [
            "why did my job success score drop",
            "my job success went down",
            "jss fell from 95 to 80",
            "my score decreased without a reason",
        ],
        "connects.cost": [
            "how much do connects cost",
            "what is the price of connects",
            "what do i pay for connects",
            "connects price",
        ],
        "badge.lost": [
            "why did i lose my badge",
            "my badge disappeared",
            "badge is gone from my profile",
            "my top rated badge was removed",
        ],
    }.items()
    for text in texts
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.train(EXAMPLES, names={"jss.drop": "Job Success Score dropped"})


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("why did my job success score drop", "jss.drop"),
        ("my bagde dissapeared", "badge.lost"),
        ("how muchdo conects cost??", "connects.cost"),
    ],
)
def test_a_question_finds_its_intent_slips_and_all(matcher: Matcher, asked: str, intent: str) -> None:
    assert matcher.match(asked).intent == intent


@pytest.mark.parametrize(
    "text", ["", "   ", "?!…", "\N{GRINNING FACE}" * 5, "привет как дела", "\x00\x01", "xqzt wvvk"]
)
def test_nothing_is_guessed_from_text_without_a_known_word(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert (match.tier, match.confidence) == (Tier.UNSURE, 0.0)
