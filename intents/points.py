"""Which single point a question asks for: likeness of wordings, helped by what the matcher thinks.

The intent finds the subject, the point finds the line. Points are few and short, so an index is plain
dictionaries: tf-idf features and the wordings that have them, cosine for each kind of feature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log, sqrt

from intents.features import character_features, word_features
from intents.lexicon import concepts, stem
from intents.model import Choice, Slots, Tier
from intents.text import words

SHARES = {"single": 0.5, "together": 0.2, "letters": 0.3}
"""What single words and their meanings, words with their pairs, and runs of letters give to the likeness.

Chosen, like the figures below, on questions that no wording was written for, and by cross-validation on
intents/catalogue/asked.yaml (909 in scope, 176 out of scope, three folds).
"""
ALIKE = 0.3
"""The share of the three nearest wordings together; the rest is the nearest alone."""
NEAREST = 3
STRETCH = 1.25
"""Three wordings are never all as near as the first."""
AGREEING = 0.25
"""What the matcher's confidence in the point's intent adds, at most."""
SURE = {Tier.ANSWER: 0.52, Tier.CHOOSE: 0.37, Tier.UNSURE: 0.5}
"""From here a point answers (likeness and agreement together).

Beside a page that would be answered it must be surer than where the asker would only get a choice.
"""
AHEAD = {Tier.ANSWER: 0.04, Tier.CHOOSE: 0.05, Tier.UNSURE: 0.08}
"""The next point must be this far behind."""
LEADING, FAR_AHEAD = 0.45, 0.08
"""A point that all others are this far behind may be a little less sure, where the matcher agrees."""
UNNAMED = 0.9
"""A question that names no program is less like a wording that does: it may be about all of them."""
NEAR = 0.3
"""Less alike than this is no point, whatever the matcher thinks."""
AGREED = 0.15
"""A reading of the matcher that is at least this likely supports the points of its intent."""
ALONE = 0.55
"""Without such support the wording itself must be this near."""
SAME = 0.97
"""As good as word for word: no rival matters."""
CROWD = 400
"""A feature that stands in more wordings than this tells nothing."""


def _single(sentence: Sequence[str]) -> list[str]:
    return [*map(stem, sentence), *chain.from_iterable(map(concepts, sentence))]


_FEATURES: Mapping[str, Callable[[Sequence[str]], Sequence[str]]] = {
    "single": _single,
    "together": word_features,
    "letters": character_features,
}


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of asking for a point; `point` is its id, `intent` that of its page.

    `program` and `audience` are what the point is about, where it is about one alone; `names_program` says
    that this wording has a program's name in it.
    """

    text: str
    point: str
    intent: str
    program: str | None = None
    audience: str | None = None
    names_program: bool = False

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
        self._kinds = {kind: _Index([of(one) for one in sentences]) for kind, of in _FEATURES.items()}

    def ranked(self, text: str, slots: Slots, choices: Sequence[Choice] = ()) -> list[Pointed]:
        """Points that share words with the text, best first; `choices` are the matcher's readings."""
        sentence = words(text)
        likeness: dict[int, float] = {}
        for kind, index in self._kinds.items():
            for at, cosine in index.likeness(_FEATURES[kind](sentence)).items():
                likeness[at] = likeness.get(at, 0.0) + SHARES[kind] * cosine
        near: dict[str, list[float]] = {}
        intents: dict[str, str] = {}
        for at, value in likeness.items():
            wording = self._wordings[at]
            if wording.fits(slots):
                if wording.names_program and not slots.programs:
                    value *= UNNAMED  # noqa: PLW2901 - the likeness as weighed
                near.setdefault(wording.point, []).append(value)
                intents[wording.point] = wording.intent
        confidence = {choice.intent: choice.confidence for choice in choices}
        found = []
        for point, values in near.items():
            values.sort(reverse=True)
            together = STRETCH * sum(values[:NEAREST]) / NEAREST
            whole = values[0] if values[0] >= SAME else (1 - ALIKE) * values[0] + ALIKE * together
            score = whole + AGREEING * confidence.get(intents[point], 0.0) * (1 - whole)
            found.append(Pointed(point, intents[point], whole, score))
        return sorted(found, key=lambda one: (-one.score, one.point))

    def find(self, text: str, slots: Slots, tier: Tier, choices: Sequence[Choice] = ()) -> Pointed | None:
        """The point that is asked for, or None where none is near or two lie too close together.

        `tier` is the matcher's, without points.
        """
        ranked = self.ranked(text, slots, choices)
        if not ranked:
            return None
        first = ranked[0]
        agreed = any(c.intent == first.intent and c.confidence >= AGREED for c in choices)
        if first.likeness < (NEAR if agreed else ALONE):
            return None
        lead = first.score - (ranked[1].score if len(ranked) > 1 else 0.0)
        sure = first.score >= SURE[tier] and (lead >= AHEAD[tier] or first.likeness >= SAME)
        return first if sure or (agreed and first.score >= LEADING and lead >= FAR_AHEAD) else None


class _Index:
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
