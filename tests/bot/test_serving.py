"""`laurel serve` as a process of its own, behind real HTTP: ready, killed, started again."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.app import build
from bot.content import Content
from bot.delivery import outbox
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.serving import introduce
from bot.settings import SettingsError
from bot.store import Store
from tests.bot.way import PERSON, settings_for
from tests.learned import LEARNED

ROOT = Path(__file__).parents[2]
CODE = "import sys; sys.argv[0] = 'laurel'; from bot.cli import main; main()"


def environment(slack: Workspace, folder: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ.get("PATH", ""),
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "LAUREL_CACHE_DIR": str(LEARNED),
        "LAUREL_DATABASE_URL": f"sqlite:///{folder}/laurel.db",
    }


@asynccontextmanager
async def serving(slack: Workspace, folder: Path) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    process = await create_subprocess_exec(
        sys.executable,
        *("-c", CODE, "serve", "--port", "0"),
        cwd=folder,
        env=environment(slack, folder),
        stderr=PIPE,
    )
    assert process.stderr is not None
    reading = None
    try:
        port = None
        while port is None:
            line = await process.stderr.readline()
            assert line, "it ended before it listened"
            told = json.loads(line)  # every line has one form, those of libraries too
            assert told["level"] not in {"warning", "error"}, told
            port = told.get("port") if told.get("event") == "listening" else None
        reading = asyncio.create_task(process.stderr.read())
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            yield process, http
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        if reading is not None:
            written = await reading
            assert b"criteria for top rated" not in written  # nobody's words in the log


async def test_a_killed_server_answers_after_its_restart_once(tmp_path: Path) -> None:
    async with Workspace(clock=lambda: datetime.now(UTC)) as slack:
        slack.people.user(PERSON)
        [request] = slack.acts.says(PERSON, "what are the criteria for top rated")
        again = slack.acts.event(json.loads(request.body)["event"], retry=1)
        async with serving(slack, tmp_path) as (process, http):
            assert (await http.get("/readyz")).json() == {"ready": True}
            answer = await http.post("/slack/events", content=request.body.encode(), headers=request.headers)
            assert answer.status_code == 200
            process.send_signal(signal.SIGKILL)
            await process.wait()
        async with serving(slack, tmp_path) as (process, http):
            answer = await http.post("/slack/events", content=again.body.encode(), headers=again.headers)
            assert answer.status_code == 200
            await slack.until(lambda: bool(slack.posted()), seconds=110)
            process.terminate()
            assert await process.wait() == 0
        assert len(slack.posted()) == 1


async def test_a_second_server_on_one_file_is_refused_in_one_line_that_says_what_to_do(
    tmp_path: Path,
) -> None:
    async with Workspace(clock=lambda: datetime.now(UTC)) as slack, serving(slack, tmp_path):
        second = await create_subprocess_exec(
            sys.executable,
            "-c",
            CODE,
            "serve",
            "--port",
            "0",
            cwd=tmp_path,
            env=environment(slack, tmp_path),
            stderr=PIPE,
        )
        _, told = await second.communicate()
    assert second.returncode == 2
    refusals = [line for line in told.decode().splitlines() if "served by another process" in line]
    assert len(refusals) == 1
    assert "stop that one first" in refusals[0]
    assert "Traceback" not in told.decode()


async def test_what_a_command_enqueues_beside_a_server_is_done_within_seconds(tmp_path: Path) -> None:
    async with Workspace(clock=lambda: datetime.now(UTC)) as slack, serving(slack, tmp_path):
        slack.people.channel("C1")
        beside = await Store.open(f"sqlite:///{tmp_path}/laurel.db")
        async with beside.write() as session:
            payload = {"channel": "C1", "text": "From a command."}
            await outbox.enqueue(session, key="x", kind="slack.post", payload=payload, now=datetime.now(UTC))
        await slack.until(lambda: bool(slack.posted("C1")), seconds=5)
        await beside.close()
        assert [message["text"] for message in slack.posted("C1")] == ["From a command."]


async def test_a_recheck_beside_a_server_is_done_by_the_server(tmp_path: Path) -> None:
    async with Workspace(clock=lambda: datetime.now(UTC)) as slack, serving(slack, tmp_path):
        command = await create_subprocess_exec(
            sys.executable,
            "-c",
            CODE,
            "recheck",
            "--processes",
            "0",
            cwd=tmp_path,
            env=environment(slack, tmp_path),
            stdout=PIPE,
            stderr=PIPE,
        )
        said, told = await command.communicate()
    assert (command.returncode, said) == (0, b"0 checked, 0 changed, 0 to be told, 0 out of reach.\n"), told


async def test_a_token_that_slack_refuses_stops_the_start_in_one_line(
    workspace: Workspace, content: Content, sqlite_url: str
) -> None:
    workspace.faults.next("auth.test", Trouble.REFUSED, error="invalid_auth")
    async with build(settings_for(workspace, sqlite_url), content=content) as laurel:
        with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN: Slack refuses it"):
            await introduce(laurel)
        await introduce(laurel)  # the trouble is over
        assert laurel.front.identity.team == workspace.team
