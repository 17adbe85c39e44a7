"""`laurel serve` as a process of its own, behind real HTTP: ready, killed, started again."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.app import Content, build
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.serving import introduce
from bot.settings import SettingsError
from tests.bot.way import PERSON, settings_for
from tests.learned import LEARNED

ROOT = Path(__file__).parents[2]
CODE = "import sys; sys.argv[0] = 'laurel'; from bot.cli import main; main()"


@asynccontextmanager
async def serving(slack: Workspace, folder: Path) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ.get("PATH", ""),
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "LAUREL_CACHE_DIR": str(LEARNED),
        "LAUREL_DATABASE_URL": f"sqlite:///{folder}/laurel.db",
    }
    process = await create_subprocess_exec(
        sys.executable, "-c", CODE, "serve", "--port", "0", cwd=folder, env=environment, stderr=PIPE
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
        with sqlite3.connect(tmp_path / "laurel.db") as database:  # the dead process's lease runs out
            database.execute("UPDATE jobs SET lease_until = '2000-01-01' WHERE state = 'leased'")
        async with serving(slack, tmp_path) as (process, http):
            answer = await http.post("/slack/events", content=again.body.encode(), headers=again.headers)
            assert answer.status_code == 200
            await slack.until(lambda: bool(slack.posted()), seconds=110)
            process.terminate()
            assert await process.wait() == 0
        assert len(slack.posted()) == 1


async def test_a_token_that_slack_refuses_stops_the_start_in_one_line(
    workspace: Workspace, content: Content, sqlite_url: str
) -> None:
    workspace.faults.next("auth.test", Trouble.REFUSED, error="invalid_auth")
    async with build(settings_for(workspace, sqlite_url), content=content) as laurel:
        with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN: Slack refuses it"):
            await introduce(laurel)
        await introduce(laurel)  # the trouble is over
        assert laurel.front.identity.team == workspace.team
