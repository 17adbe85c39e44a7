"""The catalogue that ships: complete, without contradictions, with enough ways to ask."""

from dataclasses import replace
from pathlib import Path

from intents.entities import Entities
from intents.lint import check
from intents.model import Catalogue

CONTRACT = Path(__file__).with_name("contract.txt").read_text(encoding="utf-8").split()
LEAST = 12


def test_every_intent_of_the_contract_is_there(catalogue: Catalogue) -> None:
    assert set(CONTRACT) <= set(catalogue.intents)


def test_nothing_in_it_misleads(catalogue: Catalogue, entities: Entities) -> None:
    assert [str(problem) for problem in check(catalogue, entities)] == []


def test_every_intent_has_a_dozen_ways_to_ask(catalogue: Catalogue) -> None:
    assert {intent.id: len(intent.examples) for intent in catalogue if len(intent.examples) < LEAST} == {}


def test_titles_tell_intents_apart(catalogue: Catalogue) -> None:
    titles = [intent.title.casefold() for intent in catalogue]
    assert len(titles) == len(set(titles))


def test_what_would_mislead_is_told(catalogue: Catalogue, entities: Entities) -> None:
    drop = catalogue["jss.drop"]
    broken = drop.model_copy(
        update={
            "followups": ("jss.drop", "jss.nowhere"),
            "program": "gold",
            "category": "nonsense",
            "examples": (
                "how is the job success score calculated",
                "...",
                "why?",
                "Why",
                "which badges are there",
            ),
        }
    )
    told = [
        str(problem)
        for problem in check(
            replace(catalogue, intents={**catalogue.intents, "jss.drop": broken}),
            entities,
            {intent.category for intent in catalogue},
        )
    ]
    place = catalogue.places["jss.drop"]
    for words in (
        "has 5 examples",
        "jss.nowhere, which does not exist",
        "offers itself",
        "program gold",
        "category nonsense",
        "has no word",
        "stands twice under jss.drop",
    ):
        assert any(words in line and line.startswith(f"{place}: ") for line in told), (words, told)
    assert any("stands under jss.how_calculated and jss.drop" in line for line in told) or any(
        "stands under jss.drop and jss.how_calculated" in line for line in told
    )
