"""The first line of every example and of every question that people asked, for reading.

`first_lines.md` is what Laurel says on one day to somebody without a record: each line with the questions
that get it, by what was understood, so that a question that does not belong there stands out.
`LAUREL_ACCEPT=1` takes a change over.
"""

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest

from bot.app import Content, Laurel, build
from bot.asking.answered import Answered
from bot.cli.ask import answer
from bot.settings import Settings
from intents.load import load_catalogue
from intents.model import Tier

FILE = Path(__file__).with_name("first_lines.md")
NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
MEDIAN, LONGEST = 450, 900
"""Characters before a table: half of the replies have fewer, and none has more."""


@pytest.fixture
async def laurel(sqlite_url: str, content: Content) -> AsyncIterator[Laurel]:
    settings = Settings.read({"LAUREL_DATABASE_URL": sqlite_url})
    async with build(settings, clock=lambda: NOW, content=content) as house:
        yield house


@pytest.mark.timeout(400)  # some 2,500 questions
async def test_every_first_line_reads_as_it_was_reviewed_and_replies_are_short(laurel: Laurel) -> None:
    said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    lengths: dict[str, int] = {}
    for question in _questions():
        answered = await answer(laurel, question, None, NOW.date())
        said[_heading(answered)][_first_line(answered)].append(question)
        if answered.tier is Tier.ANSWER:
            lengths[question] = _length(answered)
    text = "# First lines on 26 Nov 2026\n"
    for heading in sorted(said):
        text += f"\n## {heading}\n"
        for line in sorted(said[heading]):
            text += f"\n> {line}\n\n" + "".join(f"- {question}\n" for question in said[heading][line])
    if os.environ.get("LAUREL_ACCEPT"):
        FILE.write_text(text, "utf-8")
    assert text == FILE.read_text("utf-8"), "read the difference, then accept it with LAUREL_ACCEPT=1"
    assert median(lengths.values()) < MEDIAN
    assert [f"{n}: {question}" for question, n in lengths.items() if n > LONGEST] == []


def _questions() -> list[str]:
    catalogue = load_catalogue()
    texts = [text for text, _ in catalogue.examples()] + [one.text for one in catalogue.questions()]
    return list(dict.fromkeys(" ".join(text.split()) for text in texts))


def _heading(answered: Answered) -> str:
    if answered.first is None or answered.tier is not Tier.ANSWER:
        return f"({answered.tier.value})"
    return answered.first.intent or "(nothing)"


def _first_line(answered: Answered) -> str:
    return (answered.message["text"] if answered.message else "(nothing is said)").splitlines()[0]


def _length(answered: Answered) -> int:
    """Characters before the table."""
    length = 0
    for block in answered.message["blocks"] if answered.message else ():
        if block["type"] == "table":
            break
        if block["type"] == "section" and "text" in block:
            length += len(block["text"]["text"])
    return length
