from __future__ import annotations

import datetime as dt
import json
from functools import cache

import jsonschema
import pytest

from knowledge.criteria import REGISTRY
from knowledge.eligibility import check, check_all
from knowledge.load import load
from knowledge.model import Knowledge
from knowledge.record import parse_record
from knowledge.rules import Rulebook
from knowledge.status import ProgramStatus
from tests.knowledge import people
from tests.knowledge.people import DAY

NULLABLE_DATE = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
VERDICT = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "program", "audience", "on", "status", "criteria", "earliest_on", "assumption", "holds_badge",
    ],
    "properties": {
        "program": {"type": "string"},
        "audience": {"enum": ["freelancer", "agency"]},
        "on": NULLABLE_DATE,
        "status": {"enum": [status.value for status in ProgramStatus]},
        "criteria": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "status", "value", "required", "unit", "source", "as_of", "advice"],
                "properties": {
                    "id": {"enum": list(REGISTRY)},
                    "status": {"enum": ["met", "unmet", "unknown"]},
                    "value": {},
                    "required": {},
                    "unit": {"type": "string"},
                    "source": {"type": "string"},
                    "as_of": NULLABLE_DATE,
                    "advice": {"type": ["string", "null"]},
                },
            },
        },
        "earliest_on": NULLABLE_DATE,
        "assumption": {"type": ["string", "null"]},
        "holds_badge": {"type": ["boolean", "null"]},
    },
}  # fmt: skip


@cache
def knowledge() -> Knowledge:
    return load()


@pytest.mark.parametrize("who", ["freelancer", "newcomer", "agency"])
@pytest.mark.parametrize("known", [True, False])
def test_a_verdict_is_the_documented_json(who: str, *, known: bool) -> None:
    data = people.PEOPLE[who]() if known else {"id": "f", "audience": people.PEOPLE[who]()["audience"]}
    for verdict in check_all(parse_record(data), knowledge(), DAY):
        document = json.loads(json.dumps(verdict.as_dict()))
        jsonschema.validate(document, VERDICT)
        open_ones = [c for c in document["criteria"] if c["status"] != "met"]
        assert all(criterion["advice"] for criterion in open_ones)


def test_money_is_a_decimal_string_and_everything_has_its_source() -> None:
    record = people.person(contracts=[people.contract({"2026-11-01": "958.72"})])
    verdict = check(record, knowledge(), "top_rated", DAY)
    [earnings] = [c.as_dict() for c in verdict.criteria if c.rule.id == "earnings_12m"]
    assert earnings == {
        "id": "earnings_12m",
        "status": "unmet",
        "value": "958.72",
        "required": "1000.00",
        "unit": "usd",
        "source": earnings["source"],
        "as_of": "2026-11-21",
        "advice": "$41.28 short; any settled payment of that size does it.",
    }
    assert earnings["source"] in knowledge().sources


def test_every_criterion_in_the_knowledge_is_judged_by_a_function() -> None:
    programs = knowledge().programs.values()
    assert {criterion.id for program in programs for criterion in program.criteria} <= REGISTRY.keys()


def test_nothing_known_means_nothing_denied() -> None:
    for verdict in check_all(parse_record({"id": "f"}), knowledge(), DAY):
        assert verdict.status in {ProgramStatus.UNKNOWN, ProgramStatus.DISCONTINUED}
        assert verdict.holds_badge is None


def test_who_holds_a_badge_is_told_so() -> None:
    badges = [{"program": "top_rated", "from": "2025-01-01", "until": "2026-11-20"}]
    record = people.person(badges=badges)
    assert check(record, knowledge(), "top_rated", dt.date(2026, 11, 20)).holds_badge is True
    assert check(record, knowledge(), "top_rated", DAY).holds_badge is False


def test_a_program_that_is_still_to_come_says_when_it_begins() -> None:
    verdict = check(people.person(), knowledge(), "top_rated_plus", dt.date(2020, 7, 1))
    assert (verdict.status, verdict.begins) == (ProgramStatus.NOT_ELIGIBLE, dt.date(2020, 7, 7))


def test_an_old_record_says_how_old_it_is_and_looks_at_nothing() -> None:
    record = people.person(as_of="2026-09-01T00:00:00Z")
    verdict = check(record, knowledge(), "top_rated", DAY)
    assert (verdict.status, verdict.stale_days) == (ProgramStatus.UNKNOWN, 81)
    assert (verdict.earliest_on, verdict.assumption) == (None, None)


def test_the_rules_of_a_rulebook_are_those_of_its_knowledge() -> None:
    assert check_all(people.person(), Rulebook(knowledge()), DAY) == check_all(
        people.person(), knowledge(), DAY
    )


def test_an_unknown_program_is_an_error() -> None:
    with pytest.raises(KeyError):
        check(people.person(), knowledge(), "platinum", DAY)
