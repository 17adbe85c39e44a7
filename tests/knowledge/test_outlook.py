from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest

from knowledge import picture
from knowledge.case import Case
from knowledge.eligibility import check
from knowledge.ledger import GoesOn
from knowledge.load import load
from knowledge.outlook import Outlook, Risk, at_risk, outlook
from knowledge.record import Record, parse_record
from knowledge.rules import Rulebook
from knowledge.status import ProgramStatus
from tests.knowledge import people
from tests.knowledge.people import DAY, contract, person


@cache
def rulebook() -> Rulebook:
    return Rulebook(load())


def ahead(record: Record, program: str = "top_rated", day: dt.date = DAY) -> Outlook:
    found = outlook(Case.of(record, rulebook(), day), program)
    assert found is not None
    return found


def risk(record: Record, program: str = "top_rated", day: dt.date = DAY) -> Risk | None:
    return at_risk(Case.of(record, rulebook(), day), program)


def holder(**changes: Any) -> Record:
    badges = [{"program": "top_rated", "from": "2025-06-01", "until": None}]
    return person(badges=badges, **changes)


# The earliest day


def test_who_meets_everything_is_there_today() -> None:
    assert ahead(person()).earliest_on == DAY


def test_a_first_contract_counts_on_its_91st_day() -> None:
    record = person(contracts=[contract({"2026-11-01": "2000.00"}, started_on="2026-09-01")])
    assert ahead(record).earliest_on == dt.date(2026, 12, 1)


def test_good_weeks_to_come_fill_the_window_on_a_sunday() -> None:
    assert ahead(person(weeks=people.weeks("11x94 5x80"))).earliest_on == dt.date(2026, 11, 29)


def test_earnings_go_on_at_the_pace_of_the_last_90_days() -> None:
    contracts = [contract({"2026-10-01": "900.00"})]
    found = ahead(person(contracts=contracts))
    assert found.earliest_on == dt.date(2026, 12, 1)  # 10 USD a day: 100 more take ten days
    assert found.assumption == (
        "If the score stays at 94% in each coming week, earnings go on as in the last 90 days (about $300 a "
        "month), activity and availability are kept up and nothing else changes."
    )


def test_a_hold_is_over_90_days_after_its_end() -> None:
    record = person(standing=[{"on": "2026-11-01", "until": "2026-11-10", "kind": "hold"}])
    assert ahead(record).earliest_on == dt.date(2026, 11, 10) + dt.timedelta(days=91)


@pytest.mark.parametrize(
    ("changes", "waits_for"),
    [
        ({"profile_completeness": 90}, "profile_complete"),
        ({"weeks": people.weeks("16x80")}, "jss"),
        ({"contracts": [contract({"2026-06-01": "400.00"})]}, "earnings_12m"),
    ],
)
def test_what_time_alone_does_not_bring_is_named(changes: dict[str, Any], waits_for: str) -> None:
    found = ahead(person(**changes))
    assert (found.earliest_on, found.waits_for) == (None, waits_for)


def test_top_rated_plus_waits_for_top_rated() -> None:
    record = person(weeks=people.weeks("11x94 5x80"))
    assert ahead(record, "top_rated_plus").earliest_on == dt.date(2026, 11, 29)
    assert ahead(person(profile_completeness=90), "top_rated_plus").waits_for == "profile_complete"


def test_a_coming_change_of_the_rules_is_waited_for() -> None:
    day = dt.date(2020, 7, 1)
    found = ahead(person(day), "top_rated_plus", day)
    assert found.earliest_on == dt.date(2020, 7, 7)


