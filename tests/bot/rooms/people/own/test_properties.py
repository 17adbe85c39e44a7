"""What is named of somebody is judged as a whole record with the same facts is: never the other way round."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rooms.people.own.declared_case import DeclaredCase
from intents.declared import Against, Declared, Earned
from knowledge.case import Case
from knowledge.facts import last_ended_week
from knowledge.load import load
from knowledge.model import Audience
from knowledge.record import Record, parse_record
from knowledge.rules import Rulebook
from knowledge.status import Status

DAY = dt.date(2026, 11, 26)
RULES = Rulebook(load())
PROGRAMS = ("rising_talent", "top_rated", "top_rated_plus")
CATEGORY = "writing"
WINDOW = 16
back = st.integers(0, 800).map(lambda days: DAY - dt.timedelta(days=days))
money = st.integers(0, 20_000).map(Decimal)


@st.composite
def people(draw: st.DrawFn) -> tuple[Record, Declared]:
    """Somebody's whole record, and everything of it that can be named."""
    score = draw(st.none() | st.integers(0, 100).map(float))
    good = draw(st.integers(0, WINDOW))
    largest = draw(money)
    rest = draw(money)
    first = draw(back)
    held = draw(st.none() | st.tuples(st.sampled_from(["hold", "suspension", "violation"]), back))
    monday = last_ended_week(DAY)
    weeks: list[dict[str, Any]] = [
        {"week_of": str(monday - dt.timedelta(weeks=at)), "jss": 95 if at < good else 60}
        for at in range(WINDOW)
    ]
    weeks.insert(0, {"week_of": str(DAY - dt.timedelta(days=DAY.weekday())), "jss": score})
    paid = [("c1", largest), *((f"c{at}", Decimal(1)) for at in range(2, 2 + min(int(rest), 3)))]
    contracts = [
        {
            "id": name, "started_on": str(first), "via_agency": False, "category": CATEGORY,
            "payments": [{"on": str(DAY), "amount": str(amount), "kind": "payment", "status": "settled"}],
        }
        for name, amount in paid
    ]  # fmt: skip
    profile, availability = draw(st.integers(0, 100).map(float)), draw(back)
    record = parse_record(
        {
            "id": "f1", "user_type": "freelancer", "category": CATEGORY, "weeks": weeks,
            "contracts": contracts,
            "profile_completeness": profile, "availability_updated_on": str(availability), "activity": [],
            "standing": [{"kind": held[0], "on": str(held[1]), "until": str(held[1])}] if held else [],
        }
    )  # fmt: skip
    declared = Declared(
        jss=score,
        without_jss=score is None,
        weeks=(good, WINDOW),
        earned=Earned(sum((amount for _, amount in paid), Decimal(0))),
        contract=max(amount for _, amount in paid),
        first_contract_on=first,
        profile=profile,
        against=Against(held[0], held[1]) if held else None,
        clear=held is None,
        availability_on=availability,
    )
    return record, declared


NAMED = tuple(name for name in Declared.__dataclass_fields__ if name not in {"rest", "held", "user_type"})
BLANK = Declared()


def _rows(case: Case, program: str) -> dict[str, Status]:
    return {rule.id: finding.status for rule, finding in case.findings(program)}


@settings(deadline=None)
@given(people(), st.sets(st.sampled_from(NAMED)), st.sampled_from(PROGRAMS))
def test_what_is_decided_by_figures_named_is_decided_so_by_the_whole_record(
    person: tuple[Record, Declared], named: set[str], program: str
) -> None:
    record, whole = person
    said = Declared(**{name: getattr(whole, name) for name in named})
    mine = _rows(DeclaredCase(RULES, said, DAY, Audience.FREELANCER, CATEGORY), program)
    theirs = _rows(Case.of(record, RULES, DAY), program)
    assert mine.keys() == theirs.keys()
    for rule, status in mine.items():
        assert status in (Status.UNKNOWN, theirs[rule]), rule


@settings(deadline=None)
@given(people(), st.sampled_from(PROGRAMS))
def test_naming_more_never_turns_a_row_round(person: tuple[Record, Declared], program: str) -> None:
    _, whole = person
    settled: dict[str, Status] = {}
    said: dict[str, Any] = {}
    for name in NAMED:
        said[name] = getattr(whole, name)
        case = DeclaredCase(RULES, Declared(**said), DAY, Audience.FREELANCER, CATEGORY)
        for rule, status in _rows(case, program).items():
            before = settled.get(rule, Status.UNKNOWN)
            assert before in (Status.UNKNOWN, status), rule
            settled[rule] = status


@given(st.sampled_from(PROGRAMS))
def test_naming_nothing_decides_nothing(program: str) -> None:
    case = DeclaredCase(RULES, BLANK, DAY, Audience.FREELANCER, None)
    rows = _rows(case, program)
    assert {rule for rule, status in rows.items() if status is not Status.UNKNOWN} <= {"user_type"}
    assert not case.decides(program)
