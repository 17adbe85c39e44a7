"""Which single point a question asks for: likeness of wordings, helped by what the matcher thinks.

The intent finds the subject, the point finds the line: a linear model with a label for each point, and
likeness to the wordings. Points are few and short, so an index of likeness is plain dictionaries: tf-idf
features and the wordings that have them, cosine for each kind of feature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from intents.cache import digest, load, save
from intents.features import character_features, word_features
from intents.hedging import family
from intents.lexicon import concepts, stem
from intents.likeness import Likeness
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
SURE = {Tier.ANSWER: 0.4, Tier.CHOOSE: 0.3, Tier.UNSURE: 0.4}
"""From this weight on a point answers, if the matcher supports it.

Beside a page that would be answered it must be surer than where the asker would only get a choice.
"""
BACKING = 0.4
"""A reading of a choice that is this likely backs the points of its intent."""
BACKED = 0.0
"""The weight from which on such a point answers: the asker would only get a choice."""
BEYOND = 0.0
"""From this margin on, that a text belongs to no point counts against all of them."""
AHEAD = 0.1
"""The next point, or page, must be this far behind."""
BESIDE = 0.02
"""So far, if it is a point of the same page: either leads to what was asked."""
PAGE = "page:"
"""How the name of what is no point begins: a question for the whole page of an intent."""
UNNAMED = 0.9
"""A question that names no program is less like a wording that does: it may be about all of them."""
NARROW = 0.3
"""What a point loses whose wordings all name a program, where the question names none."""
AGREED = 0.28
"""A reading of the matcher that is at least this likely supports the points of its intent."""
ALONE = 0.85
"""Without such support a point must have this weight."""
SAME = 0.97
"""As good as word for word: no rival matters."""
LONG = 80
"""A text of more words is a story, and no question for a single line."""
LOOKED_AT = 200
"""So many wordings, the nearest, are weighed."""


def _single(sentence: Sequence[str]) -> list[str]:
    return [*map(stem, sentence), *chain.from_iterable(map(concepts, sentence))]


_FEATURES: Mapping[str, Callable[[Sequence[str]], Sequence[str]]] = {
    "single": _single,
    "together": word_features,
    "letters": character_features,
}


class Wording(NamedTuple):
    """One way of asking for a point; `point` is its id, `intent` that of its page.

    `program` and `audience` are what the point is about, where it is about one alone.
    """

    text: str
    point: str
    intent: str
    program: str | None = None
    audience: str | None = None


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


@dataclass(frozen=True, slots=True)
class _Learned:
    """What is kept for the next start.

    `scorer` has a label for each point, in order of sight; `kinds` the likeness to the wordings by each kind
    of features; `named` whether a wording has a program's name in it.
    """

    scorer: Scorer
    kinds: Mapping[str, Likeness]
    named: NDArray[np.bool_]

    @classmethod
    def learn(
        cls,
        wordings: Sequence[Wording],
        outside: Sequence[str],
        repair: Repair,
        names_program: Callable[[str], bool],
    ) -> _Learned:
        numbers = _numbered(wordings)
        labels = np.array([numbers[wording.point] for wording in wordings], dtype=np.int32)
        sentences = [words(wording.text) for wording in wordings]
        return cls(
            Scorer.learn(
                [repair(wording.text) for wording in wordings], labels, [words(text) for text in outside]
            ),
            {kind: Likeness.learn([of(one) for one in sentences]) for kind, of in _FEATURES.items()},
            np.array([names_program(wording.text) for wording in wordings], dtype=np.bool_),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        found = {**self.scorer.arrays(), "named": self.named}
        for kind, index in self.kinds.items():
            found |= index.arrays(kind)
        return found

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> _Learned:
        kinds = {kind: Likeness.restore(kind, arrays) for kind in _FEATURES}
        return cls(Scorer.restore(arrays), kinds, arrays["named"])


class Points:
    """Finds points. Built once from all wordings; holds no state of any conversation."""

    def __init__(self, wordings: Sequence[Wording], learned: _Learned | None, repair: Repair) -> None:
        """`learned` from the wordings, None where there are none; `repair` gives a text's mended words."""
        numbers = _numbered(wordings)
        intents = {wording.point: wording.intent for wording in wordings}
        self._names = [(point, intents[point]) for point in numbers]
        self._points = np.array([numbers[one.point] for one in wordings], dtype=np.int32)
        self._programs = _places(wording.program for wording in wordings)
        self._audiences = _places(wording.audience for wording in wordings)
        self._learned = learned
        self.families = frozenset(family(wording.intent) for wording in wordings)
        self._repair = repair
        self._said = {tuple(words(one.text)): one.point for one in wordings}

    @classmethod
    def learn(
        cls,
        wordings: Sequence[Wording],
        *,
        outside: Sequence[str] = (),
        repair: Repair = words,
        names_program: Callable[[str], bool] = lambda _: False,
        rules: Sequence[str] = (),
        cache: Path | None = None,
    ) -> Points:
        """Learn from wordings, and from texts `outside` of all points.

        `names_program` says whether a text has a program's name in it. `cache` keeps what was learned;
        `rules` are what `repair` and `names_program` follow: what was kept under others is not used.
        """
        if not wordings:
            return cls((), None, repair)
        key = digest(list(wordings), list(outside), list(rules)) if cache else ""
        kept = load(cache, key) if cache else None
        if kept:
            return cls(wordings, _Learned.restore(kept[0]), repair)
        learned = _Learned.learn(wordings, outside, repair, names_program)
        if cache:
            save(cache, key, learned.arrays())
        return cls(wordings, learned, repair)

    def said(self, text: str) -> str | None:
        """The point that has the text among its wordings, word for word."""
        return self._said.get(tuple(words(text)))

    def ranked(self, text: str, slots: Slots, choices: Sequence[Choice] = ()) -> list[Pointed]:
        """Points that share words with the text, best first; `choices` are the matcher's readings."""
        sentence = words(text)
        learned = self._learned
        if learned is None or not 0 < len(sentence) <= LONG:
            return []
        seen = learned.scorer.scores(self._repair(text))
        margins = seen.margins - max(seen.outside - BEYOND, 0.0)
        likeness = np.zeros(len(self._points), np.float32)
        for kind, index in learned.kinds.items():
            likeness += SHARES[kind] * index.to(_FEATURES[kind](sentence))
        likeness[~self._fitting(slots, sentence)] = 0.0
        nearest = np.argpartition(-likeness, min(LOOKED_AT, len(likeness) - 1))[:LOOKED_AT]
        alike = likeness[nearest]
        narrow = learned.named[nearest] & (not slots.programs)
        alike[narrow] *= UNNAMED
        near: dict[int, list[float]] = {}
        wide: set[int] = set()
        of = self._points[nearest].tolist()
        for point, value, is_narrow in zip(of, alike.tolist(), narrow.tolist(), strict=True):
            if value > 0:
                near.setdefault(point, []).append(value)
                if not is_narrow:
                    wide.add(point)
        confidence = {choice.intent: choice.confidence for choice in choices}
        found = []
        for point, values in near.items():
            values.sort(reverse=True)
            name, intent = self._names[point]
            together = STRETCH * sum(values[:NEAREST]) / NEAREST
            whole = values[0] if values[0] >= SAME else (1 - ALIKE) * values[0] + ALIKE * together
            score = whole + AGREEING * confidence.get(intent, 0.0) * (1 - whole)
            weight = float(margins[point]) + NEARNESS * score - (0.0 if point in wide else NARROW)
            found.append(Pointed(name, intent, whole, score, weight))
        return sorted(found, key=lambda one: (-one.weight, one.point))

    def _fitting(self, slots: Slots, spelt: Sequence[str]) -> NDArray[np.bool_]:
        """Which wordings a question can mean: of no other program than it names, of no other audience."""
        fitting = np.ones(len(self._points), dtype=np.bool_)
        if slots.programs:
            for program, places in self._programs.items():
                if program not in slots.programs:
                    fitting[places] = False
        for audience, places in self._audiences.items():
            if audience not in spelt and slots.audience not in {None, audience}:
                fitting[places] = False
        return fitting

    def find(
        self, text: str, slots: Slots, tier: Tier, choices: Sequence[Choice] = (), *, pages: bool = True
    ) -> Pointed | None:
        """The point that is asked for, or None where none is near or two lie too close together.

        `tier` is the matcher's, without points; where there is no page to show, `pages` do not compete.
        """
        return self.chosen(self.ranked(text, slots, choices), text, tier, choices, pages=pages)

    def chosen(
        self, ranked: Sequence[Pointed], text: str, tier: Tier, choices: Sequence[Choice], *, pages: bool
    ) -> Pointed | None:
        """As `find`, of what was `ranked` for the same text and choices."""
        ranked = [one for one in ranked if pages or not one.point.startswith(PAGE)]
        if not ranked:
            return None
        said = self.said(text)  # word for word: whatever the model thinks of it
        for one in ranked:
            if one.point == said:
                return replace(one, likeness=1.0)
        first = ranked[0]
        if first.likeness >= SAME:
            return first
        alone = all(first.weight - other.weight >= _ahead(first, other) for other in ranked[1:])
        support = max((c.confidence for c in choices if c.intent == first.intent), default=0.0)
        bar = BACKED if tier is Tier.CHOOSE and support >= BACKING else SURE[tier]
        sure = first.weight >= bar and alone
        return first if sure and (support >= AGREED or first.weight >= ALONE) else None


def _ahead(first: Pointed, other: Pointed) -> float:
    """How far a rival must lie behind."""
    page = first.point.startswith(PAGE) or other.point.startswith(PAGE)
    return BESIDE if other.intent == first.intent and not page else AHEAD


def _places(values: Iterable[str | None]) -> dict[str, NDArray[np.intp]]:
    """Where each value stands."""
    listed = np.array([value or "" for value in values])
    return {str(value): np.flatnonzero(listed == value) for value in np.unique(listed) if value}


def _numbered(wordings: Sequence[Wording]) -> dict[str, int]:
    return {point: at for at, point in enumerate(dict.fromkeys(wording.point for wording in wordings))}
