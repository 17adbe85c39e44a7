"""The register of figures: not one of them may get lost."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.display import PLAIN, value_text
from knowledge.load import load
from knowledge.model import Cell, Knowledge, Row, Statement

REGISTER: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("cells.yaml").read_text("utf-8")
)
ENTRIES = [(f"{part}: {entry['says']}", entry) for part, entries in REGISTER.items() for entry in entries]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def cells(knowledge: Knowledge) -> dict[str, tuple[Cell, Row]]:
    return {found.path: (found.cell, found.row or PLAIN) for found in knowledge.cells()}


def normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: normal(part) for key, part in value.items()}
    if isinstance(value, Decimal):
        return str(value) if value % 1 else int(value)
    return value


def says(knowledge: Knowledge, row: Row, statement: Statement, entry: dict[str, Any]) -> bool:
    if entry["source"] not in statement.names:
        return False
    value = normal(statement.value)
    if "key" in entry:
        if not isinstance(value, dict) or entry["key"] not in value:
            return False
        value = value[entry["key"]]
    if "value" in entry and (
        value != entry["value"] or isinstance(value, bool) != isinstance(entry["value"], bool)
    ):
        return False
    if any(
        entry.get(key, given) != given
        for key, given in (("from", statement.from_), ("until", statement.until))
    ):
        return False
    if entry.get("confidence", statement.confidence) != statement.confidence:
        return False
    texts = (value_text(knowledge.wording, statement, row), statement.note, statement.replaced_by)
    return any(entry.get("words", "") in text for text in texts if text is not None)


@pytest.mark.parametrize("part", REGISTER)
def test_every_figure_is_still_known(
    part: str, knowledge: Knowledge, cells: dict[str, tuple[Cell, Row]]
) -> None:
    lost = []
    for entry in REGISTER[part]:
        cell, row = cells.get(entry["at"], (Cell(()), PLAIN))
        if not any(says(knowledge, row, statement, entry) for statement in cell.statements):
            lost.append((entry["says"], entry["at"], [(s.value, s.source) for s in cell.statements]))
    assert not lost


def test_the_register_itself_is_sound() -> None:
    names = [name for name, _ in ENTRIES]
    assert len(names) == len(set(names))
    assert len(names) > 300
    known = {"says", "at", "source", "value", "key", "from", "until", "confidence", "words"}
    for _, entry in ENTRIES:
        assert set(entry) <= known
        assert isinstance(entry.get("until", dt.date.min), dt.date)
