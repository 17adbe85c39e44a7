"""Whom a ticket's words call: whom an agent picked in Slack, and nobody else."""

import pytest

from bot.asking.words import spoken
from bot.markup import linked
from bot.rooms.desk.tables import Side
from tests.bot.rooms.desk.room import AGENT, PERSON, Room

OTHER = "<@U0OTHER>"


async def test_whom_an_agent_mentions_in_slack_is_called(room: Room) -> None:
    ticket = await room.open()
    await room.writes(ticket, Side.DESK, AGENT, spoken(f">> {OTHER} knows"))
    assert OTHER in room.slack.posted()[-1]["text"]


@pytest.mark.parametrize("written", [OTHER, "&lt;@U0OTHER&gt;"])
async def test_nobody_is_called_by_what_the_person_writes(room: Room, written: str) -> None:
    ticket = await room.open()
    await room.writes(ticket, Side.PERSON, PERSON, spoken(f"{written} help"))
    assert OTHER not in room.slack.posted("C0DESK")[-1]["text"]


async def test_the_letters_of_a_mention_that_an_agent_types_call_nobody(room: Room) -> None:
    ticket = await room.open()
    await room.writes(ticket, Side.DESK, AGENT, spoken(">> write &lt;@U0OTHER&gt; to call somebody"))
    said = room.slack.posted()[-1]["text"]
    assert OTHER not in said
    assert "&lt;@U0OTHER&gt;" in said


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://files.slack.com/a?b=1&c=2", "<https://files.slack.com/a?b=1&amp;c=2|a.png>"),
        ("https://x/|<!channel>", "<https://x/%7C%3C!channel%3E|a.png>"),
        ("javascript:alert(1)", "a.png"),
        ("https://x> <!here", "<https://x%3E%20%3C!here|a.png>"),
        (None, "a.png"),
    ],
)
def test_a_files_address_is_an_address_and_nothing_else(address: str | None, shown: str) -> None:
    assert linked("a.png", address) == shown


def test_a_files_name_is_escaped() -> None:
    assert linked("a|<!channel>.png", "https://x") == "<https://x|a¦&lt;!channel&gt;.png>"
