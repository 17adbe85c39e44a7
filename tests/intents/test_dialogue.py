"""Conversations read turn by turn: follow-ups, several questions at once, and when a topic is forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from intents.dialogue import Understanding
from intents.model import Catalogue, Choice, Tier, Turn, Understood
from intents.named import Slots

pytestmark = pytest.mark.xdist_group("understanding")

DIALOGUES = Path(__file__).parents[1] / "dialogues"
NOW = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)


def conversations() -> list[Any]:
    return [
        pytest.param(talk["turns"], id=f"{file.stem}: {talk['title']}")
        for file in sorted(DIALOGUES.glob("*.yaml"))
        for talk in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def offered(catalogue: Catalogue, item: Understood) -> tuple[str, ...]:
    """What the reply would show as buttons."""
    if item.tier is Tier.CHOOSE:
        return tuple(choice.intent for choice in item.choices)
    return catalogue[item.intent].followups if item.intent and item.tier is Tier.ANSWER else ()


@pytest.mark.parametrize("turns", conversations())
def test_a_conversation_is_understood_as_its_file_says(
    turns: list[dict[str, Any]], understanding: Understanding, catalogue: Catalogue
) -> None:
    turn: Turn | None = None
    now = NOW
    for said in turns:
        now += timedelta(minutes=said.get("later", 1))
        read = understanding.read(said["said"], turn, now)
        wanted = said.get("all", [said])
        assert len(read) == len(wanted), [item.intent for item in read]
        for item, want in zip(read, wanted, strict=True):
            slots = item.slots.as_dict()
            seen: dict[str, object] = {"intent": item.intent, "tier": item.tier.value}
            seen |= {"follow_up": item.follow_up, "deferred": item.deferred}
            for key, value in want.items():
                if key in seen:
                    assert seen[key] == value, (said["said"], item)
            for name, value in want.get("slots", {}).items():
                assert slots[name] == value, (said["said"], item)
        turn = understanding.after(turn, read[0], now, choices=offered(catalogue, read[0]))


def test_turns_that_are_not_understood_are_counted(understanding: Understanding) -> None:
    turn: Turn | None = None
    for count in (1, 2):
        [item] = understanding.read("qwrtz pqlmn", turn, NOW)
        turn = understanding.after(turn, item, NOW)
        assert turn.failures == count
    [item] = understanding.read("which badges are there", turn, NOW)
    assert understanding.after(turn, item, NOW).failures == 0


def test_a_button_may_be_typed(understanding: Understanding) -> None:
    turn = Turn(None, Slots(), ("jss.drop", "jss.improve", "connects.cost"), NOW)
    for typed, intent in (
        ("how to raise the score", "jss.improve"),
        ("Connects cost", "connects.cost"),
        ("option 1", "jss.drop"),
    ):
        [item] = understanding.read(typed, turn, NOW)
        assert (item.intent, item.tier, item.follow_up) == (intent, Tier.ANSWER, True)


def test_who_says_that_the_answer_was_wrong_is_offered_what_else_it_could_have_been(
    understanding: Understanding,
) -> None:
    doubted = Understood(
        "why did my score and badge go",
        Tier.ANSWER,
        "jss.drop",
        Slots(programs=("top_rated",)),
        0.5,
        (Choice("jss.drop", 0.5), Choice("badge.lost", 0.4), Choice("fees.service_fee", 0.04)),
    )
    turn = Turn.from_dict(Understanding.after(None, doubted, NOW).as_dict())
    for said in ("that's wrong", "no", "you didn't answer my question"):
        [item] = understanding.read(said, turn, NOW)
        assert [choice.intent for choice in item.choices] == ["assistant.no", "badge.lost"], said
        assert item.slots.programs == ("top_rated",)
    [alone] = understanding.read("that's wrong", None, NOW)
    assert "badge.lost" not in [choice.intent for choice in alone.choices if choice.confidence > 0.05]


def test_a_number_beyond_the_buttons_picks_none(understanding: Understanding) -> None:
    turn = Turn(None, Slots(), ("jss.drop", "jss.improve"), NOW)
    [item] = understanding.read("the third one", turn, NOW)
    assert not item.follow_up


def test_every_title_is_understood_as_its_intent(understanding: Understanding, catalogue: Catalogue) -> None:
    for intent in catalogue:
        [item] = understanding.read(intent.title, None, NOW)
        assert (item.intent, item.tier) == (intent.id, Tier.ANSWER)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        " ".join(f"w{number}" for number in range(10_000)),
        "top rated " * 4_000,
        "? " * 20_000,
        "how and why " * 4_000,
        "<!channel> <@U123> `code` \x00\x07 \u202e",
        "1,000 " * 5_000,
        "from 9 to " * 4_000,
        "- " * 20_000,
        " ".join(f"topratde{letter}" for letter in "abcdefghij" * 400),
    ],
    ids=[
        "one word",
        "many words",
        "a name",
        "marks",
        "and",
        "markup",
        "amounts",
        "from to",
        "dashes",
        "slips",
    ],
)
def test_a_hostile_message_gets_an_answer_of_some_kind(text: str, understanding: Understanding) -> None:
    read = understanding.read(text, None, NOW)
    assert 1 <= len(read) <= 8
    assert all(isinstance(item.tier, Tier) for item in read)


def test_the_same_message_is_always_understood_alike(understanding: Understanding) -> None:
    text = "why did my job success drop and how do I raise it?"
    assert understanding.read(text, None, NOW) == understanding.read(text, None, NOW)
