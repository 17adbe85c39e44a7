"""CONTRIBUTING's lists of the files that something passes, kept true by tracing the real thing."""

import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from bot.content import Content
from bot.playground.workspace import Workspace
from tests.bot.rooms.desk.surface.desk_way import AGENT, DeskWay, Opened, desk_way
from tests.bot.way import DESK, PERSON
from tests.clock import Clock

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MOST = 9  # files that one sitting holds


def listed(heading: str) -> list[str]:
    """The files that the numbered list below a heading names, in its order."""
    part = re.search(rf"^### {heading}$(.*?)(?=^##)", GUIDE, re.MULTILINE | re.DOTALL)
    assert part is not None, f"CONTRIBUTING.md has no part named {heading!r}"
    return re.findall(r"^\d+\. `([^`]+)`", part[1], re.MULTILINE)


@contextmanager
def traced(files: list[str]) -> Iterator[list[str]]:
    """Those of `files` in which something is called meanwhile, in the order of the first call."""
    passed: list[str] = []
    wanted = {str(ROOT / name): name for name in files}

    def profile(frame: FrameType, event: str, arg: Any) -> None:
        del arg
        name = wanted.get(frame.f_code.co_filename)
        if event == "call" and name is not None and name not in passed:
            passed.append(name)

    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        yield passed
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # None takes it off again


@pytest.fixture
async def way(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[DeskWay]:
    async with desk_way(content, clock, workspace, sqlite_url) as opened:
        yield opened


async def test_a_newcomer_can_follow_a_question(way: DeskWay) -> None:
    files = listed("The way of a question")
    with traced(files) as passed:
        await way.says("what are the criteria for top rated")
    assert passed == files
    assert len(files) <= MOST


async def test_a_newcomer_can_follow_a_ticket(way: DeskWay) -> None:
    files = listed("The way of a ticket")
    view = await way.opens_form()
    with traced(files) as passed:
        await way.sends_form(view)
    assert Opened(way, PERSON).card
    assert passed == files
    assert len(files) <= MOST


async def test_a_newcomer_can_follow_an_agents_reply(way: DeskWay) -> None:
    files = listed("The way of an agent's reply")
    await way.sends_form(await way.opens_form())
    ticket = Opened(way, PERSON)
    with traced(files) as passed:
        await way.writes(DESK, ticket.card_ts, "&gt;&gt; We put it back.", AGENT)
    assert any("We put it back" in told for told in ticket.told())
    assert passed == files
    assert len(files) <= MOST
