"""Which single point a question asks for: likeness of wordings, helped by what the matcher thinks.

The intent finds the subject, the point finds the line. Points are few and short, so the index is plain
dictionaries: an inverted index of tf-idf features, words and characters, cosine over each half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from intents.features import character_features, word_features
from intents.model import Choice, Slots
from intents.text import words

WORDS = 0.6
"""The share of the word half in the likeness; the rest are characters, which forgive slips."""
AGREEING = 0.25
"""What the matcher's confidence in the point's intent adds, at most; chosen on the questions of tests."""
SURE = 0.62
"""From here a point answers (likeness and agreement together)."""
AHEAD = 0.03
"""A point of another intent must be this far behind."""
CROWD = 400
"""A feature that stands in more wordings than this tells nothing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of asking for a point; `point` is its id, `intent` that of its page.

    `program` and `audience` are what the point is about, where it is about one alone.
    """

    text: str
    point: str
    intent: str
    program: str | None = None
    audience: str | None = None

    def fits(self, slots: Slots) -> bool:
        """Whether a question with these slots can mean it: no other program, no other audience."""
        if self.program is not None and slots.programs and self.program not in slots.programs:
            return False
        return self.audience is None or slots.audience in (None, self.audience)


@dataclass(frozen=True, slots=True)
class Pointed:
    """The point that a text asks for; `likeness` 0..1, `score` with the matcher's agreement."""

    point: str
    intent: str
    likeness: float
    score: float


class Points:
    """Finds points. Built once from all wordings; holds no state of any conversation."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self._wordings = tuple(wordings)
        sentences = [words(wording.text) for wording in wordings]
        self._halves = [
            _Half([half(one) for one in sentences]) for half in (word_features, character_features)
        ]

    def ranked(self, text: str, slots: Slots, choices: Sequence[Choice] = ()) -> list[Pointed]:
        """Points that share words with the text, best first; `choices` are the matcher's readings."""
        sentence = words(text)
        if not sentence:
            return []
        by_words = self._halves[0].likeness(word_features(sentence))
        by_letters = self._halves[1].likeness(character_features(sentence))
        confidence = {choice.intent: choice.confidence for choice in choices}
        best: dict[str, Pointed] = {}
        for at, likeness in by_words.items():
            wording = self._wordings[at]
            if not wording.fits(slots):
                continue
            whole = WORDS * likeness + (1 - WORDS) * by_letters.get(at, 0.0)
            score = whole + AGREEING * confidence.get(wording.intent, 0.0) * (1 - whole)
            if wording.point not in best or best[wording.point].score < score:
                best[wording.point] = Pointed(wording.point, wording.intent, whole, score)
        return sorted(best.values(), key=lambda one: (-one.score, one.point))

    def find(self, text: str, slots: Slots, choices: Sequence[Choice] = ()) -> Pointed | None:
        """The point that is asked for, or None where none is near or two lie too close together."""
        ranked = self.ranked(text, slots, choices)
        if not ranked or ranked[0].score < SURE:
            return None
        if len(ranked) > 1 and ranked[0].score - ranked[1].score < AHEAD and ranked[0].likeness < 1 - AHEAD:
            return None
        return ranked[0]


class _Half:
    """Cosine to every wording over one kind of features."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        counts = Counter(feature for row in rows for feature in set(row))
        self._idf = {feature: log((1 + len(rows)) / (1 + count)) + 1 for feature, count in counts.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        self._unseen = log(1 + len(rows)) + 1
        for at, row in enumerate(rows):
            for feature, weight in self._weights(row).items():
                if counts[feature] <= CROWD:
                    self._postings.setdefault(feature, []).append((at, weight))

    def likeness(self, features: Sequence[str]) -> Mapping[int, float]:
        """Wordings that share a feature, with their cosine."""
        found: dict[int, float] = {}
        for feature, weight in self._weights(features).items():
            for at, other in self._postings.get(feature, ()):
                found[at] = found.get(at, 0.0) + weight * other
        return found

    def _weights(self, features: Sequence[str]) -> dict[str, float]:
        """The unit vector of some features. One that no wording has weighs, too: the text says more."""
        weights = {f: (1 + log(n)) * self._idf.get(f, self._unseen) for f, n in Counter(features).items()}
        norm = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / norm for feature, weight in weights.items()}
