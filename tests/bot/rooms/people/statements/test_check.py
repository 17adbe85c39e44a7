"""`laurel check` by downloads and by figures of one's own."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.common import CommandError
from tests.bot.rooms.people.statements.test_reading import HISTORY, REPORT


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    found = {}
    for name, text in (("report", REPORT), ("history", HISTORY)):
        file = tmp_path / f"{name}.csv"
        file.write_text(text, "utf-8")
        found[name] = str(file)
    return found


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words, "--on", "2026-11-26"])


def verdict(*words: str) -> dict[str, Any]:
    done = check(*words, "--json")
    assert done.exit_code == 0, done.output
    [found] = json.loads(done.output)
    assert isinstance(found, dict)
    return found


def rows(found: dict[str, Any]) -> dict[str, str]:
    return {row["id"]: row["status"] for row in found["criteria"]}


def test_a_download_shows_what_it_can_and_leaves_the_rest_open(files: dict[str, str]) -> None:
    found = verdict("--statement", files["report"], "--program", "top_rated")
    assert found["status"] == "unknown"
    assert {name for name, status in rows(found).items() if status == "met"} == {
        "first_contract_age",
        "earnings_12m",
    }
    assert "unmet" not in rows(found).values()
    assert found["statement"]["earned_12m"] == "1040.00"


def test_figures_beside_it_close_the_open_rows(files: dict[str, str]) -> None:
    figures = ("--jss", "93", "--weeks", "15", "--profile", "100", "--no-holds")
    dates = ("--availability", "2026-11-01", "--active", "2026-11-20")
    found = verdict("--statement", files["report"], *figures, *dates, "--program", "top_rated")
    assert {name for name, status in rows(found).items() if status != "met"} == {"user_type"}


def test_a_contract_too_small_is_unmet_and_one_that_nobody_names_is_open(files: dict[str, str]) -> None:
    plus = ("--category", "writing", "--program", "top_rated_plus")
    assert rows(verdict("--statement", files["report"], *plus))["large_contract"] == "unmet"
    assert rows(verdict("--statement", files["history"], *plus))["large_contract"] == "unknown"


def test_a_sum_below_the_bar_is_open_where_the_download_is_too_short(files: dict[str, str]) -> None:
    found = verdict("--statement", files["history"], "--program", "top_rated_plus")
    assert rows(found)["earnings_12m"] == "unknown"
    found = verdict("--statement", files["report"], "--program", "top_rated_plus")
    assert rows(found)["earnings_12m"] == "unmet"


def test_figures_alone_are_enough() -> None:
    found = verdict("--jss", "89", "--program", "top_rated")
    assert (found["status"], rows(found)["jss"]) == ("not_eligible", "unmet")
    assert "statement" not in found


def test_a_plan_stands_beside_the_statement_and_what_a_short_download_leaves_open_comes_last(
    files: dict[str, str],
) -> None:
    named = ("--jss", "85", "--program", "top_rated_plus")
    found = verdict("--statement", files["history"], *named)
    assert list(found)[-2:] == ["plan", "statement"]
    assert (found["plan"][0]["id"], found["plan"][0]["now"], found["plan"][0]["missing"]) == ("jss", True, 5)
    assert ("earnings_12m", False) in [(step["id"], step["known"]) for step in found["plan"]]
    assert [step["known"] for step in found["plan"]] == sorted(
        (step["known"] for step in found["plan"]), reverse=True
    )


def test_people_read_what_was_read_before_the_verdict(files: dict[str, str]) -> None:
    shown = check("--statement", files["history"], "--program", "top_rated").output
    assert "Left out: Agency work" in shown
    assert "less than the 12 months" in shown
    assert shown.index("What was read") < shown.index("Top Rated")


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--jss", "193"), "a percentage lies between 0 and 100"),
        (("--jss", "93", "--program", "best_rated"), "--program best_rated: not known here"),
        (("--jss", "93", "--category", "juggling"), "--category juggling: not known here"),
        (("--earnings", "lots"), "--earnings lots: no amount"),
        (("f-1", "--jss", "93"), "not both"),
        (("--statement", "nowhere.csv"), "nowhere.csv: cannot be read"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(words: tuple[str, ...], cure: str) -> None:
    done = check(*words)
    assert isinstance(done.exception, CommandError)
    assert cure in str(done.exception)
