from __future__ import annotations

from collections.abc import Sequence

import pytest

from intents.evaluate import benchmark, cross_validate, labelled, out_of_scope
from intents.model import Choice, Question, Tier, Understood
from intents.named import Slots


def understood(intent: str, tier: Tier = Tier.ANSWER, *others: str, program: str | None = None) -> Understood:
    choices = (Choice(intent, 0.9), *(Choice(other, 0.02) for other in others))
    return Understood("", tier, intent, Slots(programs=(program,) if program else ()), 0.9, choices)


def test_labelled_questions_are_counted_as_defined() -> None:
    said = {
        "right": understood("a.a", program="top_rated"),
        "also right": understood("a.b", Tier.CHOOSE),
        "wrong, answered": understood("a.c", Tier.ANSWER, "a.a"),
        "wrong, asked back": understood("a.c", Tier.CHOOSE, "a.x", "a.y", "a.a"),
        "outside, answered": understood("a.a"),
        "outside, pointed on": understood("marketplace.scam"),
    }
    questions = [
        {"text": "right", "intent": "a.a", "accept": ["a.a"], "program": "top_rated"},
        {"text": "also right", "intent": "a.a", "accept": ["a.a", "a.b"], "program": "top_rated"},
        {"text": "wrong, answered", "intent": "a.a", "accept": ["a.a"]},
        {"text": "wrong, asked back", "intent": "a.a", "accept": ["a.a"]},
        {"text": "outside, answered", "intent": "out_of_scope", "accept": ["out_of_scope"]},
        {"text": "outside, pointed on", "intent": "out_of_scope", "accept": ["out_of_scope"]},
    ]
    result = labelled(questions, lambda text: [said[text]])
    misses = [miss["text"] for miss in result.pop("misses")]
    assert misses == ["wrong, answered", "wrong, asked back", "outside, answered"]
    assert result == {
        "n": 6,
        "accuracy": 0.5,
        "hit3": 0.75,
        "answered": 0.5,
        "wrong_answers": 0.25,
        "out_of_scope_answered": 0.5,
        "slot_accuracy": 0.5,
    }


def test_no_question_is_scored_by_a_reader_that_learned_it() -> None:
    questions = [{"text": f"q{n}", "intent": "a.a", "accept": ["a.a"]} for n in range(12)]
    questions += [{"text": f"o{n}", "intent": "out_of_scope", "accept": ["out_of_scope"]} for n in range(6)]
    read: list[str] = []

    def train(asked: Sequence[Question]) -> object:
        learned = {question.text for question in asked}
        assert len(learned) == 12  # two thirds of the questions
        assert all(
            question.accept == (() if question.text.startswith("o") else ("a.a",)) for question in asked
        )

        def reader(text: str) -> list[Understood]:
            assert text not in learned
            read.append(text)
            return [understood("a.a", Tier.UNSURE)]

        return reader

    result = cross_validate(questions, train, folds=3)  # type: ignore[arg-type]  # as a reader
    assert sorted(read) == sorted(str(question["text"]) for question in questions)
    assert result["accuracy"] == 1.0
    assert 0 <= result["ece"] <= 1


def test_a_data_set_is_measured() -> None:
    train = [
        ("my badge is gone", "lost"),
        ("badge lost", "lost"),
        ("connects price", "cost"),
        ("what do connects cost", "cost"),
    ]
    result = benchmark(train, [("lost my badge", "lost"), ("price of connects", "cost")], ["xyzzy plugh"])
    assert result["accuracy"] == 1.0
    assert result["oos_auroc"] == pytest.approx(1.0)
    assert result["ms_per_question"]
    assert result["rss_mb"]


def test_recall_is_taken_where_95_of_100_are_kept() -> None:
    inside = [number / 100 for number in range(100)]
    assert out_of_scope(inside, [0.01, 0.04, 0.2, 0.9])[1] == 0.5
