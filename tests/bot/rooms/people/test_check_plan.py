"""`laurel check --json` has the plan: what is open in the order in which it can be met, for every sample."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.playground.samples import Sample, samples
from knowledge.case import Case
from knowledge.load import load
from knowledge.record import parse_record
from knowledge.rules import Rulebook
from knowledge.way import way
from tests.knowledge.test_way import assert_first_met

DAY = dt.date(2026, 11, 26)
PEOPLE = samples(DAY)
RULES = Rulebook(load())


def checked(folder: Path, person: Sample, *words: str) -> dict[str, dict[str, Any]]:
    """The verdicts on a sample, by program."""
    file = folder / "people.json"
    file.write_text(json.dumps([person.record]), "utf-8")
    named = ["check", "--records", str(file), "--on", DAY.isoformat(), "--json", *words]
    done = CliRunner().invoke(app, named)
    assert done.exit_code == 0, done.output
    return {found["program"]: found for found in json.loads(done.output)}


def rank(step: dict[str, Any]) -> tuple[bool, bool, str]:
    """What somebody must do, then what a day brings, then the rest, then what is not known."""
    return not step["known"], not step["now"], step["on"] or "9999"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_each_open_row_is_a_step_in_the_order_in_which_it_can_be_met(tmp_path: Path, person: Sample) -> None:
    found = checked(tmp_path, person)
    for program, verdict in found.items():
        steps = verdict["plan"]
        rows = {row["id"]: row for row in verdict["criteria"] if row["status"] != "met"}
        if not steps:  # a record that is too old brings no plan
            assert {row["status"] for row in rows.values()} <= {"unknown"}
            continue
        own = [step["id"] for step in steps if step["program"] == program]
        assert len(own) == len(set(own))
        builds_on = rows.keys() - set(own)
        assert set(own) <= rows.keys()
        assert builds_on <= {"top_rated"}
        assert bool(builds_on) is any(step["program"] != program for step in steps)
        assert steps == sorted(steps, key=rank)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_each_step_has_the_amount_and_the_advice_of_its_row(tmp_path: Path, person: Sample) -> None:
    found = checked(tmp_path, person)
    for step in (step for verdict in found.values() for step in verdict["plan"]):
        [row] = [row for row in found[step["program"]]["criteria"] if row["id"] == step["id"]]
        assert (step["advice"], step["unit"]) == (row["advice"], row["unit"])
        assert step["known"] is (row["status"] == "unmet")
        if step["missing"] is not None:
            assert float(row["value"]) + float(step["missing"]) == pytest.approx(float(row["required"]))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.id)
def test_the_day_of_a_step_is_the_first_on_which_it_is_met(tmp_path: Path, person: Sample) -> None:
    case = Case.of(parse_record(person.record), RULES, DAY)
    for program, verdict in checked(tmp_path, person).items():
        steps = way(case, program)
        shown = [(one["program"], one["id"], one["on"]) for one in verdict["plan"]]
        assert shown == [(one.program, one.rule.id, one.on and one.on.isoformat()) for one in steps]
        for step in steps:
            assert_first_met(case, step)
        if steps and verdict["earliest_on"] is not None:
            assert all(step.on and step.on.isoformat() <= verdict["earliest_on"] for step in steps)


def test_a_plan_says_what_is_missing_and_when(tmp_path: Path) -> None:
    [ben] = [person for person in PEOPLE if person.id == "ben"]
    found = checked(tmp_path, ben, "--program", "top_rated")
    assert found["top_rated"]["plan"] == [
        {
            "program": "top_rated",
            "id": "earnings_12m",
            "known": True,
            "now": False,
            "on": "2026-12-07",
            "missing": "41.28",
            "unit": "usd",
            "advice": "$41.28 short; any settled payment of that size does it.",
        }
    ]
    done = checked(tmp_path, ben, "--program", "top_rated", "--what-if", "earnings=500")
    assert done["top_rated"]["plan"] == []
