"""What must hold for every record: agreement with the oracle, and the laws of three values."""

from __future__ import annotations

import copy
import datetime as dt
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.case import Case
from knowledge.eligibility import check_all
from knowledge.facts import last_ended_week
from knowledge.load import load
from knowledge.record import parse_record
from knowledge.rules import Rulebook
from knowledge.status import Status
from tests.knowledge import oracle

Json = dict[str, Any]
EDGES = [
    dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2025, 2, 28),
    dt.date(2025, 3, 1), dt.date(2021, 4, 27), dt.date(2021, 4, 28), dt.date(2022, 12, 31),
    dt.date(2023, 1, 1),
    dt.date(2026, 11, 22), dt.date(2026, 8, 31), dt.date(2026, 5, 31),
]  # fmt: skip
days = st.one_of(st.sampled_from(EDGES), st.dates(dt.date(2020, 7, 7), dt.date(2027, 12, 31)))
ages = st.one_of(
    st.sampled_from([-1, 0, 29, 30, 31, 88, 89, 90, 91, 92, 181, 183, 184, 364, 365, 366, 367]),
    st.integers(-10, 500),
)
UNSAID = object()


@cache
def rulebook() -> Rulebook:
    return Rulebook(load())


def perhaps(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly said, sometimes left out."""
    return st.one_of(strategy, strategy, strategy, st.just(UNSAID))


def said(fields: Json) -> Json:
    return {key: value for key, value in fields.items() if value is not UNSAID}


@st.composite
def records(draw: st.DrawFn, day: dt.date) -> Json:
    """A record as of `day` whose dates crowd around the edges of its windows."""

    def date(age: int | None = None) -> st.SearchStrategy[str]:
        drawn = ages if age is None else st.just(age)
        return drawn.map(lambda age: (day - dt.timedelta(days=age)).isoformat())

    payments = st.builds(
        lambda **fields: said(fields),
        on=date(),
        amount=st.sampled_from(
            ["0.01", "41.28", "500.00", "958.72", "1000.00", "4999.99", "5000.00", "10000"]
        ),
        kind=st.sampled_from(["payment", "payment", "bonus", "refund"]),
        status=perhaps(st.sampled_from(["settled", "settled", "settled", "pending", "in_review"])),
    )
    contracts = st.builds(
        lambda **fields: said(fields),
        id=st.just("c"),
        category=perhaps(st.sampled_from(["writing", "sales_marketing", "legal"])),
        started_on=perhaps(st.one_of(st.just("2018-01-01"), date(90), date(91), date())),
        outcome=st.sampled_from([None, None, "positive", "negative"]),
        via_agency=perhaps(st.sampled_from([False, False, True])),
        payments=perhaps(st.lists(payments, max_size=3)),
    )
    doubt, bad = draw(st.sampled_from([(0, 0), (0, 3), (0, 4), (1, 2), (1, 3), (2, 1), (2, 2), (4, 4)]))
    states = [{"jss": 90.0}] * 12 + [{"jss": None, "rising_talent": True}] * 4
    bad_ones: list[Json] = [{"jss": 89.9}, {"jss": None, "rising_talent": False}]
    doubtful: list[Json] = [{}, {"jss": None}, {"rising_talent": False}]
    chosen = draw(st.permutations(range(16)))
    for number, at in enumerate(chosen[: doubt + bad]):
        states[at] = draw(st.sampled_from(doubtful if number < doubt else bad_ones))
    newest = last_ended_week(day)
    weeks = [
        {"week_of": (newest - dt.timedelta(weeks=n)).isoformat(), **state} for n, state in enumerate(states)
    ]
    standing = st.builds(
        lambda end, lasts, kind: {
            "on": (oracle.date(end) - dt.timedelta(days=lasts or 0)).isoformat(),
            "until": None if lasts is None else end,
            "kind": kind,
        },
        st.one_of(
            date(90),
            date(91),
            st.just(oracle.same_date_before(day, 3).isoformat()),
            st.just(oracle.same_date_before(day, 6).isoformat()),
            date(),
        ),
        st.one_of(st.none(), st.integers(0, 100)),
        st.sampled_from(["hold", "suspension", "violation", "performance_notice", "off_platform_payment"]),
    )
    activity = st.fixed_dictionaries({"on": date(), "kind": st.sampled_from(["proposal", "earning"])})
    fields = {
        "id": "f",
        "as_of": f"{day}T00:00:00Z",
        "user_type": draw(perhaps(st.sampled_from(["freelancer", "freelancer", "exclusive_agency_member"]))),
        "category": draw(perhaps(st.sampled_from(["writing", "legal"]))),
        "joined_on": draw(perhaps(date())),
        "profile_completeness": draw(perhaps(st.sampled_from([100, 100, 99.5]))),
        "availability_updated_on": draw(perhaps(date())),
        "readiness_test_passed_on": draw(perhaps(date())),
        "account_status": draw(perhaps(st.sampled_from(["active", "active", "suspended"]))),
        "standing": draw(perhaps(st.one_of(st.just([]), standing.map(lambda entry: [entry])))),
        "weeks": draw(st.sampled_from([weeks, weeks, weeks, weeks[3:], [], UNSAID])),
        "contracts": draw(perhaps(st.lists(contracts, max_size=3))),
        "activity": draw(perhaps(st.lists(activity, max_size=2))),
    }
    return said(fields)


dated = days.flatmap(lambda day: st.tuples(records(day), st.just(day)))


def statuses(record: Json, day: dt.date, program: str) -> dict[str, str]:
    case = Case.of(parse_record(record), rulebook(), day)
    return {rule.id: finding.status.value for rule, finding in case.findings(program)}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(dated)
def test_every_criterion_agrees_with_the_oracle(case: tuple[Json, dt.date]) -> None:
    record, day = case
    for program, expected in oracle.PROGRAMS.items():
        assert statuses(record, day, program) == expected(record, day), program


@settings(max_examples=150, deadline=None, derandomize=True)
@given(dated, st.integers(0, 400), st.sampled_from(["0.01", "300.00", "6000.00"]), st.integers(0, 3))
def test_more_settled_earnings_never_hurt(
    case: tuple[Json, dt.date], age: int, amount: str, which: int
) -> None:
    record, day = case
    record["contracts"] = [*record.get("contracts", []), {"id": "one more", "payments": []}]
    richer = copy.deepcopy(record)
    contract = richer["contracts"][which % len(richer["contracts"])]
    contract = contract if "payments" in contract else richer["contracts"][-1]
    on = (day - dt.timedelta(days=age)).isoformat()
    contract["payments"].append({"on": on, "amount": amount, "kind": "payment", "status": "settled"})
    order = {"unmet": 0, "unknown": 1, "met": 2}
    for program in ("top_rated", "top_rated_plus"):
        before, after = statuses(record, day, program), statuses(richer, day, program)
        assert all(order[after[name]] >= order[before[name]] for name in before), (before, after)


@st.composite
def forgotten(draw: st.DrawFn, record: Json) -> Json:
    """The same record with some of what it says left out."""
    less = copy.deepcopy(record)
    # A clean list of standing settles it; a suspension that is not in the list contradicts the record.
    optional = sorted(less.keys() - {"id", "as_of", "category", "weeks", "account_status"})
    for key in draw(st.lists(st.sampled_from(optional), max_size=3, unique=True)) if optional else []:
        del less[key]
    for contract in less.get("contracts", ()):
        for key in draw(st.lists(st.sampled_from(["via_agency", "payments", "started_on"]), max_size=1)):
            contract.pop(key, None)
        for payment in contract.get("payments", ()):
            if draw(st.booleans()):
                payment.pop("status", None)
    weeks = less.get("weeks", [])
    # The newest snapshot is the current score: without it an older one would speak.
    for week in draw(st.lists(st.sampled_from(weeks[1:]), max_size=4, unique_by=id)) if weeks[1:] else []:
        weeks.remove(week)
    return less


@settings(max_examples=150, deadline=None, derandomize=True)
@given(dated.flatmap(lambda case: st.tuples(forgotten(case[0]), st.just(case[0]), st.just(case[1]))))
def test_what_is_known_stays_so_when_more_becomes_known(case: tuple[Json, Json, dt.date]) -> None:
    less, record, day = case
    for program in oracle.PROGRAMS:
        before, after = statuses(less, day, program), statuses(record, day, program)
        assert {name: after[name] for name in before if before[name] != "unknown"} == {
            name: status for name, status in before.items() if status != "unknown"
        }, program


@settings(max_examples=80, deadline=None, derandomize=True)
@given(dated, st.sampled_from(["freelancer", "agency"]))
def test_whatever_is_open_comes_with_advice(case: tuple[Json, dt.date], audience: str) -> None:
    record, day = case
    for verdict in check_all(parse_record(record | {"audience": audience}), rulebook(), day):
        for criterion in verdict.criteria:
            assert (criterion.advice is None) == (criterion.finding.status is Status.MET)
            assert "{" not in (criterion.advice or "")
        assert (verdict.earliest_on == day) == verdict.met
