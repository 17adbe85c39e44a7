"""A cell on a day: which statement decides, and what is said about the others."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.model import Cell, Source, SourceKind, Statement

SOURCES = {
    f"{kind.value}_{n}": Source(id=f"{kind.value}_{n}", kind=kind, title=kind.value, address="somewhere")
    for kind in SourceKind
    for n in (1, 2)
}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def say(value: Any, source: str, since: str, until: str | None = None, **more: Any) -> Statement:
    given = {"from": since, "until": until, "value": value, "source": source, "confidence": "H"}
    return Statement.model_validate({**given, **more})


def on(when: str, *statements: Statement) -> Any:
    return Cell(statements).on(day(when), SOURCES)


def test_sources_are_trusted_in_this_order() -> None:
    assert [kind.value for kind in sorted(SourceKind, key=lambda kind: kind.rank)] == [
        "official",
        "staff",
        "moderator",
        "third_party",
        "community",
    ]


def test_a_better_source_decides_and_the_lesser_ones_are_named() -> None:
    blog = say(1, "third_party_1", "2022-01-01")
    page = say(2, "official_1", "2020-01-01")
    member = say(3, "community_1", "2023-01-01")
    found = on("2024-01-01", blog, member, page)
    assert found.value == 2
    assert found.outranked == (blog, member)
    assert found.statements == (page, blog, member)


def test_the_last_day_still_counts_and_the_next_does_not() -> None:
    statement = say(1, "official_1", "2020-01-01", "2024-09-03")
    assert on("2019-12-31", statement).upcoming == statement
    assert on("2020-01-01", statement).value == 1
    assert on("2024-09-03", statement).value == 1
    after = on("2024-09-04", statement)
    assert after.value is None
    assert after.ended == statement
    assert after.upcoming is None


def test_a_change_is_made_by_appending_a_statement() -> None:
    old = say(1000, "official_1", "2020-01-01")
    new = say(2000, "official_2", "2025-01-01")
    cell = Cell((old, new))
    assert cell.last_day(old, SOURCES) == day("2024-12-31")
    assert cell.on(day("2024-12-31"), SOURCES).value == 1000
    later = cell.on(day("2025-01-01"), SOURCES)
    assert later.value == 2000
    assert later.previous == old
    assert later.ended is None


def test_a_lesser_source_does_not_end_a_better_one() -> None:
    page = say(1, "official_1", "2020-01-01")
    blog = say(2, "third_party_1", "2025-01-01")
    assert Cell((page, blog)).last_day(page, SOURCES) is None
    assert on("2026-01-01", page, blog).value == 1


def test_when_the_better_source_ends_the_lesser_one_decides() -> None:
    page = say("violations", "official_1", "2017-01-01", "2021-04-27")
    blog = say("holds", "third_party_1", "2021-04-28")
    assert on("2021-04-27", page, blog).value == "violations"
    assert on("2021-04-28", page, blog).value == "holds"
    assert on("2021-04-28", page, blog).previous == page


def test_equal_sources_that_differ_are_both_reported() -> None:
    one = say("14 days", "official_1", "2024-01-01", disputed=True)
    two = say("until the course", "official_2", "2024-01-01", disputed=True)
    found = on("2025-01-01", one, two)
    assert found.statement == one
    assert found.disagreeing == (two,)


def test_of_two_disputed_statements_the_newer_leads() -> None:
    old = say("six", "official_1", "2020-01-01", disputed=True)
    new = say("eight", "official_2", "2021-01-01", disputed=True)
    found = on("2025-01-01", old, new)
    assert found.value == "eight"
    assert found.disagreeing == (old,)


def test_equal_sources_that_agree_are_no_disagreement() -> None:
    one = say(48, "moderator_1", "2024-01-01", disputed=True)
    two = say(48, "moderator_2", "2024-01-01", disputed=True)
    found = on("2025-01-01", one, two)
    assert found.agreeing == (two,)
    assert not found.disagreeing


def test_of_several_that_are_over_the_latest_to_end_is_named() -> None:
    first = say(1, "official_1", "2015-01-01", "2016-12-31")
    second = say(2, "community_1", "2017-01-01", "2019-12-31")
    assert on("2020-01-01", first, second).ended == second


def test_an_unknown_value_is_in_force_but_has_no_value() -> None:
    unknown = say(None, "official_1", "2021-01-01", confidence="U", note="nothing newer was found")
    found = on("2022-01-01", unknown)
    assert found.statement == unknown
    assert found.value is None


def test_an_empty_cell_says_nothing() -> None:
    found = on("2022-01-01")
    assert found.statements == ()
    assert found.ended is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": "2019-12-31"},
        {"confidence": "X"},
        {"source": "No Id"},
        {"value": {"needed": "many"}},
        {"surprise": 1},
        {"approximate": "sometimes"},
    ],
)
def test_a_statement_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        say(**{"value": 1, "source": "official_1", "since": "2020-01-01", **wrong})


def test_yes_stays_a_yes_and_no_number() -> None:
    assert say(True, "official_1", "2020-01-01").value is True
    assert say(1, "official_1", "2020-01-01").value is not True


DAYS = st.dates(day("2019-01-01"), day("2021-12-31"))
STATEMENTS = st.builds(
    lambda since, length, value, source, disputed: say(
        value,
        source,
        since.isoformat(),
        None if length is None else (since + dt.timedelta(days=length)).isoformat(),
        disputed=disputed,
    ),
    DAYS,
    st.none() | st.integers(0, 400),
    st.integers(0, 3),
    st.sampled_from(sorted(SOURCES)),
    st.booleans(),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(STATEMENTS, max_size=6), DAYS)
def test_whatever_is_written_the_best_source_in_force_decides(
    written: list[Statement], when: dt.date
) -> None:
    found = Cell(tuple(written)).on(when, SOURCES)
    for statement in found.statements:
        assert statement.from_ <= when
        assert statement.until is None or when <= statement.until
    if found.statement is None:
        assert not found.statements
        assert not any(s.from_ <= when and (s.until or when) >= when and s.disputed for s in written)
    else:
        ranks = [SOURCES[s.source].kind.rank for s in found.statements]
        assert ranks[0] == min(ranks)
        assert found.ended is None
        assert found.upcoming is None
    assert len(set(map(id, found.statements))) == len(found.statements)
