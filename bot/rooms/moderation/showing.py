"""Content items as templates show them, and what one version changed."""

from collections.abc import Mapping
from typing import Any

from bot.asking.conversation import Conversation
from bot.asking.standard import StandardAnswer
from bot.rooms.moderation.content import body_of
from bot.rooms.moderation.tables import ContentItem, ContentRevision
from bot.rooms.moderation.targets import Targets


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
            return {"answer": body, "target": None, "texts": body.wordings}
        return {"answer": None, "target": self._targets.of(body.intent, body.point), "texts": body.texts}


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
