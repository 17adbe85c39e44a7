"""Which single point a question asks for: likeness of wordings, helped by what the matcher thinks.

The intent finds the subject, the point finds the line: a linear model with a label for each point, and
likeness to the wordings. Points are few and short, so an index of likeness is plain dictionaries: tf-idf
features and the wordings that have them, cosine for each kind of feature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from math import log, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intents.cache import digest, load, save
from intents.features import character_features, word_features
from intents.lexicon import concepts, stem
from intents.model import Choice, Tier
from intents.named import Slots
from intents.scorer import Scorer
from intents.text import words

Repair = Callable[[str], Sequence[str]]

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
NEARNESS = 2.0
"""What likeness and agreement weigh beside the margin of the linear model."""
SURE = {Tier.ANSWER: 0.4, Tier.CHOOSE: 0.2, Tier.UNSURE: 0.4}
"""From this weight on a point answers, if the matcher supports it.

Beside a page that would be answered it must be surer than where the asker would only get a choice.
"""
BEYOND = 0.0
"""From this margin on, that a text belongs to no point counts against all of them."""
AHEAD = 0.1
"""The next point must be this far behind."""
UNNAMED = 0.9
"""A question that names no program is less like a wording that does: it may be about all of them."""
NARROW = 0.3
"""What a point loses whose wordings all name a program, where the question names none."""
AGREED = 0.2
"""A reading of the matcher that is at least this likely supports the points of its intent."""
ALONE = 0.9
"""Without such support a point must have this weight."""
SAME = 0.97
"""As good as word for word: no rival matters."""
LONG = 80
"""A text of more words is a story, and no question for a single line."""
LOOKED_AT = 200
"""So many wordings, the nearest, are weighed."""
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
    """The point that a text asks for.

    `likeness` to its wordings is 0..1, `score` that with the matcher's agreement, 0..1; `weight` adds the
    margin of the linear model, and decides.
    """

    point: str
    intent: str
    likeness: float
    score: float
    weight: float


class Points:
    """Finds points. Built once from all wordings; holds no state of any conversation."""

    def __init__(self, wordings: Sequence[Wording], scorer: Scorer | None, repair: Repair) -> None:
        """`scorer` has a label for each point, in order of sight; `repair` gives a text's mended words."""
        self._wordings = tuple(wordings)
        self._numbers = _numbered(wordings)
        self._scorer = scorer
        self._repair = repair
        sentences = [words(wording.text) for wording in wordings]
        self._said = {tuple(said): one.point for said, one in zip(sentences, wordings, strict=True)}
        self._kinds = {kind: _Index([of(one) for one in sentences]) for kind, of in _FEATURES.items()}

    @classmethod
    def learn(
        cls,
        wordings: Sequence[Wording],
        *,
        outside: Sequence[str] = (),
        repair: Repair = words,
        cache: Path | None = None,
    ) -> Points:
        """Learn from wordings, and from texts `outside` of all points. `cache` keeps what was learned."""
        if not wordings:
            return cls((), None, repair)
        numbers = _numbered(wordings)
        sentences = [repair(wording.text) for wording in wordings]
        labels = np.array([numbers[wording.point] for wording in wordings], dtype=np.int32)
        beyond = [words(text) for text in outside]
        key = digest(sentences, labels.tolist(), beyond) if cache else ""
        kept = load(cache, key) if cache else None
        if kept:
            return cls(wordings, Scorer.restore(kept[0], sentences, labels), repair)
        scorer = Scorer.learn(sentences, labels, beyond)
        if cache:
            with suppress(OSError):  # a folder that cannot be written costs the next start its time, no more
                save(cache, key, scorer.arrays())
        return cls(wordings, scorer, repair)

    def said(self, text: str) -> str | None:
        """The point that has the text among its wordings, word for word."""
        return self._said.get(tuple(words(text)))

    def ranked(self, text: str, slots: Slots, choices: Sequence[Choice] = ()) -> list[Pointed]:
        """Points that share words with the text, best first; `choices` are the matcher's readings."""
        sentence = words(text)
        if self._scorer is None or not 0 < len(sentence) <= LONG:
            return []
        seen = self._scorer.scores(self._repair(text))
        margins = seen.margins - max(seen.outside - BEYOND, 0.0)
        likeness = np.zeros(len(self._wordings), np.float32)
        for kind, index in self._kinds.items():
            likeness += SHARES[kind] * index.likeness(_FEATURES[kind](sentence))
        near: dict[str, list[float]] = {}
        narrow: set[str] = set()
        wide: set[str] = set()
        intents: dict[str, str] = {}
        for at in np.argsort(-likeness, kind="stable")[:LOOKED_AT].tolist():
            wording, value = self._wordings[at], float(likeness[at])
            if value > 0 and wording.fits(slots):
                if wording.names_program and not slots.programs:
                    value *= UNNAMED
                    narrow.add(wording.point)
                else:
                    wide.add(wording.point)
                near.setdefault(wording.point, []).append(value)
                intents[wording.point] = wording.intent
        confidence = {choice.intent: choice.confidence for choice in choices}
        found = []
        for point, values in near.items():
            values.sort(reverse=True)
            together = STRETCH * sum(values[:NEAREST]) / NEAREST
            whole = values[0] if values[0] >= SAME else (1 - ALIKE) * values[0] + ALIKE * together
            score = whole + AGREEING * confidence.get(intents[point], 0.0) * (1 - whole)
            weight = float(margins[self._numbers[point]]) + NEARNESS * score
            weight -= NARROW if point in narrow - wide else 0.0
            found.append(Pointed(point, intents[point], whole, score, weight))
        return sorted(found, key=lambda one: (-one.weight, one.point))

    def find(self, text: str, slots: Slots, tier: Tier, choices: Sequence[Choice] = ()) -> Pointed | None:
        """The point that is asked for, or None where none is near or two lie too close together.

        `tier` is the matcher's, without points.
        """
        ranked = self.ranked(text, slots, choices)
        if not ranked:
            return None
        said = self.said(text)  # word for word: whatever the model thinks of it
        for one in ranked:
            if one.point == said:
                return replace(one, likeness=1.0)
        first = ranked[0]
        if first.likeness >= SAME:
            return first
        lead = first.weight - (ranked[1].weight if len(ranked) > 1 else 0.0)
        agreed = any(c.intent == first.intent and c.confidence >= AGREED for c in choices)
        sure = first.weight >= SURE[tier] and lead >= AHEAD
        return first if sure and (agreed or first.weight >= ALONE) else None


