from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
NAMES = {
    "jss.drop": "Job Success Score dropped",
    "connects.cost": "Cost of Connects",
    "badge.lost": "Badge lost",
}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.train(EXAMPLES, names=NAMES, lexicon=["trp"], oos=["what is for lunch"])


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("why did my job success score drop", "jss.drop"),
        ("my bagde dissapeared", "badge.lost"),
        ("how muchdo conects cost??", "connects.cost"),
        ("are connects expensive", "connects.cost"),
    ],
)
def test_a_question_finds_its_intent_slips_and_other_words_and_all(
    matcher: Matcher, asked: str, intent: str
) -> None:
    assert matcher.match(asked).intent == intent


@pytest.mark.parametrize("asked", ["Why did I lose my badge?", "CONNECTS PRICE", "my  badge disapeared!!"])
def test_an_example_said_again_is_answered(matcher: Matcher, asked: str) -> None:
    match = matcher.match(asked)
    assert match.tier is Tier.ANSWER
    assert match.confidence >= 0.95


@pytest.mark.parametrize(
    "text", ["", "   ", "?!…", "\N{GRINNING FACE}" * 5, "привет как дела", "\x00\x01", "xqzt wvvk", "<@U1>"]
)
def test_nothing_is_guessed_from_text_without_a_known_word(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    assert (match.tier, match.confidence) == (Tier.UNSURE, 0.0)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=300) | st.lists(st.sampled_from(["my", "badge", "conects", "score", "+"])).map(" ".join)
)
def test_choices_of_any_text_are_probabilities_best_first(matcher: Matcher, text: str) -> None:
    match = matcher.match(text)
    chances = [choice.confidence for choice in match.choices]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert sum(chances) <= 1.000001
    assert match == matcher.match(text)


def test_the_same_examples_give_the_same_matcher() -> None:
    asked = ["my badge vanished", "price pls", "score??"]
    first, second = (Matcher.train(EXAMPLES, names=NAMES) for _ in range(2))
    assert [first.match(text) for text in asked] == [second.match(text) for text in asked]
    assert first._scorer.linear.weights.tobytes() == second._scorer.linear.weights.tobytes()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        "ab ba " * 7_000,
        " ".join(f"w{number}rd" for number in range(10_000)),
        " ".join(f"{chr(97 + number % 26)}onnects badg{chr(97 + number % 25)}" for number in range(10_000)),
        "'" * 40_000,
        "c+" * 20_000,
        "\ufdfa" * 10_000,
        "e\u0301" * 20_000,
    ],
    ids=["one word", "repeats", "10,000 words", "near words", "quotes", "plus", "ligatures", "accents"],
)
def test_the_longest_message_costs_no_more_than_a_long_one(matcher: Matcher, text: str) -> None:
    """Work is counted in calls, which no busy machine changes; the bench has the milliseconds."""
    long = " ".join(f"badg{chr(97 + number % 25)} dissapeard" for number in range(60))
    assert _calls(lambda: matcher.match(text)) < 2 * _calls(lambda: matcher.match(long))


def _calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls, C's included."""
    counted = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def test_a_moderator_sees_why(matcher: Matcher) -> None:
    why = matcher.explain("my bagde dissapeared yesterday")
    assert why.nearest == "my badge disappeared"
    assert why.nearest_intent == "badge.lost"
    assert 0.3 < why.similarity <= 1
    assert [(repair.written, repair.read) for repair in why.repairs] == [
        ("bagde", "badge"),
        ("dissapeared", "disappeared"),
    ]
    assert why.features[0][1] >= why.features[-1][1] > 0
    assert why.runner_up is not None
    assert why.match == matcher.match("my bagde dissapeared yesterday")


def test_a_single_intent_and_two_can_be_learned() -> None:
    assert Matcher.train([("where is my badge", "a.b")]).match("badge").intent == "a.b"
    pair = Matcher.train([("where is my badge", "a.b"), ("connects price", "c.d")])
    assert [pair.match(text).intent for text in ("my badge", "price")] == ["a.b", "c.d"]


def test_no_examples_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one example"):
        Matcher.train([])
