"""Wordings that are taught while the house runs: found by likeness, at once and without training.

A lesson is compared with a question as the examples that were learned are: by their words, pairs and runs of
letters. It decides only where it is nearer than every one of them, so it competes and does not push.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest
from itertools import chain, takewhile
from math import log, sqrt

from intents.dialogue import Understanding
from intents.features import character_features, word_features
from intents.lexicon import concepts, stem
from intents.model import Catalogue, Choice, Tier, Turn, Understood
from intents.text import words

NEAR = 0.65
"""From this likeness on a lesson answers.

Of 150 questions that people asked, taught by their intents, and 935 others: 33 were as near as this, and all
of them meant the same; from .6 on 40 of 43 did.
"""
OFFER = 0.5
"""From this likeness on a lesson is offered, where nothing else would be answered."""
WORDS = 0.3
"""Texts whose words are less alike than this are not compared any further."""
LOOKED_AT = 30
"""So many examples, those with the most words in common, are weighed."""
Vector = Mapping[str, float]
Vectors = Mapping[str, Vector]
"""A text as a unit vector for each kind of feature."""


def _single(sentence: Sequence[str]) -> list[str]:
    return [*map(stem, sentence), *chain.from_iterable(map(concepts, sentence))]


KINDS: Mapping[str, tuple[float, Callable[[Sequence[str]], Sequence[str]]]] = {
    "single": (0.5, _single),
    "together": (0.2, word_features),
    "letters": (0.3, character_features),
}
"""What each kind of feature gives to the likeness, and how it is found."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One way of asking for an intent, or for one of its points."""

    text: str
    intent: str
    point: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The lesson nearest to a text, and how near (0..1)."""

    lesson: Lesson
    likeness: float


class Ground:
    """All that was learned, as a measure: how rare each word is, and how near the nearest example.

    About a second for each ten thousand texts: built once.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._rows = [words(text) for text in texts]
        found = [_single(row) for row in self._rows]
        counts = Counter(feature for row in found for feature in set(row))
        self._idf = {f: log((1 + len(found)) / (1 + n)) + 1 for f, n in counts.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for at, row in enumerate(found):
            for feature, weight in self._unit("single", row).items():
                self._postings.setdefault(feature, []).append((at, weight))

    def single(self, sentence: Sequence[str]) -> Vector:
        """The words by themselves."""
        return self._unit("single", _single(sentence))

    def vectors(self, sentence: Sequence[str]) -> dict[str, Vector]:
        """Words as unit vectors, one for each kind of feature."""
        return {kind: self._unit(kind, features(sentence)) for kind, (_, features) in KINDS.items()}

    def nearest(self, vectors: Vectors) -> float:
        """The likeness of the nearest example, among those whose words are the most alike."""
        shared: dict[int, float] = {}
        for feature, weight in vectors["single"].items():
            for at, other in self._postings.get(feature, ()):
                shared[at] = shared.get(at, 0.0) + weight * other
        near = nlargest(LOOKED_AT, shared, key=shared.__getitem__)
        return max((alike(vectors, self.vectors(self._rows[at])) for at in near), default=0.0)

    def _unit(self, kind: str, features: Sequence[str]) -> Vector:
        """Words weigh by how rare they are; pairs and letters count alike."""
        unseen = log(1 + len(self._rows)) + 1
        idf = {f: self._idf.get(f, unseen) for f in features} if kind == "single" else {}
        weights = {f: (1 + log(n)) * idf.get(f, 1.0) for f, n in Counter(features).items()}
        norm = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / norm for feature, weight in weights.items()}


class Taught:
    """An understanding with lessons beside what it learned. Holds no state of any conversation."""

    def __init__(
        self,
        base: Understanding,
        learned: Catalogue,
        catalogue: Catalogue,
        lessons: Sequence[Lesson],
        ground: Ground,
    ) -> None:
        """`base` learned from `learned`; `catalogue` has the intents of lessons too."""
        self._base = base
        self._learned = learned
        self._ground = ground
        self._lessons = [one for one in lessons if one.intent in catalogue]
        self._vectors = [ground.vectors(words(one.text)) for one in self._lessons]
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for at, own in enumerate(self._vectors):
            for feature, weight in own["single"].items():
                self._postings.setdefault(feature, []).append((at, weight))
        self._said = {tuple(words(one.text)): one for one in reversed(self._lessons)}

    def read(
        self, text: str, turn: Turn | None, now: datetime, *, without: Collection[str] = ()
    ) -> list[Understood]:
        """As `Understanding.read`; lessons for the intents `without` are passed over."""
        if turn is not None:
            # "The third one" counts the buttons: from the first that the base does not know on, it cannot.
            known = tuple(takewhile(self._learned.__contains__, turn.choices))
            turn = replace(turn, choices=known)
        return [self.taught(item, without) for item in self._base.read(text, turn, now)]

    def taught(self, item: Understood, without: Collection[str] = ()) -> Understood:
        """The item as the nearest lesson has it; unchanged where none is nearer than what was learned."""
        if item.follow_up or item.slots.ticket is not None:
            return item
        found = self.nearest(item.text, without)
        if found is None or found.likeness < OFFER:
            return item
        lesson, likeness = found.lesson, found.likeness
        decided = likeness >= NEAR
        if not decided and item.tier is Tier.ANSWER:
            return item
        others = tuple(choice for choice in item.choices if choice.intent != lesson.intent)
        return replace(
            item,
            tier=Tier.ANSWER if decided else Tier.CHOOSE,
            intent=lesson.intent,
            confidence=likeness,
            choices=(Choice(lesson.intent, likeness), *others)[:4],
            point=lesson.point if decided else None,
            hedged=False,
            language="en",
        )

    def nearest(self, text: str, without: Collection[str] = ()) -> Found | None:
        """The lesson most like a text, if no example that was learned is as near; word for word always."""
        sentence = words(text)
        said = self._said.get(tuple(sentence))
        if said is not None and said.intent not in without:
            return Found(said, 1.0)
        shared: dict[int, float] = {}
        for feature, weight in self._ground.single(sentence).items():
            for at, other in self._postings.get(feature, ()):
                shared[at] = shared.get(at, 0.0) + weight * other
        near = [
            at for at, share in shared.items() if share >= WORDS and self._lessons[at].intent not in without
        ]
        if not near:
            return None
        vectors = self._ground.vectors(sentence)
        best, at = max((alike(vectors, self._vectors[at]), at) for at in near)
        if best < OFFER or best <= self._ground.nearest(vectors):
            return None
        return Found(self._lessons[at], best)


def alike(left: Vectors, right: Vectors) -> float:
    """The likeness of two texts, 0..1."""
    return sum(share * _cosine(left[kind], right[kind]) for kind, (share, _) in KINDS.items())


def _cosine(left: Vector, right: Vector) -> float:
    return sum(weight * right.get(feature, 0.0) for feature, weight in left.items())
