"""What was asked is answered in the first line.

`first_lines.jsonl` holds questions as somebody types them who has no record: `say`, `on` (the day) and
`first`, patterns that the first 240 characters of the reply must show. `first_lines_read.jsonl` and
`first_lines_unread.jsonl` are two halves of other questions: the answers were mended by reading those to the
first, those to the second were only counted. `first_lines_forms.jsonl` holds questions that are
turned around, or ask for a thing instead of a yes or no. `points.md` is what each point says
today, for reading; `LAUREL_ACCEPT=1` takes a change over.
"""

import json
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.app import Laurel
from bot.cli.ask import answer
from bot.messages import Asked, Surface, Where, Who
from bot.review.replies import problems
from intents.model import Tier
from tests.bot.review.conftest import NOW

HERE = Path(__file__).parent
SEEN = 240
"""Characters that somebody reads before deciding whether this is an answer."""


@pytest.mark.parametrize(
    ("file", "goal"),
    [
        ("first_lines.jsonl", 0.97),
        ("first_lines_forms.jsonl", 1.0),
        ("first_lines_read.jsonl", 0.92),
        ("first_lines_unread.jsonl", 0.83),
    ],
)
async def test_what_was_asked_is_answered_in_the_first_line(laurel: Laurel, file: str, goal: float) -> None:
    questions = [json.loads(line) for line in (HERE / file).read_text("utf-8").splitlines()]
    missed = []
    for question in questions:
        answered = await answer(laurel, question["say"], None, date.fromisoformat(question["on"]))
        text = answered.message["text"][:SEEN] if answered.message else ""
        shown = all(re.search(pattern, text, re.IGNORECASE) for pattern in question["first"])
        if answered.tier is not Tier.ANSWER or not shown:
            missed.append(f"{question['say']} -> {answered.tier.value}: {text}")
    assert len(missed) <= (1 - goal) * len(questions), "\n".join(missed)


async def test_each_point_answers_its_own_questions_and_reads_as_it_was_reviewed(laurel: Laurel) -> None:
    text = "# What each point says on 26 Nov 2026\n"
    lost = []
    for point in laurel.content.knowledge.points.values():
        answered = await answer(laurel, point.asks[0], None, NOW.date())
        assert answered.first is not None
        assert answered.message is not None
        if answered.first.point != point.id:
            lost.append(f"{point.asks[0]} is asked of {point.id}, and finds {answered.first.point}")
            continue
        assert list(problems(answered.message)) == [], point.id
        lines = answered.message["blocks"][0]["text"]["text"]
        text += f"\n## {point.asks[0]}\n\n{lines}\n"
    assert not lost, "\n".join(lost)
    file = HERE / "points.md"
    if os.environ.get("LAUREL_ACCEPT"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), "read the difference, then accept it with LAUREL_ACCEPT=1"


async def test_a_doubtful_point_is_hedged_and_not_said_where_nobody_asked(laurel: Laurel) -> None:
    doubtful, sure = "does premium touch my badge status", "are the 30 connects monthly"
    for text, hedged in ((doubtful, True), (sure, False)):
        where = Where("CFAQ", Surface.CHANNEL)
        asked = Asked(text, Who("T1", "U1"), where, text, NOW, mentioned=False)
        overheard = await laurel.conversation.answer(asked, None, NOW)
        told = await laurel.conversation.answer(replace(asked, mentioned=True), None, NOW)
        assert told.first is not None
        assert told.first.point is not None
        assert told.first.hedged is hedged
        assert (overheard.message is None) is hedged


async def test_more_about_this_opens_the_whole_page(laurel: Laurel) -> None:
    answered = await answer(laurel, "do the 13 weeks have to be consecutive", None, NOW.date())
    assert answered.message is not None
    buttons = [
        element
        for block in answered.message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    more = next(button for button in buttons if button["text"]["text"] == "More about this")
    assert more["value"].startswith("top_rated.weeks")
