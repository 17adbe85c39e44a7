"""kill -9 between a file in the DM and its yes: asked once, counted once, and the file is nowhere kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot.content import Content
from bot.playground import files
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.rooms.people import download_surface, downloads
from bot.rooms.people.download_surface import DownloadSurface
from bot.rooms.people.downloads import Downloads
from bot.rooms.people.own import keeping
from bot.rooms.people.tables import Download, EarningsLedger
from bot.slack.files import SlackFiles
from bot.slack.inbox import Inbox
from bot.store import Store
from tests.bot.dying import Death, Life
from tests.bot.way import PERSON, settings_for
from tests.clock import Clock

SECRET = "Pots for the duchess"
HISTORY = f"""\
Date,Ref ID,Type,Description,Amount
"Oct 23, 2024",8,Hourly,{SECRET},"$1,300.00"
"Oct 24, 2024",9,Bonus,{SECRET},20.00
"Oct 25, 2024",10,Withdrawal,{SECRET},-900.00
"""
SUMS = {"2024-10-23": "1300.00", "2024-10-24": "20.00"}
READING: dict[str, Death] = {
    "after the event is taken, before Slack hears": (Inbox, "put", True),
    "while the message is sorted": (DownloadSurface, "take", True),
    "before the reading": (Downloads, "read", False),
    "while it is read": (Downloads, "_read", True),
    "while the question is written": (downloads, "send", True),
    "before the question is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the question is posted": (AsyncWebClient, "chat_postMessage", True),
    "after all of it": (Downloads, "read", True),
}
YES: dict[str, Death] = {
    "before the yes is taken": (Inbox, "put", False),
    "after the yes is taken": (Inbox, "put", True),
    "before the sums are kept": (keeping, "keep_ledger", False),
    "while the sums are kept": (keeping, "keep_ledger", True),
    "while the verdict is asked for": (download_surface, "then_check", True),
    "before the verdict is posted": (AsyncWebClient, "chat_postMessage", False),
    "after the verdict is posted": (AsyncWebClient, "chat_postMessage", True),
}


class Dm(Life):
    """A person's DM, and a file for it."""

    def __init__(self, slack: Workspace, database: str, content: Content, clock: Clock) -> None:
        slack.people.user(PERSON)
        super().__init__(slack, settings_for(slack, database), content, clock)

    def drops(self) -> SlackRequest:
        dropped = files.dropped(self.slack, PERSON, "mine.csv", HISTORY.encode())
        [request] = self.slack.acts.says(PERSON, "", files=(dropped,))
        return request

    def again(self, request: SlackRequest) -> SlackRequest:
        """Slack's last retry."""
        return self.slack.acts.event(json.loads(request.body)["event"], retry=3)

    def yes(self) -> SlackRequest:
        return self.slack.acts.presses(PERSON, "people.download_yes", message=self.asked()[0])

    def asked(self) -> list[dict[str, Any]]:
        return [message for message in self.slack.posted() if "Is it right?" in message["text"]]

    def others(self) -> list[str]:
        return [one["text"] for one in self.slack.posted() if "Is it right?" not in one["text"]]


@pytest.fixture
def life(content: Content, clock: Clock, workspace: Workspace, sqlite_url: str) -> Dm:
    return Dm(workspace, sqlite_url, content, clock)


async def kept(url: str) -> tuple[list[dict[str, Any]], int]:
    """The ledgers, and how many downloads wait for a yes."""
    store = await Store.open(url)
    try:
        async with store.read() as session:
            ledgers = (await session.scalars(select(EarningsLedger))).all()
            return [row.ledger for row in ledgers], len((await session.scalars(select(Download))).all())
    finally:
        await store.close()


async def assert_counted_once(life: Dm, url: str) -> None:
    """One question, one ledger with each sum once, one verdict; then a second yes changes nothing."""
    for settled in (0, 1):
        [ledger], waits = await kept(url)
        assert {day: amount for day, _, amount in ledger["sums"]} == SUMS
        assert (sorted(ledger["seen"].values()), waits) == ([1, 1], 0)
        assert len(life.asked()) == 1
        assert sum("your download" in text for text in life.others()) == 1
        assert sum("settled already" in text for text in life.others()) == settled
        assert len(life.others()) == 1 + settled
        if not settled:
            await life.goes_on(life.yes())


def assert_nowhere_kept(url: str) -> None:
    """Neither the database nor what lies beside it holds a line of the file."""
    folder = Path(url.removeprefix("sqlite:///")).parent
    found = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert PERSON.encode() in found  # it is the place where things are kept
    assert SECRET.encode() not in found


@pytest.mark.parametrize("step", READING)
async def test_a_file_whose_process_is_killed_is_asked_about_once_and_counted_once(
    life: Dm, sqlite_url: str, step: str
) -> None:
    request = life.drops()
    await life.is_killed(request, at=READING[step])
    assert_nowhere_kept(sqlite_url)
    await life.goes_on(life.again(request))
    assert len(life.asked()) == 1
    assert await kept(sqlite_url) == ([], 1)
    await life.goes_on(life.yes())
    await assert_counted_once(life, sqlite_url)
    assert_nowhere_kept(sqlite_url)


@pytest.mark.parametrize("step", YES)
async def test_a_yes_whose_process_is_killed_counts_once(life: Dm, sqlite_url: str, step: str) -> None:
    request = life.drops()
    await life.goes_on(request)
    await life.is_killed(life.yes(), at=YES[step])
    heard = [] if step == "before the yes is taken" else [life.again(request)]
    await life.goes_on(*(heard or [life.yes()]))  # what was not taken is pressed again
    await assert_counted_once(life, sqlite_url)
    assert_nowhere_kept(sqlite_url)


async def test_a_file_killed_at_every_step_in_turn_is_still_asked_about_once(
    life: Dm, sqlite_url: str
) -> None:
    request = life.drops()
    await life.is_killed(request, at=READING["after the event is taken, before Slack hears"])
    for step in ("before the reading", "while it is read", "while the question is written"):
        await life.is_killed(at=READING[step])
    await life.is_killed(at=(SlackFiles, "content", True))
    await life.is_killed(at=READING["before the question is posted"])
    await life.goes_on(life.again(request))
    assert len(life.asked()) == 1
    await life.is_killed(life.yes(), at=YES["while the sums are kept"])
    await life.is_killed(at=YES["while the verdict is asked for"])
    await life.goes_on()
    await assert_counted_once(life, sqlite_url)
    assert_nowhere_kept(sqlite_url)
