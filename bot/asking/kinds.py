"""How each kind of reply is answered: one small function each. An intent's `reply` names its kind.

A function takes a `Question` and returns a `Reply`. It reads; what changes something is a button or a form.
Here are those that need only knowledge; a room brings its own (bot/room.py), and what else it may add.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import programs, standard_reply, topic
from bot.asking.question import Question
from bot.messages import Asked, Reply
from intents.model import Understood

Answer = Callable[[Question], Awaitable[Reply]]
Notice = Callable[[Question], Awaitable[Reply | None]]
"""What stands below an answer where there is reason to, as that something is down; None: nothing."""

Overheard = Callable[[AsyncSession, Asked, Sequence[Understood], datetime], Awaitable[None]]
"""Is told of a question in a channel that got no answer, and of how it was understood."""


class OwnFigures(Protocol):
    """What askers tell of themselves in a question, judged by the rules."""

    def meant(self, text: str, items: Sequence[Understood], now: datetime, day: date) -> list[Understood]:
        """The readings of `text`, with those that ask for a verdict on what it names read so."""

    async def lead(self, question: Question) -> tuple[Reply, bool] | None:
        """The reply by the figures named, and whether it says no; None where they decide nothing."""

    def beside(self, question: Question) -> bool:
        """Whether the intent's own reply is given too."""


ANSWERS: Mapping[str, Answer] = {
    "topic": topic.topic,
    "pointer": topic.pointer,
    "smalltalk": topic.smalltalk,
    "overview": programs.overview,
    "criteria": programs.criteria,
    "perks": programs.perks,
    "perk": programs.perk,
    "compare": programs.compare,
    "standard": standard_reply.standard,
}
