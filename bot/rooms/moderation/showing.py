"""Content items as templates show them, and what one version changed."""

from collections.abc import Mapping
from typing import Any

from bot.asking.conversation import Conversation
from bot.asking.standard import StandardAnswer
from bot.rooms.moderation.content import ConflictError, body_of
from bot.rooms.moderation.tables import ContentItem, ContentRevision
from bot.rooms.moderation.targets import Targets
from knowledge.changing import Change
from knowledge.display import PLAIN, value_text

NOTHING: Mapping[str, Any] = {"answer": None, "target": None, "fact": None, "texts": ()}


class Showing:
    """What moderation/item.j2 needs. Raises ConflictError for a body that cannot be read."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._targets = Targets(conversation)

    def item(self, item: ContentItem) -> dict[str, Any]:
        """An item, and the value of the buttons below it."""
        titles = self._conversation.layer.catalogue.titles()
        value = f"{item.key}|{item.version}"
        return {"item": item, "value": value, "titles": titles, **self.body(item.kind, item.body)}

    def body(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """What an item says or means."""
        body = body_of(kind, data)
        if isinstance(body, StandardAnswer):
            return {**NOTHING, "answer": body, "texts": body.wordings}
        if isinstance(body, Change):
            return {**NOTHING, "fact": self._fact(body)}
        return {**NOTHING, "target": self._targets.of(body.intent, body.point), "texts": body.texts}

    def _fact(self, change: Change) -> dict[str, Any]:
        """A changed fact in words. Raises ConflictError where it is not there any more."""
        knowledge = self._conversation.resources.knowledge
        try:
            row = knowledge.located(change.path).row or PLAIN
        except KeyError:
            raise ConflictError("path") from None
        said = {"path": change.path, "label": row.label or change.path, "ends": change.ends}
        if change.statement is None:
            return {**said, "instead": change.replaced_by}
        source = change.source or knowledge.sources[change.statement.source]
        return {
            **said,
            "text": value_text(knowledge.wording, change.statement, row),
            "since": change.statement.from_,
            "source": source.title,
            "confidence": change.statement.confidence,
        }


def diff(before: ContentRevision | None, after: ContentRevision) -> list[tuple[str, str]]:
    """What a revision changed: ("-", line) and ("+", line), one for each value or wording."""
    old, new = (_lines(one.body) if one is not None else [] for one in (before, after))
    gone = [("-", line) for line in old if line not in new]
    return gone + [("+", line) for line in new if line not in old]


def _lines(body: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, value in body.items():
        values = value if isinstance(value, list) else [value]
        lines += [f"{name}: {one}" for one in values if one not in (None, False)]
    return lines
