"""Popular topics in the ticket's form: answered at once from the knowledge, in a modal on top of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from bot.asking import answers
from bot.markup import mrkdwn
from bot.render import SECTION_LIMIT
from bot.rooms.desk.surface.counter import Counter
from bot.surfaces import Pressed, Surfaces, View, pack, unpack
from intents.model import Tier

log = structlog.get_logger(__name__)

Block = Mapping[str, Any]

SHOWN = 4  # topics that the form shows
_AS_THEY_ARE = frozenset({"context", "divider", "header", "image"})


class PopularTopics:
    """Takes `ticket.popular` in the form, and `ticket.topic` and `ticket.helped` in the answer above it."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def register(self, surfaces: Surfaces) -> None:
        """Take the buttons of topics, of the questions that follow, and "this helps"."""
        surfaces.openers |= {"ticket.popular": self._answered}
        surfaces.updates |= {"ticket.topic": self._answered, "ticket.helped": self._helped}

    def of(self, category: str | None, subcategory: str | None) -> list[tuple[str, str]]:
        """The topics to offer once a category is chosen: pairs of (title, question)."""
        content = self._counter.desk.content
        chosen = next((entry for entry in content.categories if entry.id == category), None)
        if chosen is None:
            return []
        closest = [sub for sub in chosen.subcategories if sub.id == subcategory] or chosen.subcategories
        questions = dict.fromkeys(question for sub in closest for question in sub.popular)
        named = [(self._counter.title(_intent(question)), question) for question in questions]
        return [(title, question) for title, question in named if title is not None][:SHOWN]

    async def _answered(self, pressed: Pressed, now: datetime) -> View:
        """The answer, which counts among those given: who then sends no form needed no ticket."""
        message = await self._counter.answer(pressed.value, pressed.who, now)
        intent, key = _intent(pressed.value), f"popular:{pressed.key}"
        async with self._counter.store.write() as session:
            await answers.note(
                session,
                key=key,
                who=pressed.who,
                surface=pressed.where.surface.value,
                intent=intent,
                category=self._counter.category(intent),
                tier=Tier.ANSWER.value,
                at=now,
            )
        context = {"answer": list(for_modal(message["blocks"])), "metadata": pack(key=key)}
        return View("desk/ticket_answer.j2", context)

    async def _helped(self, pressed: Pressed, now: datetime) -> View:
        del now
        async with self._counter.store.write() as session:
            key = str(unpack(pressed.metadata).get("key"))
            await answers.rate(session, key, who=pressed.who, helpful=True)
        return View("desk/ticket_helped.j2", {})


def for_modal(blocks: Sequence[Block]) -> Iterator[Block]:
    """A message's blocks as a modal takes them: tables as lines, and of the controls only next questions."""
    for number, block in enumerate(blocks):
        match block["type"]:
            case "section":
                yield {name: value for name, value in block.items() if name != "accessory"}
            case "table":
                yield from _lines(block["rows"])
            case "actions":
                elements = [
                    {**element, "action_id": f"ticket.topic#{number}.{place}"}
                    for place, element in enumerate(block["elements"])
                    if element["action_id"].partition("#")[0] == "ask"
                ]
                if elements:
                    yield {**block, "elements": elements}
            case kind if kind in _AS_THEY_ARE:
                yield block


def _lines(rows: Sequence[Sequence[Block]]) -> Iterator[Block]:
    """A table as sections of one line a row: each cell with the head of its column."""
    head, *rest = [[mrkdwn(cell.get("text", "")) for cell in row] for row in rows]
    words = ""
    for first, *cells in rest:
        told = "; ".join(f"{name}: {cell}" for name, cell in zip(head[1:], cells, strict=False))
        line = f"• *{first}*: {told}\n"[:SECTION_LIMIT]
        if len(words) + len(line) > SECTION_LIMIT:
            yield _section(words)
            words = ""
        words += line
    if words:
        yield _section(words)


def _section(words: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words.rstrip()}}


def _intent(question: str) -> str:
    return question.partition("|")[0]
