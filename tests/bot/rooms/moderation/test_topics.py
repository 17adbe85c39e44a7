"""Statistics for moderators: what was asked, how it went, and what would help most."""

import asyncio
import csv
import io
import json

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.bot.rooms.moderation.conftest import MOD, Moderated, words
from tests.bot.way import GENERAL, OTHER, PERSON


async def asked(mods: Moderated) -> None:
    """Two good answers, one of them doubted and one helpful, and two questions that nobody understands."""
    [first] = await mods.says("what does top rated ask for")
    await mods.press(PERSON, "feedback.up", first)
    [second] = await mods.says("what does top rated ask for", OTHER)
    await mods.press(OTHER, "feedback.down", second)
    for user in (PERSON, OTHER):
        await mods.says("frobnicate the quux sideways", user)


async def test_a_moderator_sees_what_was_asked_and_what_would_help_most(mods: Moderated) -> None:
    await asked(mods)
    await mods.bring(mods.slack.acts.commands(MOD, "topics week", channel=GENERAL))
    text = words(mods.slack.ephemerals[-1])
    assert "*4* questions, *2* answered (50%); 2 not understood. 👍 1 · 👎 1." in text
    assert "Would help most if taught" in text
    assert "frobnicate the quux sideways" in text
    table = next(b for b in mods.slack.ephemerals[-1]["blocks"] if b["type"] == "table")
    assert "What a badge asks for" in str(table)


async def test_nobody_else_sees_statistics(mods: Moderated) -> None:
    await asked(mods)
    await mods.bring(mods.slack.acts.commands(PERSON, "topics", channel=GENERAL))
    assert "frobnicate" not in words(mods.slack.ephemerals[-1])
    assert "Only" in words(mods.slack.ephemerals[-1])


async def test_the_same_comes_as_a_file(
    mods: Moderated, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(mods)
    monkeypatch.setenv("LAUREL_DATABASE_URL", database_url)
    runner = CliRunner()
    result = await _in_thread(runner, ["content", "stats", "--weeks", "520", "--csv"])
    rows = list(csv.DictReader(io.StringIO(result)))
    assert rows[0]["topic"] == "(all)"
    assert (rows[0]["asked"], rows[0]["answered"], rows[0]["unanswered"]) == ("4", "2", "2")
    found = json.loads(await _in_thread(runner, ["content", "stats", "--weeks", "520", "--json"]))
    assert next(row for row in found if row["topic"] == "program.criteria")["doubted"] == 1


async def _in_thread(runner: CliRunner, args: list[str]) -> str:
    result = await asyncio.to_thread(runner.invoke, app, args)
    assert result.exit_code == 0, result.output
    return result.stdout