def test_the_earliest_day_is_the_first_day_of_plain_stepping() -> None:
    """The look ahead skips days on which nothing can change; stepping through all of them agrees."""
    people_ahead = [
        person(weeks=people.weeks("10x94 6x80"), contracts=[contract({"2026-10-01": "900.00"})]),
        person(weeks=people.weeks("3x94 5x80 8x94"), standing=[{"on": "2026-10-01", "kind": "violation"}]),
        parse_record(people.newcomer(joined_on="2026-11-01", activity=[], account_status="active")),
        person(dt.date(2021, 4, 1), as_of="2026-11-21T00:00:00Z"),
    ]
    days = [DAY, DAY, DAY, dt.date(2021, 4, 1)]
    for record, day in zip(people_ahead, days, strict=True):
        case = Case.of(record, rulebook(), day)
        goes_on = GoesOn(day, case.practice.pace_days, kept_up=True)
        for program in ("rising_talent", "top_rated", "top_rated_plus"):
            every = (day + dt.timedelta(days=n) for n in range(case.practice.horizon_days + 1))
            plain = next((d for d in every if case.on(d, goes_on).status(program).met), None)
            assert ahead(record, program, day).earliest_on == plain


# A badge at risk


def test_earnings_that_leave_the_window_put_the_badge_at_risk() -> None:
    contracts = [contract({"2025-12-01": "600.00", "2026-11-01": "500.00"})]
    found = risk(holder(contracts=contracts))
    assert found is not None
    assert (found.on, found.criteria) == (dt.date(2026, 12, 1), ("earnings_12m",))
    assert "nothing more is earned" in found.assumption


def test_bad_weeks_put_the_badge_at_risk_when_a_good_one_drops_out() -> None:
    weeks = [{"week_of": "2026-11-16", "jss": 95}, *people.weeks("3x80 13x94")]
    assert risk(holder(weeks=weeks)) is None
    falling = [{"week_of": "2026-11-16", "jss": 80}, *people.weeks("3x80 13x94")]
    found = risk(holder(weeks=falling))
    assert found is not None
    assert (found.on, found.criteria) == (DAY, ("jss",))


def test_inactivity_puts_the_badge_at_risk() -> None:
    contracts = [contract({"2026-06-01": "5000.00"})]
    found = risk(holder(contracts=contracts, activity=[{"on": "2026-09-01", "kind": "proposal"}]))
    assert found is not None
    assert (found.on, found.criteria) == (dt.date(2026, 12, 1), ("activity",))


def test_a_badge_that_would_fall_later_than_in_21_days_is_not_at_risk() -> None:
    contracts = [contract({"2025-12-13": "600.00", "2026-11-01": "500.00"})]
    assert risk(holder(contracts=contracts)) is None


def test_nobody_is_warned_of_a_badge_they_do_not_hold() -> None:
    assert risk(person(profile_completeness=10)) is None


def test_an_old_record_warns_of_nothing() -> None:
    assert risk(holder(profile_completeness=10, as_of="2026-01-01T00:00:00Z")) is None


# What people would rather look at


def test_the_weeks_are_a_strip_of_squares_oldest_first() -> None:
    case = Case.of(person(weeks=people.weeks("1x80 2x94 1x? 12x94")), rulebook(), DAY)
    squares = picture.weeks(case, "top_rated")
    assert [square.state for square in squares] == ["good"] * 12 + ["unknown", "good", "good", "bad"]
    assert squares[-1].week_of == dt.date(2026, 11, 9)
    assert picture.weeks(case, "expert_vetted") == ()


def test_the_earnings_are_a_bar_that_is_never_fuller_than_full() -> None:
    case = Case.of(person(contracts=[contract({"2026-11-01": "250.00"})]), rulebook(), DAY)
    bar = picture.earnings(case, "top_rated")
    assert bar is not None
    assert bar.share == 0.25
    full = picture.earnings(Case.of(person(), rulebook(), DAY), "top_rated")
    assert full is not None
    assert full.share == 1.0
    assert picture.earnings(case, "expert_vetted") is None


def test_the_verdict_carries_the_outlook() -> None:
    verdict = check(person(weeks=people.weeks("11x94 5x80")), rulebook(), "top_rated", DAY)
    assert verdict.status is ProgramStatus.NOT_ELIGIBLE
    assert verdict.as_dict()["earliest_on"] == "2026-11-29"
    assert check(person(), rulebook(), "top_rated", DAY, look_ahead=False).earliest_on is None
