from __future__ import annotations

from functools import cache

import pytest

from knowledge.case import Case
from knowledge.eligibility import check
from knowledge.load import load
from knowledge.outlook import outlook
from knowledge.record import Record, parse_record
from knowledge.rules import Rulebook
from knowledge.status import Status
from knowledge.what_if import WhatIfError, parse_changes, what_if
from tests.knowledge import people
from tests.knowledge.people import DAY, contract, person


@cache
def rulebook() -> Rulebook:
    return Rulebook(load())


def after(record: Record, *changes: str, program: str = "top_rated") -> dict[str, Status]:
    imagined = what_if(record, parse_changes(changes), DAY)
    return {rule.id: found.status for rule, found in Case.of(imagined, rulebook(), DAY).findings(program)}


@pytest.mark.parametrize("text", ["earnings=41.28", "earnings=+41.28", "earnings=$41.28"])
def test_earning_what_is_missing_meets_the_criterion(text: str) -> None:
    record = person(contracts=[contract({"2026-11-01": "958.72"})])
    assert after(record)["earnings_12m"] is Status.UNMET
    assert after(record, text)["earnings_12m"] is Status.MET
    assert after(record, "earnings=41.27")["earnings_12m"] is Status.UNMET


def test_a_refund_can_be_imagined_too() -> None:
    assert after(person(), "earnings=-11500")["earnings_12m"] is Status.UNMET


def test_earnings_on_top_of_unknown_ones_stay_unknown() -> None:
    record = parse_record({"id": "f"})
    assert after(record, "earnings=500")["earnings_12m"] is Status.UNKNOWN
    assert after(record, "earnings=500")["first_contract_age"] is Status.UNKNOWN


def test_a_lower_score_counts_at_once_and_its_weeks_as_they_end() -> None:
    found = after(person(), "jss=88")
    assert (found["jss"], found["jss_weeks"]) == (Status.UNMET, Status.MET)


def test_several_changes_are_imagined_together() -> None:
    record = person(profile_completeness=90, availability_updated_on="2020-01-01", contracts=[])
    found = after(record, "profile=100", "availability=today", "earnings=2000")
    assert [found[name] for name in ("profile_complete", "availability", "earnings_12m")] == [Status.MET] * 3


def test_an_agency_can_imagine_another_member() -> None:
    record = parse_record(people.agency(agency={"members": 1, "member_profiles": 80, "owner_profile": 100}))
    assert after(record, "members=2")["agency_size"] is Status.MET


def test_one_payment_is_no_habit() -> None:
    """What is imagined for today does not raise the pace at which earnings go on."""
    record = what_if(person(contracts=[contract({"2026-05-01": "300.00"})]), {"earnings": "500"}, DAY)
    found = outlook(Case.of(record, rulebook(), DAY), "top_rated")
    assert found is not None
    assert "nothing more is earned" in found.assumption


def test_the_record_itself_stays_as_it_is() -> None:
    record = person()
    before = record.model_dump_json()
    what_if(record, {"jss": 10, "earnings": -5}, DAY)
    assert record.model_dump_json() == before
    assert check(record, rulebook(), "top_rated", DAY).status.met


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("luck=1", "'luck' cannot be changed; what can: earnings, jss, profile"),
        ("earnings", "'earnings' is no change; write name=value, such as earnings=500"),
        ("earnings=much", "earnings=much is no amount; write it such as earnings=500"),
        ("jss=120", "jss=120: weeks"),
        ("availability=soon", "availability=soon: availability_updated_on is no date"),
        ("user_type=boss", "user_type=boss: user_type: 'boss' is not one of"),
    ],
)
def test_what_cannot_be_imagined_says_what_can(text: str, message: str) -> None:
    with pytest.raises(WhatIfError, match="^" + message):
        what_if(person(), parse_changes([text]), DAY)
