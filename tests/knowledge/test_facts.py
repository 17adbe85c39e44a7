from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from knowledge.facts import last_ended_week, measures, months_before
from knowledge.ledger import Span
from knowledge.record import parse_record
from tests.knowledge import people


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-21", 12, "2025-11-21"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-02-28", 12, "2024-02-28"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2026-01-15", 3, "2025-10-15"),
        ("2024-05-31", 3, "2024-02-29"),
    ],
)
def test_months_are_counted_back_to_the_same_date(day: str, months: int, before: str) -> None:
    assert months_before(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(before)


@pytest.mark.parametrize(
    ("day", "monday"),
    [("2026-11-21", "2026-11-09"), ("2026-11-22", "2026-11-16"), ("2026-11-23", "2026-11-16")],
)
def test_a_week_has_ended_on_its_sunday(day: str, monday: str) -> None:
    assert last_ended_week(dt.date.fromisoformat(day)) == dt.date.fromisoformat(monday)


def test_the_score_of_the_running_week_is_the_current_one() -> None:
    weeks = [*people.weeks("16x94"), {"week_of": "2026-11-16", "jss": 88, "rising_talent": False}]
    assert measures(people.person(weeks=weeks), people.DAY).score(30).value == 88


def test_a_score_of_more_than_30_days_ago_is_not_the_current_one() -> None:
    record = people.person(weeks=[{"week_of": "2026-10-12", "jss": 94}])
    assert measures(record, dt.date(2026, 11, 17)).score(30).known
    assert not measures(record, dt.date(2026, 11, 18)).score(30).known


def test_later_events_do_not_reach_back() -> None:
    record = people.person()
    assert measures(record, dt.date(2026, 10, 31)).earned(12).exact == 0


def test_work_that_may_be_agency_work_widens_the_bounds() -> None:
    contracts = [
        people.contract({"2026-10-01": "100.00"}),
        people.contract({"2026-10-01": "500.00", "2026-10-02": "-200.00"}, via_agency=None),
    ]
    found = measures(people.person(contracts=contracts), people.DAY).earned(12)
    assert found == Span(Decimal(100), Decimal(400))


def test_a_contract_without_a_list_of_payments_leaves_the_sum_without_bounds() -> None:
    record = parse_record({"id": "f", "contracts": [{"id": "c", "via_agency": False}]})
    assert measures(record, people.DAY).earned(12) == Span(None, None)
