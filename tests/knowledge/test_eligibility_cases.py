"""The cases of tests/eligibility, one test each: who, on which day, and what comes out."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.eligibility import check
from knowledge.load import load
from knowledge.record import parse_record
from knowledge.rules import Rulebook
from tests.knowledge import people

FOLDER = Path(__file__).parents[1] / "eligibility"


class Loader(yaml.SafeLoader):
    """Reads `on` as a word: of the truth values only true and false are some."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), ["t", "f"])


@cache
def rulebook() -> Rulebook:
    return Rulebook(load())


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.load(path.read_text("utf-8"), Loader)
    ]


def record(case: dict[str, Any], day: dt.date) -> people.Json:
    """The person named by `who`, changed as the case says; what `without` removes is unknown."""
    data = people.PEOPLE[case.get("who", "freelancer")](case.get("record_of", day))
    for key, value in case.get("changes", {}).items():
        if key == "scores":
            data["weeks"] = people.weeks(value, day)
        elif key == "contracts":
            data["contracts"] = [people.contract(**c) for c in value]
        else:
            data[key] = value
    return {key: value for key, value in data.items() if key not in case.get("without", [])}


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    day = case["on"]
    verdict = check(parse_record(record(case, day)), rulebook(), case["program"], day, look_ahead=False)
    expected = dict(case["expect"])
    found = {criterion.rule.id: criterion.finding.status.value for criterion in verdict.criteria}
    if "status" in expected:
        assert verdict.status == expected.pop("status"), found
    for absent in expected.pop("not_asked", []):
        assert absent not in found
    advice = {criterion.rule.id: criterion.advice for criterion in verdict.criteria}
    for name, words in expected.pop("advice", {}).items():
        assert advice[name] == words
    assert {name: found.get(name) for name in expected} == expected
