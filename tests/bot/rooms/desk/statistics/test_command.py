"""`laurel stats`: the figures on the terminal, for other programs, and for a spreadsheet."""

import asyncio
import csv
import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.store import Store
from tests.bot.rooms.desk.statistics.test_statistics import MONDAY, answered, ticket

DAYS = ("--since", "2025-03-03", "--until", "2025-03-16")


@pytest.fixture
def filled(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk with two weeks behind it."""

    async def fill() -> None:
        store = await Store.open(sqlite_url)
        await answered(store, "a", MONDAY)
        async with store.write() as session:
            for number, day in enumerate((0, 7)):
                at = MONDAY + timedelta(days=day)
                done = {"first_reply_at": at, "resolved_at": at, "used_seconds": 36_000}
                session.add(ticket(number, at, "U2", **done))
        await store.close()

    asyncio.run(fill())
    monkeypatch.setenv("LAUREL_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.usefixtures("filled")
def test_the_figures_come_as_a_table_as_json_and_as_csv() -> None:
    shown = CliRunner().invoke(app, ["stats", *DAYS]).output
    assert "2025-03-03 to 2025-03-16" in shown
    assert "0.0 / 0.0 10.0 / 10.0" in shown
    assert "…" not in shown  # it fits a narrow terminal
    told = json.loads(CliRunner().invoke(app, ["stats", *DAYS, "--json"]).output)
    assert (told["total"]["opened"], told["total"]["deflection"]) == (2, 1.0)
    assert list(told["by_week"]) == ["2025-03-03", "2025-03-10"]
    rows = list(csv.DictReader(CliRunner().invoke(app, ["stats", *DAYS, "--csv"]).output.splitlines()))
    assert [row["by"] for row in rows] == ["all", "category", "week", "week"]
    assert rows[0]["resolution_p90"] == "10.0"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("wrong", [("--since", "2025-13-01"), ("--until", "yesterday")])
def test_a_day_that_is_none_is_named_with_its_option(wrong: tuple[str, str]) -> None:
    error = CliRunner().invoke(app, ["stats", *wrong]).exception
    assert wrong[0] in str(error)
