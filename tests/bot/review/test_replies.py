"""All replies as their askers see them; `LAUREL_ACCEPT=1 pytest tests/bot/review` takes them over.

The files beside this one are the replies under review: read the difference before you accept it.
"""

import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import pytest

from bot.app import build
from bot.asking.conversation import Conversation
from bot.content import Content
from bot.playground.samples import samples
from bot.review.replies import PAIR, STAFFED, Case, answered, problems
from bot.rooms.people.importing import import_files
from bot.settings import Settings
from intents.load import load_catalogue
from intents.model import Intent
from intents.named import Slots
from knowledge.load import load
from tests.drawing import drawn

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
THEN = date(2019, 3, 1)
OWN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("badge.eligibility_check", ()),
    ("badge.eligibility_check", ("top_rated",)),
    ("badge.eligibility_check", ("top_rated_plus",)),
    ("badge.lost", ("top_rated",)),
    ("top_rated.weeks", ()),
)
"""What is asked about oneself."""
FAMILIES = sorted({intent.id.partition(".")[0] for intent in load_catalogue()})


@pytest.fixture
async def conversation(sqlite_url: str, content: Content) -> AsyncIterator[Conversation]:
    settings = Settings.read(
        {
            "LAUREL_DATABASE_URL": sqlite_url,
            "LAUREL_REFERRAL_BASE_URL": "https://example.org/join",
            "LAUREL_SPECIALIST_CHANNEL": "C0SPECIALISTS",
            "LAUREL_MEETING_URL": "https://meet.example/{id}",
        }
    )
    async with build(settings, clock=lambda: NOW, content=content) as laurel:
        yield laurel.conversation


def _cases(intent: Intent) -> Iterator[Case]:
    yield Case(intent.id, Slots(), TODAY)
    if intent.reply in STAFFED:
        yield Case(intent.id, Slots(), TODAY, night=True)
    if "program" in intent.slots:
        for program in load().programs:
            yield Case(intent.id, Slots(programs=(program,)), TODAY)
        yield Case(intent.id, Slots(programs=PAIR), TODAY)
    if "audience" in intent.slots:
        yield Case(intent.id, Slots(programs=("top_rated",), audience="agency"), TODAY)
    if "category" in intent.slots:
        yield Case(intent.id, Slots(category="writing"), TODAY)
        yield Case(intent.id, Slots(category="legal"), TODAY)
    if intent.reply not in {"smalltalk", "pointer"}:
        yield Case(intent.id, Slots(programs=("top_rated",) if "program" in intent.slots else ()), THEN)


def _compare(name: str, text: str) -> None:
    file = HERE / f"{name}.md"
    if os.environ.get("LAUREL_ACCEPT"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), "read the difference, then accept it with LAUREL_ACCEPT=1"


@pytest.mark.parametrize("family", FAMILIES)
async def test_each_reply_reads_as_it_was_reviewed(conversation: Conversation, family: str) -> None:
    text = ""
    intents = [intent for intent in load_catalogue() if intent.id.partition(".")[0] == family]
    for intent, cases in groupby(
        (case for one in intents for case in _cases(one)), key=lambda case: case.intent
    ):
        text += f"\n## {intent}\n"
        seen: set[str] = set()
        for case in cases:
            message = await answered(conversation, case, NOW)
            assert message is not None, f"{case} gets no reply"
            assert list(problems(message)) == [], str(case)
            reply = drawn(message["blocks"])
            if reply not in seen:
                seen.add(reply)
                text += f"\n### {case}\n\n{reply}\n"
    _compare(family, text)


async def test_each_sample_freelancer_reads_their_own_result(
    conversation: Conversation, tmp_path: Path
) -> None:
    people = samples(TODAY)
    file = tmp_path / "samples.jsonl"
    file.write_text("\n".join(json.dumps(sample.record) for sample in people), "utf-8")
    await import_files(conversation.resources.store, [file], report=tmp_path / "refused.csv", now=NOW)
    text = ""
    for sample in people:
        text += f"\n## {sample.id}: {sample.about}\n"
        for intent, programs in OWN:
            case = Case(intent, Slots(programs=programs), TODAY)
            message = await answered(conversation, case, NOW, freelancer=sample.id)
            assert message is not None
            # The rows of a verdict are a table in all but name: their length is none of a text.
            found = [one for one in problems(message) if not programs or "before the table" not in one]
            assert found == [], f"{sample.id}: {case}"
            text += f"\n### {case}\n\n{drawn(message['blocks'])}\n"
    _compare("own", text)
