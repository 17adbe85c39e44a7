"""`laurel import`, `check`, `link` and `recheck`, as somebody types them."""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.cli import main
from bot.rooms.people.tables import Link
from bot.store import Store
from tests.bot.rooms.people.samples import freelancer, payment

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def laurel(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command in a folder of its own; exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LAUREL_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["laurel", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def short() -> dict[str, Any]:
    contract = {**freelancer()["contracts"][0], "payments": [payment("2026-10-05", "958.72")]}
    return freelancer(contracts=[contract])


def written(*records: dict[str, Any]) -> str:
    Path("people.json").write_text(json.dumps(records))
    return "people.json"


def verdict(out: str) -> dict[str, Any]:
    (found,) = json.loads(out)
    return dict(found)


def test_a_record_in_a_file_is_checked_without_importing_it(laurel: Run) -> None:
    file = written(freelancer("f-2"), short())
    arguments = ("check", "--records", file, "--id", "f-1", "--on", "2026-11-21", "--json")
    code, out, _ = laurel(*arguments, "--program", "top_rated")
    assert code == 0
    found = verdict(out)
    assert list(found) == [
        "program",
        "audience",
        "on",
        "status",
        "criteria",
        "earliest_on",
        "assumption",
        "holds_badge",
        "plan",
    ]
    assert found["status"] == "not_eligible"
    earnings = next(one for one in found["criteria"] if one["id"] == "earnings_12m")
    assert (earnings["status"], earnings["value"], earnings["required"]) == ("unmet", "958.72", "1000.00")
    assert "$41.28" in earnings["advice"]
    code, out, _ = laurel(*arguments)
    assert [one["program"] for one in json.loads(out)][:3] == ["rising_talent", "top_rated", "top_rated_plus"]


def test_what_if_is_answered_by_the_same_check(laurel: Run) -> None:
    arguments = ("check", "--records", written(short()), "--id", "f-1", "--program", "top_rated", "--json")
    day = ("--on", "2026-11-21")
    assert verdict(laurel(*arguments, *day, "--what-if", "earnings=500")[1])["status"] == "eligible"
    both = ("--what-if", "earnings=500", "--what-if", "jss=88")
    assert verdict(laurel(*arguments, *day, *both)[1])["status"] == "not_eligible"


def test_without_json_the_verdict_is_drawn(laurel: Run) -> None:
    code, out, _ = laurel(
        "check", "--records", written(short()), "--program", "top_rated", "--on", "2026-11-21"
    )
    assert code == 0
    assert "🟩" * 16 in out
    assert "$41.28 short" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "name a freelancer"),
        (("check", "nobody"), "no such freelancer"),
        (("check", "--records", "missing.json", "--id", "x"), "no such file"),
        (("check", "--records", "people.json", "--id", "x"), "no record with the id x"),
        (("check", "--records", "people.json"), "several"),
        (("check", "--records", "people.json", "--id", "f-3"), "joined_on"),
        (("check", "--records", "people.json", "--id", "f-1", "--program", "x"), "no such program"),
        (("check", "--records", "people.json", "--id", "f-1", "--on", "x"), "YYYY-MM-DD"),
        (("check", "--records", "people.json", "--id", "f-1", "--what-if", "luck=1"), "--what-if"),
        (("import", "missing.json"), "no such file"),
        (("link",), "name a CSV file"),
        (("link", "missing.csv"), "cannot be read"),
        (("link", "--team", "T1", "--user", "U1", "--freelancer", "x"), "no such freelancer"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_with_a_cure(
    laurel: Run, arguments: tuple[str, ...], said: str
) -> None:
    written(freelancer(), freelancer("f-2"), freelancer("f-3", joined_on="soon"))
    code, _, error = laurel(*arguments)
    assert code == 2
    assert said in error
    assert "Traceback" not in error


def test_import_link_check_and_recheck_go_together(laurel: Run, sqlite_url: str) -> None:
    file = written(freelancer(), freelancer("f-2"), freelancer("f-3", joined_on="soon"))
    code, out, error = laurel("import", file)
    assert (code, "2 added, 0 updated, 0 older than what is known, 0 referrals, 1 refused." in out) == (
        0,
        True,
    )
    assert "laurel-import-refused.csv" in error
    assert "joined_on" in Path("laurel-import-refused.csv").read_text()
    Path("links.csv").write_text("user,freelancer\nU1,f-1\nU2,f-2\n")
    assert laurel("link", "links.csv")[0] == 2, "no workspace is named"
    assert laurel("link", "links.csv", "--team", "T1")[1] == "2 linked.\n"
    assert laurel("link", "--team", "T1", "--user", "U2", "--remove")[1] == "Unlinked.\n"
    assert laurel("link", "--team", "T1", "--user", "U2", "--remove")[1] == "There was no link.\n"
    assert verdict(laurel("check", "f-1", "--program", "top_rated", "--json")[1])["program"] == "top_rated"
    code, out, _ = laurel("recheck", "--processes", "0")
    assert (code, out) == (0, "1 checked, 1 changed, 0 to be told, 0 out of reach.\n")

    async def baselines() -> list[bool]:
        store = await Store.open(sqlite_url)
        async with store.read() as session:
            links = (await session.scalars(select(Link))).all()
        await store.close()
        return [link.baseline is not None for link in links if link.freelancer_id]

    assert asyncio.run(baselines()) == [True]


def test_an_import_of_nothing_good_fails(laurel: Run) -> None:
    code, out, _ = laurel("import", written({"name": "nobody"}), "--report", "bad.csv")
    assert code == 1
    assert "1 refused" in out
    assert Path("bad.csv").exists()


def test_a_record_out_of_reach_is_unknown_and_never_a_no(
    laurel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAUREL_RECORDS", "http://127.0.0.1:9/")
    code, out, error = laurel("check", "f-1", "--json")
    assert code == 0
    assert {one["status"] for one in json.loads(out)} <= {"unknown", "discontinued"}
    assert "cannot be reached" in error


@pytest.mark.parametrize(
    ("records", "queries", "said"),
    [
        ("sqlite:///x.db", None, "LAUREL_RECORDS_QUERIES is missing"),
        ("sqlite:///x.db", "q.yaml", "freelancer"),
    ],
)
def test_a_source_that_cannot_be_used_names_the_setting(
    laurel: Run, monkeypatch: pytest.MonkeyPatch, records: str, queries: str | None, said: str
) -> None:
    monkeypatch.setenv("LAUREL_RECORDS", records)
    if queries is not None:
        monkeypatch.setenv("LAUREL_RECORDS_QUERIES", queries)
        Path(queries).write_text("weeks: SELECT 1")
    code, _, error = laurel("check", "f-1")
    assert code == 2
    assert said in re.sub(r"\s+", " ", error)
