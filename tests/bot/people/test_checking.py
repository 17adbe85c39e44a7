"""Checking in other processes finds what checking here does, leaves out what cannot be read, and ends."""

import json

from bot.people.checking import Checker
from knowledge.load import DIRECTORY
from tests.bot.people.samples import DAY, freelancer


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
