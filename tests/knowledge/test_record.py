from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from knowledge.record import Record, RecordError, parse_record
from tests.knowledge import people


def problems(**changes: Any) -> list[str]:
    with pytest.raises(RecordError) as caught:
        parse_record(people.freelancer(**changes))
    return caught.value.problems


def test_a_record_survives_being_written_and_read_again() -> None:
    record = parse_record(
        people.agency(weeks=[{"week_of": "2026-11-09"}, {"week_of": "2026-11-02", "jss": None}])
    )
    assert parse_record(record.model_dump_json()) == record
    assert parse_record(record.model_dump(mode="json")) == record


def test_a_missing_list_is_unknown_and_an_empty_one_is_not() -> None:
    record = parse_record({"id": "f", "contracts": []})
    assert record.contracts == ()
    assert record.activity is None


def test_a_week_keeps_apart_that_there_was_no_score_and_that_nobody_says() -> None:
    weeks = [{"week_of": "2026-11-09", "jss": None}, {"week_of": "2026-11-02"}]
    record = parse_record(json.dumps({"id": "f", "weeks": weeks}))
    again = parse_record(record.model_dump_json())
    assert [week.without_score for week in again.weeks or ()] == [True, False]


def test_money_is_exact() -> None:
    data = people.contract({"2026-01-01": "0.10", "2026-01-02": "0.20"})
    record = parse_record({"id": "f", "contracts": [data]})
    payments = (record.contracts or ())[0].payments or ()
    assert sum(payment.net for payment in payments) == Decimal("0.30")


def test_a_refund_takes_away_with_and_without_a_minus_sign() -> None:
    payments = [{"on": "2026-01-01", "amount": amount, "kind": "refund"} for amount in ("5.00", "-5.00")]
    record = parse_record({"id": "f", "contracts": [{"id": "c", "payments": payments}]})
    assert [p.net for p in (record.contracts or ())[0].payments or ()] == [Decimal("-5.00")] * 2


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"joined_on": "1.2.2026"}, "joined_on is no date; write it as YYYY-MM-DD"),
        ({"joined_on": 20260101}, "joined_on is a number; write a date as YYYY-MM-DD"),
        ({"as_of": "lately"}, "as_of is no time; write it as YYYY-MM-DDTHH:MM:SSZ"),
        (
            {"user_type": "boss"},
            (
                "user_type: 'boss' is not one of 'freelancer', 'non_exclusive_agency_member' or "
                "'exclusive_agency_member'"
            ),
        ),
        (
            {"profile_completeness": 120},
            "profile_completeness: 120 is out of range; input should be less than or equal to 100",
        ),
        (
            {"contracts": "none"},
            "contracts is no list; write [...], or leave the field out if nothing is known",
        ),
        (
            {
                "contracts": [
                    {"id": "c", "payments": [{"on": "2026-01-01", "amount": "12o", "kind": "bonus"}]}
                ]
            },
            'contracts[0].payments[0].amount is no amount; write it as a decimal such as "1200.00"',
        ),
        (
            {"contracts": [{"id": "c", "payments": [{"on": "2026-01-01", "amount": "-5", "kind": "bonus"}]}]},
            "contracts[0].payments[0]: amount -5 is negative; money that flows back is of kind refund",
        ),
        (
            {"weeks": [{"week_of": "2026-11-10"}]},
            "weeks[0]: week_of 2026-11-10 is a Tuesday; give the Monday the week begins with, 2026-11-09",
        ),
        ({"weeks": [{"week_of": "2026-11-09"}] * 2}, "weeks: 2026-11-09 stands twice; keep one of them"),
        (
            {"standing": [{"on": "2026-01-02", "until": "2026-01-01", "kind": "hold"}]},
            "standing[0]: until 2026-01-01 lies before the beginning, 2026-01-02",
        ),
        ({"contract": []}, "unknown field 'contract'; did you mean 'contracts'?"),
        ({"category": "Web Dev"}, "category is no id; write lower case, such as web_mobile_software"),
        ({"id": ""}, "id is empty"),
    ],
)
def test_an_error_names_the_field_and_the_cure(changes: dict[str, Any], problem: str) -> None:
    assert problems(**changes) == [problem]


def test_all_errors_are_told_at_once() -> None:
    assert len(problems(joined_on="x", email_opt_in="perhaps", agency=3)) == 3


def test_what_is_no_json_is_said_so() -> None:
    with pytest.raises(RecordError, match="the record is no JSON"):
        parse_record("{")


def test_columns_of_the_operators_own_are_left_aside() -> None:
    assert parse_record({"id": "f", "shoe_size": 43}) == Record(id="f")


def test_a_record_is_dated_in_utc() -> None:
    record = parse_record({"id": "f", "as_of": "2026-11-21T23:30:00-05:00"})
    assert record.as_of_day == dt.date(2026, 11, 22)
