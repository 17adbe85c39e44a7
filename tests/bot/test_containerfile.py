"""The container learns the catalogue when it is built, and tells how it is: the steps that do so work."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.serving import watched
from tests.learned import LEARNED, ROOT


def test_the_build_step_that_learns_the_catalogue_runs_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    [step] = [line.removeprefix("RUN ") for line in text.splitlines() if "laurel ask" in line]
    learned = tmp_path / "learned"
    shutil.copytree(LEARNED, learned, dirs_exist_ok=True) if LEARNED.exists() else learned.mkdir()
    here = step.replace("/opt/laurel/bin/", f"{Path(sys.executable).parent}/")
    here = here.replace("/opt/laurel/learned", str(learned)).replace("/tmp/build.db", f"{tmp_path}/build.db")
    done = subprocess.run(
        ["/bin/sh", "-ec", here],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert len(re.findall(r"laurel ask", step)) == 1


@pytest.mark.parametrize("wrong", [{}, {"socket mode": "is not connected"}])
async def test_the_health_check_tells_what_is_wrong_and_ends_accordingly(wrong: dict[str, str]) -> None:
    text = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    [line] = [line for line in text.splitlines() if line.startswith("HEALTHCHECK")]
    command = json.loads(line.partition(" CMD ")[2])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def ready() -> dict[str, str]:
        return wrong

    async def figures() -> bytes:
        return b""

    async def checked() -> tuple[int, bytes]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command[1:],
            env={"LAUREL_WATCH_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said

    assert (await checked())[0] == 1  # nobody is there
    async with watched(ready, figures, "127.0.0.1", port):
        code, said = await checked()
        while not said:  # until it listens
            code, said = await checked()
    assert code == bool(wrong)
    assert json.loads(said) == {"ready": not wrong, **wrong}
