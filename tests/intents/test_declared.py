"""What askers state of themselves is read, and nothing that they only ask about."""

from dataclasses import astuple, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from intents.declared import Declared, read

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("declared.yaml").read_text("utf-8"))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(part) for part in astuple(value)]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, Decimal) else value


def _facts(declared: Declared) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(declared, field.name))
        for field in fields(declared)
        if field.name != "rest" and getattr(declared, field.name) != field.default
    }


@pytest.mark.parametrize("case", CASES, ids=[case["said"] for case in CASES])
def test_a_text_states_these_facts_of_its_asker(case: dict[str, Any]) -> None:
    assert _facts(read(case["said"], NOW)) == case["facts"]


def test_what_was_read_is_not_left_for_other_readers() -> None:
    rest = read("first job two years ago, jss 91. as of 2024-05-01, top rated?", NOW).rest
    assert "two years" not in rest
    assert "2024-05-01" in rest


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_mistake(text: str) -> None:
    declared = read(text, NOW)
    assert declared.jss is None or 0 <= declared.jss <= 100


@given(st.integers(0, 100), st.integers(1, 99_999))
def test_a_score_and_a_sum_are_read_as_they_are_written(score: int, amount: int) -> None:
    declared = read(f"jss {score}, earned ${amount:,} in the last 12 months. top rated?", NOW)
    assert declared.jss == score
    assert declared.earned is not None
    assert declared.earned.amount == amount
