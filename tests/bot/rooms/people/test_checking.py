"""Checking in other processes finds what checking here does, leaves out what cannot be read, and ends."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from bot.rooms.people.checking import Checker
from knowledge.load import DIRECTORY
from tests.bot.rooms.people.samples import DAY, freelancer


def documents() -> dict[str, bytes]:
    found = {name: json.dumps(freelancer(name)).encode() for name in ("f-1", "f-2", "f-3")}
    return {**found, "broken": b"{", "other": found["f-1"]}


async def test_processes_find_the_same_as_a_thread_and_leave_out_the_unreadable() -> None:
    here, there = Checker(DIRECTORY, processes=0), Checker(DIRECTORY, processes=2)
    expected = await here.states(documents(), DAY)
    assert set(expected) == {"f-1", "f-2", "f-3"}
    assert expected["f-1"]["top_rated"] == {"status": "eligible", "holds": False}
    assert await there.states(documents(), DAY) == expected
    here.rest()
    there.rest()
    assert await there.states({}, DAY) == {}
    there.rest()


async def test_workers_do_not_outlive_a_parent_that_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"checked\n"
    parent.send_signal(signal.SIGKILL)
    # The workers share the pipe: it ends when the last of them does.
    assert await parent.stdout.read() == b""
    await parent.wait()


ROOT = Path(__file__).parents[4]
PARENT = """
import asyncio, datetime, threading
from bot.rooms.people.checking import Checker
from knowledge.load import DIRECTORY

async def main():
    await Checker(DIRECTORY, processes=1).states({"f-1": b'{"id": "f-1"}'}, datetime.date(2026, 11, 21))
    print("checked", flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""
