"""A plan: what is open, in the order in which it can be met."""

import datetime as dt
from decimal import Decimal
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.case import Case
from knowledge.ledger import GoesOn
from knowledge.load import load
from knowledge.record import Record
from knowledge.rules import Rulebook
from knowledge.status import Status
from knowledge.way import Step, way
from tests.knowledge import people
from tests.knowledge.people import DAY, contract, person


@cache
def rulebook() -> Rulebook:
    return Rulebook(load())


def plan(record: Record, program: str = "top_rated") -> list[Step]:
    return way(Case.of(record, rulebook(), DAY), program)


def assert_first_met(case: Case, step: Step) -> None:
    """A step with a day is met on it, the record carried on, and not on the day before."""
    since = case.measures.day
    goes_on = GoesOn(since=since, pace_days=case.practice.pace_days, kept_up=True)
    for day, met in () if step.on is None else ((step.on, True), (step.on - dt.timedelta(days=1), False)):
        found = case.on(day, goes_on).finding(step.program, step.rule)
        assert (found.status is Status.MET) is met


def test_who_meets_everything_has_nothing_left_to_do() -> None:
    assert plan(person()) == []


def test_a_record_that_is_too_old_brings_no_plan() -> None:
    assert plan(person(as_of="2026-06-01T00:00:00Z", profile_completeness=80)) == []


def test_what_somebody_must_do_comes_before_what_time_brings() -> None:
    young = [contract({"2026-11-01": "2000.00"}, started_on="2026-09-01")]
    steps = plan(person(contracts=young, profile_completeness=90.0, weeks=people.weeks("11x94 5x80")))
    assert [step.rule.id for step in steps] == ["profile_complete", "jss_weeks", "first_contract_age"]
    assert [step.now for step in steps] == [True, False, False]
    assert [step.on for step in steps] == [None, dt.date(2026, 11, 29), dt.date(2026, 12, 1)]


def test_what_is_not_known_comes_last() -> None:
    steps = plan(person(profile_completeness=None, weeks=people.weeks("1x85 15x94")))
    assert [(step.rule.id, step.known) for step in steps] == [("jss", True), ("profile_complete", False)]


def test_the_way_to_plus_begins_with_what_top_rated_lacks() -> None:
    steps = plan(person(weeks=people.weeks("1x85 15x94")), "top_rated_plus")
    assert ("top_rated", "jss") in [(step.program, step.rule.id) for step in steps]
    assert "top_rated" not in [step.rule.id for step in steps]


@settings(max_examples=60, deadline=None)
@given(
    jss=st.sampled_from([80, 89, 90, 96]),
    good=st.integers(8, 15),
    earned=st.integers(0, 3000),
    started=st.dates(dt.date(2026, 7, 1), DAY - dt.timedelta(days=1)),
)
def test_a_step_with_a_day_is_met_on_it_and_not_the_day_before(
    jss: int, good: int, earned: int, started: dt.date
) -> None:
    paid = {max(started, dt.date(2026, 10, 1)).isoformat(): f"{earned}.00"}
    record = person(
        weeks=people.weeks(f"1x{jss} {good}x94 {15 - good}x80"),
        contracts=[contract(paid, started_on=started.isoformat())],
    )
    case = Case.of(record, rulebook(), DAY)
    steps = way(case, "top_rated")
    unmet = {rule.id for rule, found in case.findings("top_rated") if found.status is not Status.MET}
    assert {step.rule.id for step in steps} == unmet
    for step in steps:
        assert_first_met(case, step)


@settings(max_examples=60, deadline=None)
@given(jss=st.sampled_from([80, 89.5, 96]), profile=st.integers(0, 100), earned=st.integers(0, 1500))
def test_what_is_missing_would_just_do(jss: float, profile: int, earned: int) -> None:
    def standing(jss: float, profile: float, earned: Decimal) -> list[Step]:
        paid = [contract({"2026-11-01": str(earned)}, started_on="2025-01-01")]
        weeks = people.weeks(f"1x{jss} 15x94")
        return plan(person(weeks=weeks, contracts=paid, profile_completeness=float(profile)))

    missing = {step.rule.id: step.missing or Decimal(0) for step in standing(jss, profile, Decimal(earned))}
    just = (
        jss + float(missing.get("jss", 0)),
        profile + float(missing.get("profile_complete", 0)),
        earned + missing.get("earnings_12m", Decimal(0)),
    )
    assert standing(*just) == []
    if "earnings_12m" in missing:
        cent = Decimal("0.01")
        [step] = standing(*just[:2], just[2] - cent)
        assert (step.rule.id, step.missing) == ("earnings_12m", cent)
