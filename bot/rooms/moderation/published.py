"""What is published, laid over the base: read again in each process once it changed, without a restart."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.asking.conversation import Conversation
from bot.asking.layer import Layer
from bot.asking.standard import StandardAnswer
from bot.asking.taught import Ground
from bot.rooms.moderation import revisions
from bot.rooms.moderation.content import (
    Body,
    ConflictError,
    Example,
    based,
    body_of,
    fitting,
    held,
    lessons_of,
    stands,
)
from bot.rooms.moderation.tables import ContentItem
from bot.store import Store
from intents.text import words
from knowledge.changing import Change, changed

log = structlog.get_logger(__name__)

LOOK = 2.0  # seconds between two looks at the database, at most one a question


@dataclass(frozen=True, slots=True)
class Conflict:
    """A published item that is not said: why, as moderation/conflicts.j2 has it."""

    item: ContentItem
    why: str


class Published:
    """Keeps a conversation's layer up to date.

    `base` are the standard answers of the files, `knowledge` what they know,
    `seconds` a clock that only ever goes forward.
    """

    def __init__(
        self,
        conversation: Conversation,
        store: Store,
        base: Sequence[StandardAnswer],
        seconds: Callable[[], float],
    ) -> None:
        self._conversation = conversation
        self._store = store
        self.base = tuple(base)
        self.knowledge = conversation.resources.knowledge
        self.bottom = Layer(conversation.understanding, conversation.resources.catalogue, self.knowledge)
        self._seconds = seconds
        self._looked = float("-inf")
        self._version = -1
        self._turn = asyncio.Lock()
        self._ground: Ground | None = None
        self._said = _said(conversation)
        self.conflicts: tuple[Conflict, ...] = ()
        self.merged: frozenset[int] = frozenset()

    async def refresh(self, *, at_once: bool = False) -> None:
        """Take over what was published or withdrawn since the last look, some seconds ago at most."""
        if not at_once and self._seconds() - self._looked < LOOK:
            return
        async with self._turn:
            async with self._store.read() as session:
                version = await revisions.latest(session)
                self._looked = self._seconds()
                if version == self._version:
                    return
                items = await revisions.said(session)
            layer = await self.layer([body for _, body in self._standing(items)])
            self._conversation.use(layer)
            self._version = version
            log.info("content.taken_over", items=len(items), conflicts=len(self.conflicts))

    def look_again(self) -> None:
        """Look at the database at the next question."""
        self._looked = float("-inf")

    async def layer(self, bodies: Sequence[Body]) -> Layer:
        """The base with these over it."""
        over = [body for body in bodies if isinstance(body, StandardAnswer)]
        names = {answer.id for answer in over}
        answers = [*(answer for answer in self.base if answer.id not in names), *over]
        lessons = [
            lesson for body in bodies if not isinstance(body, StandardAnswer) for lesson in lessons_of(body)
        ]
        facts = [body for body in bodies if isinstance(body, Change)]
        bottom = replace(self.bottom, knowledge=changed(self.knowledge, facts))
        if not answers and not lessons:
            return bottom
        return bottom.over(lessons, answers, await self.ground())

    async def candidate(self, body: Body, *, instead_of: int | None) -> tuple[Layer, Layer]:
        """The layer as it is without an item, and as it would be with `body` in its place.

        Raises ConflictError where the two cannot stand together.
        """
        async with self._store.read() as session:
            items = await revisions.said(session)
        others = [one for item, one in self._standing(items) if item.id != instead_of]
        if isinstance(body, Change):
            facts = [one for one in others if isinstance(one, Change)]
            fitting(self.knowledge, *facts, body, read=True)
        return await self.layer(others), await self.layer([*others, body])

    async def ground(self) -> Ground:
        """What lessons are measured against; built when it is first needed."""
        if self._ground is None:
            catalogue = self.bottom.catalogue
            points = self.knowledge.points.values()
            texts = [text for text, _ in catalogue.examples()]
            texts += [question.text for question in catalogue.questions()]
            texts += [ask for point in points for ask in point.asks]
            self._ground = await asyncio.to_thread(Ground, texts)
        return self._ground

    def says(self, text: str) -> tuple[str, str | None] | None:
        """The intent and the point that the base has a wording for."""
        return self._said.get(tuple(words(text)))

    def below(self, body: Body) -> Any:
        """What the files say in the place of an item."""
        return based(body, self.base, self.says, self.knowledge)

    def check(self, body: Body) -> None:
        """Raises ConflictError where it cannot stand on the base."""
        stands(body, self.bottom.catalogue, self.knowledge)

    def _standing(self, items: Sequence[ContentItem]) -> list[tuple[ContentItem, Body]]:
        """The items that stand on the base and are not in it already; notes the others."""
        found: list[tuple[ContentItem, Body]] = []
        conflicts: list[Conflict] = []
        there: set[int] = set()
        known = self.knowledge
        for item in items:
            try:
                live = item.live or {}
                body = body_of(item.kind, live.get("body") or {})
                below = self.below(body)
                if held(body, below):
                    there.add(item.key)
                    continue
                self.check(body)
                _unchanged(body, below, live.get("over"))
                if isinstance(body, Change):
                    known = fitting(known, body)
            except ConflictError as conflict:
                conflicts.append(Conflict(item, str(conflict)))
                continue
            found.append((item, body))
        self.conflicts, self.merged = tuple(conflicts), frozenset(there)
        return found


def _unchanged(body: Body, below: Any, over: Any) -> None:
    """Raises ConflictError where the files say something else by now than when it was published."""
    if below != over:
        raise ConflictError("elsewhere" if isinstance(body, Example) else "newer")


def _said(conversation: Conversation) -> dict[tuple[str, ...], tuple[str, str | None]]:
    """Every wording of the files: word for word -> (intent, point)."""
    resources = conversation.resources
    said: dict[tuple[str, ...], tuple[str, str | None]] = {}
    for text, intent in resources.catalogue.examples():
        said.setdefault(tuple(words(text)), (intent, None))
    for point in resources.knowledge.points.values():
        for ask in point.asks:
            said[tuple(words(ask))] = (point.intent, point.id)
    return said
