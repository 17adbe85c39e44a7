"""The first line of every example and of every question that people asked, for reading.

`first_lines.md` is what Laurel says on one day to somebody without a record: each line with the questions
that get it, by what was understood, so that a question that does not belong there stands out.
`LAUREL_ACCEPT=1` takes a change over.
"""

import os
from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest

from bot.app import Laurel
from bot.asking.answered import Answered
from bot.cli.ask import answer
from bot.review.replies import before_table
from intents.load import load_catalogue
from intents.model import Tier
from tests.bot.review.conftest import NOW

FILE = Path(__file__).with_name("first_lines.md")
MEDIAN, LONGEST = 450, 900
"""Characters before a table: half of the replies have fewer, and none has more."""


@pytest.mark.timeout(400)  # some 7,000 questions
async def test_every_first_line_reads_as_it_was_reviewed_and_replies_are_short(laurel: Laurel) -> None:
    said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    lengths: dict[str, int] = {}
    for question in _questions():
        answered = await answer(laurel, question, None, NOW.date())
        said[_heading(answered)][_first_line(answered)].append(question)
        if answered.tier is Tier.ANSWER and answered.message is not None:
            lengths[question] = before_table(answered.message)
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