def _numbered(wordings: Sequence[Wording]) -> dict[str, int]:
    return {point: at for at, point in enumerate(dict.fromkeys(wording.point for wording in wordings))}


class _Index:
    """Cosine to every wording over one kind of features, from an inverted index."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        counts = Counter(feature for row in rows for feature in set(row))
        self._size = len(rows)
        self._idf = {feature: log((1 + len(rows)) / (1 + count)) + 1 for feature, count in counts.items()}
        self._unseen = log(1 + len(rows)) + 1
        postings: dict[str, list[tuple[int, float]]] = {}
        for at, row in enumerate(rows):
            for feature, weight in self._weights(row).items():
                if counts[feature] <= CROWD:
                    postings.setdefault(feature, []).append((at, weight))
        self._postings = {
            feature: (
                np.array([at for at, _ in found]),
                np.array([weight for _, weight in found], np.float32),
            )
            for feature, found in postings.items()
        }

    def likeness(self, features: Sequence[str]) -> NDArray[np.float32]:
        """One cosine a wording."""
        found = np.zeros(self._size, np.float32)
        for feature, weight in self._weights(features).items():
            posting = self._postings.get(feature)
            if posting is not None:
                found[posting[0]] += weight * posting[1]
        return found

    def _weights(self, features: Sequence[str]) -> dict[str, float]:
        """The unit vector of some features. One that no wording has weighs, too: the text says more."""
        weights = {f: (1 + log(n)) * self._idf.get(f, self._unseen) for f, n in Counter(features).items()}
        norm = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / norm for feature, weight in weights.items()}
