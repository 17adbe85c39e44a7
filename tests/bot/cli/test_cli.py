"""The `laurel` command as somebody types it."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import COMMANDS, app
from bot.cli.ask import answer, as_dict
from bot.cli.common import CommandError, app_errors, read_lines
from bot.delivery import outbox
from bot.store import Store
from tests.bot.way import Way
from tests.learned import LEARNED

ROOT = Path(__file__).parents[3]
CODE = "import sys; sys.argv[0] = 'laurel'; from bot.cli import main; main()"


def laurel(
    *words: str, given: str = "", folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in an empty folder."""
    return subprocess.run(
        [sys.executable, "-c", CODE, *words],
        cwd=folder,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": "",
            "HOME": str(folder),
            "COLUMNS": "100",
            "LAUREL_CACHE_DIR": str(LEARNED),
            **environment,
        },
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert all(name in shown for name in COMMANDS)


def test_ask_prints_one_object_with_the_fields_promised(tmp_path: Path) -> None:
    done = laurel(
        "ask",
        "what are the criteria for top rated",
        "--on",
        "2022-06-01",
        "--json",
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == {
        "tier", "intent", "slots", "confidence", "choices", "reply", "sources", "ticket"
    }  # fmt: skip
    assert (told["tier"], told["intent"], told["slots"]["program"]) == (
        "answer",
        "program.criteria",
        "top_rated",
    )
    assert told["choices"][0]["intent"] == "program.criteria"
    assert set(told["reply"]) == {"text", "blocks"}
    assert "1 June 2022" in told["reply"]["text"]
    assert told["sources"]


async def test_an_answer_is_as_of_the_day_asked_for(way: Way) -> None:
    from datetime import date

    then = as_dict(await answer(way.laurel, "can I remove feedback", None, date(2019, 3, 1)))
    now = as_dict(await answer(way.laurel, "can I remove feedback", None, date(2025, 3, 1)))
    assert "ended" in now["reply"]["text"]
    assert then["reply"]["text"] != now["reply"]["text"]


async def test_asking_as_somebody_unknown_is_refused_with_a_cure(way: Way) -> None:
    with pytest.raises(CommandError, match="laurel import"):
        await answer(way.laurel, "am I eligible", "nobody", None)


async def test_a_question_that_is_not_understood_offers_nothing_invented(way: Way) -> None:
    told = as_dict(await answer(way.laurel, "zxcv qwfp arst", None, None))
    assert (told["tier"], told["sources"]) == ("unsure", [])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["ask", "hi", "--on", "yesterday"], "--on yesterday: no such day"),
        (["eval"], "name a FILE"),
        (["eval", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
        (["eval", "--train", "a.jsonl"], "name a FILE, or --train F and --test F"),
        (["knowledge", "show", "gold_star"], "gold_star: no such program"),
        (["knowledge", "show", "top_rated", "--audience", "robots"], "choose freelancer or agency"),
        (["intents", "import", "nowhere.yml", "--into", "x"], "nowhere.yml: no such file"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    words: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, app_errors():
        app(words, standalone_mode=False)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1


def test_serve_without_settings_says_what_is_missing_and_stops(tmp_path: Path) -> None:
    done = laurel("serve", folder=tmp_path)
    assert done.returncode == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]


def test_a_broken_line_of_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"text": "fine"}\n{"text": \n', "utf-8")
    with pytest.raises(CommandError, match=r"q\.jsonl:2: no JSON"):
        read_lines(file)


def test_the_tables_are_printed_and_exported(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["knowledge", "show", "top_rated", "--on", "2022-06-01", "--json"])
    document: dict[str, Any] = json.loads(shown.output)
    assert document["program"] == "top_rated"
    assert {row["id"] for row in document["criteria"]} >= {"jss", "earnings_12m"}
    CliRunner().invoke(app, ["knowledge", "export", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {"knowledge.csv", "knowledge.md"}


def test_a_conversation_can_be_piped(tmp_path: Path) -> None:
    typed = [
        "am I eligible for top rated",
        "I want a human",
        "1",  # the button that opens the form
        "2",  # its category
        "1",  # its subcategory
        "my score fell overnight",
        "",
        "where is my ticket",
        "/desk",
        "/me",
        "/as nobody",
        "/laurel help",
        "99",
    ]
    done = laurel("chat", "--as", "ben", given="\n".join([*typed, ""]), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    shown = done.stdout
    for words in (
        "You are Ben Okafor",
        "$41.28 short",
        "Your ticket is LRL-",
        "my score fell overnight",
        "nobody: nobody of that name",
        "Here is what I can do",
        "There is no button 99.",
    ):
        assert words in shown
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_questions_is_answered_line_by_line_each_on_its_day(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(
        '{"say": "are the 30 connects monthly"}\n\n'
        '{"say": "how often can a top rated person remove feedback", "on": "2022-05-01"}\n',
        "utf-8",
    )
    done = laurel("ask", "--batch", str(file), "--json", folder=tmp_path)
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["point"] == "rising_talent.connects"
    assert first["reply"]["text"].startswith("*A one-time gift, not monthly")
    assert second["reply"]["text"].startswith("*Once every 3 months")


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        ('{"text": "hello"}', "no object with a say"),
        ('{"say": 5}', "question 1: say, on and as are texts"),
        ('{"say": "hello", "on": "yesterday"}', "on yesterday: no such day"),
    ],
)
def test_a_line_that_is_no_question_is_named_with_its_cure(tmp_path: Path, content: str, cure: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(content, "utf-8")
    done = laurel("ask", "--batch", str(file), "--json", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert cure in done.stderr


def test_a_question_and_a_file_at_once_are_refused(tmp_path: Path) -> None:
    assert "not both" in laurel("ask", "hello", "--batch", "x.jsonl", folder=tmp_path).stderr
    assert "name a question" in laurel("ask", folder=tmp_path).stderr


async def test_jobs_shows_what_was_given_up_without_anybodys_words_and_sends_it_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    store, now = await Store.open(sqlite_url), datetime.now(UTC)
    async with store.write() as session:
        payload = {"channel": "C1", "text": "My secret"}
        await outbox.enqueue(session, key="[k]:1", kind="slack.post", payload=payload, now=now)
        await session.execute(
            text("UPDATE jobs SET state = 'parked', last_error = 'slack: is_archived', done_at = due_at")
        )
    await store.close()
    shown = laurel("jobs", folder=tmp_path, LAUREL_DATABASE_URL=sqlite_url)
    assert shown.returncode == 0, shown.stderr
    for told in ("[k]:1", "slack.post", "slack: is_archived"):
        assert told in shown.stdout
    assert "secret" not in shown.stdout
    refused = laurel("jobs", "--resend", "k", folder=tmp_path, LAUREL_DATABASE_URL=sqlite_url)
    assert (refused.returncode, "no such job was given up" in refused.stderr) == (2, True)
    again = laurel("jobs", "--resend", "[k]:1", "--json", folder=tmp_path, LAUREL_DATABASE_URL=sqlite_url)
    [kind] = json.loads(again.stdout)["kinds"]
    assert (kind["kind"], kind["due"], kind["parked"]) == ("slack.post", 1, 0)
    nothing = laurel("jobs", folder=tmp_path, LAUREL_DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert "Nothing waits" in nothing.stdout
