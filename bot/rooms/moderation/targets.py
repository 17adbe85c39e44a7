"""What a wording can mean: intents and points, found by words."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from bot.asking.conversation import Conversation
from intents.model import Tier

SHOWN = 20
LIKE = 60.0  # of 100: from here on a title or an example is like the words
LINE = 75  # characters of an option


@dataclass(frozen=True, slots=True)
class Target:
    """An intent (`point` None) or one of its points; `label` is how a menu shows it."""

    intent: str
    point: str | None
    label: str

    @property
    def value(self) -> str:
        """As a menu carries it."""
        return f"{self.intent}|{self.point or ''}"


class Targets:
    """All intents and points of the base."""

    def __init__(self, conversation: Conversation) -> None:
        self._understanding = conversation.understanding
        self._catalogue = conversation.layer.catalogue
        self._points = conversation.resources.knowledge.points
        self._all = [self.of(intent.id, None) for intent in self._catalogue]
        self._all += [self.of(point.intent, point.id) for point in self._points.values()]
        self._words = [f"{target.label} {target.point or target.intent}" for target in self._all]

    def of(self, intent: str, point: str | None) -> Target:
        """One target, known or not."""
        title = self._catalogue[intent].title if intent in self._catalogue else intent
        if point is None:
            return Target(intent, None, title)
        asks = self._points[point].asks[0] if point in self._points else point
        return Target(intent, point, f"{asks} ({title})"[:LINE])

    def read(self, value: str) -> tuple[str, str | None] | None:
        """The intent and the point of a menu's value; None where there are none such."""
        intent, _, point = value.partition("|")
        known = intent in self._catalogue and (not point or point in self._points)
        return (intent, point or None) if known else None

    def found(self, searched: str, text: str) -> list[Target]:
        """Those like `searched`, the best first; without it, what `text` may mean."""
        if not searched.strip():
            item = self._understanding.explain(text).match
            return [self.of(choice.intent, None) for choice in item.choices] if item.tier else []
        ranked = process.extract(
            searched,
            self._words,
            scorer=fuzz.token_set_ratio,
            processor=utils.default_process,
            limit=SHOWN,
            score_cutoff=LIKE,
        )
        best = [self._all[at] for _, _, at in ranked]
        meant = self._understanding.explain(searched).match
        if meant.tier is not Tier.UNSURE:
            best += [self.of(choice.intent, None) for choice in meant.choices]
        return list(dict.fromkeys(best))[:SHOWN]
