"""A changed fact holds from its day on, and nothing that was said of earlier days changes."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.changing import Change, ChangeError, changed
from knowledge.load import load
from knowledge.model import Knowledge, Source, SourceKind, Statement

KNOWLEDGE = load()
PATHS = [located.path for located in KNOWLEDGE.cells()]
DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2030, 12, 31))


def tried(change: Change, refusals: set[str]) -> Knowledge | None:
    """The knowledge with it; None where it was refused for one of these reasons."""
    try:
        return changed(KNOWLEDGE, [change])
    except ChangeError as error:
        if error.why not in refusals:
            raise
        return None


def said(path: str, day: dt.date, knowledge: Any = KNOWLEDGE) -> Any:
    return knowledge.on(knowledge.cell(path), day).value


@settings(deadline=None)
@given(st.sampled_from(PATHS), DAYS, DAYS, st.sampled_from(SourceKind))
def test_what_was_said_of_earlier_days_stays(
    path: str, since: dt.date, day: dt.date, kind: SourceKind
) -> None:
    source = Source(id="fresh", kind=kind, title="A page", address="example.org/page")
    statement = Statement.model_validate(
        {"from": since, "value": "something else", "source": "fresh", "confidence": "H"}
    )
    after = tried(Change(path=path, statement=statement, source=source), {"earlier"})
    if after is None:
        return
    if day < since:
        assert said(path, day, after) == said(path, day)
    assert after.cell(path).statements[:-1] == KNOWLEDGE.cell(path).statements
    for other in PATHS:
        if other != path:
            assert after.cell(other) is KNOWLEDGE.cell(other) or after.cell(other) == KNOWLEDGE.cell(other)
    assert KNOWLEDGE.changes == ()
    again = [Change.read(one) for one in after.changes]
    assert changed(KNOWLEDGE, again).cell(path) == after.cell(path), "it comes back from its JSON as it was"


@settings(deadline=None)
@given(st.sampled_from(PATHS), DAYS, DAYS)
def test_what_ended_holds_up_to_its_last_day(path: str, ends: dt.date, day: dt.date) -> None:
    after = tried(Change(path=path, ends=ends, replaced_by="another thing"), {"nothing", "over"})
    if after is not None and day <= ends:
        assert said(path, day, after) == said(path, day)


VALUES = [True, 3, Decimal("0.20"), "0.15", "a text", ["a", "b"], {"needed": "13", "window": None}]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_back_from_its_json_as_it_was(value: Any) -> None:
    statement = Statement.model_validate(
        {"from": "2025-01-01", "value": value, "source": "x", "confidence": "H"}
    )
    again = Change.read(Change(path="a.b", statement=statement).model_dump_json(by_alias=True)).statement
    assert again == statement
    assert again is not None
    assert type(again.value) is type(statement.value)
