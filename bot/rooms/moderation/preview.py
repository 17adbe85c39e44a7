"""Every reply that a changed fact would change: made with it and without it, and compared."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.asking.conversation import Conversation
from bot.asking.direct import written
from bot.asking.layer import Layer
from bot.messages import Asked, Surface, Where, Who
from bot.render import Message, TemplateError
from intents.named import Slots
from knowledge.model import Audience, Knowledge

SHOWN = 10  # replies of a report that are shown
LINES = 6  # lines of each that differ
AT_ONCE = 40  # replies between two words on how far it is
NOBODY = Who("", "")
NEVER = datetime.min.replace(tzinfo=UTC)


async def previewed(
    conversation: Conversation,
    path: str,
    *,
    before: Layer,
    after: Layer,
    now: datetime,
    tell: Callable[[int], Awaitable[None]],
) -> dict[str, Any]:
    """What a test report says of a changed fact at `path`, as JSON; a reply that cannot be made breaks.

    Asked are the points that rest on the cell by their first wording, and every page as a button asks for it,
    for each program and audience that it can name.
    """
    old, new = (_with(conversation, layer) for layer in (before, after))
    questions = list(_questions(old, path))
    breaks, changes, found = 0, 0, []
    for number, (title, asked) in enumerate(questions):
        if number % AT_ONCE == 0:
            await tell(100 * number // len(questions))
        await asyncio.sleep(0)  # others wait for their answers meanwhile
        was = await _lines(old, asked, now)
        try:
            now_is = await _lines(new, asked, now)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            breaks += 1
            found.append({"title": title, "gone": [], "fresh": [type(error).__name__]})
            continue
        if was != now_is:
            changes += 1
            found.append(
                {
                    "title": title,
                    "gone": [line for line in was if line not in now_is][:LINES],
                    "fresh": [line for line in now_is if line not in was][:LINES],
                }
            )
    none: list[Any] = []
    report = {"asked": len(questions), "breaks": breaks, "improves": 0, "changes": changes}
    return {**report, "worse": none, "better": none, "other": none, "replies": found[:SHOWN]}


def _with(conversation: Conversation, layer: Layer) -> Conversation:
    """The conversation with the facts of a layer, and nobody's records."""
    made = Conversation(
        resources=replace(conversation.resources, knowledge=layer.knowledge),
        understanding=conversation.understanding,
        renderer=conversation.renderer,
        answers=conversation.replies.answers,
    )
    made.use(layer)
    return made


def _questions(conversation: Conversation, path: str) -> Iterator[tuple[str, Asked]]:
    """What is asked, each with a title for people."""
    knowledge: Knowledge = conversation.resources.knowledge
    for point in knowledge.points.values():
        if path in point.facts.values():
            yield point.asks[0], _asked(point.asks[0])
    program = path.split(".", maxsplit=1)[0] if path.split(".", maxsplit=1)[0] in knowledge.programs else None
    for intent in conversation.resources.catalogue:
        yield intent.title, _asked(intent.title, written(intent.id, Slots()))
        audiences = (None, Audience.AGENCY.value) if "audience" in intent.slots else (None,)
        for audience in audiences:
            programs = (program,) if program is not None and "program" in intent.slots else ()
            if programs or audience is not None:
                name = " ".join([*(knowledge.programs[one].name for one in programs), audience or ""]).strip()
                slots = Slots(programs=programs, audience=audience)
                yield f"{intent.title} ({name})", _asked(intent.title, written(intent.id, slots))


def _asked(text: str, direct: str | None = None) -> Asked:
    where = Where("D0TEST", Surface.DM)
    return Asked(text=text, who=NOBODY, where=where, key="test", at=NEVER, direct=direct)


async def _lines(conversation: Conversation, asked: Asked, now: datetime) -> list[str]:
    """A reply as lines of text, its tables row by row."""
    message: Message | None = (await conversation.answer(replace(asked, at=now), None, now)).message
    if message is None:
        return []
    lines = message["text"].splitlines()
    for block in message["blocks"]:
        if block["type"] == "table":
            lines += [" · ".join(_cell(cell) for cell in row) for row in block["rows"]]
    return list(dict.fromkeys(filter(None, map(str.strip, lines))))


def _cell(cell: Any) -> str:
    """The text of a table's cell, whatever it is made of."""
    if isinstance(cell, dict):
        own = cell.get("text")
        if isinstance(own, str):
            return own
        return "".join(_cell(part) for part in cell.get("elements") or ())
    return ""
