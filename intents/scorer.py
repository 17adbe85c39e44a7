"""The part of the matcher that learns: features, their weights, and the examples to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from intents.features import Features, join
from intents.lexicon import concepts, stem
from intents.linear import Linear
from intents.nearest import Nearest


@dataclass(frozen=True, slots=True)
class Scores:
    """What the scorer sees in one sentence.

    `margins` has one value an intent, `outside` is that of belonging to none (0 where nothing was learned
    about that). `nearest` is the position of the most similar example (-1: none)
    and `likeness` its similarity, 0..1. `known` and `covered` are shares of the sentence's weight of words:
    of those that occur in any example, and of those that occur, or whose concept does, in the examples of
    the first choice. `length` counts words.
    """

    margins: NDArray[np.float32]
    nearest: int
    likeness: float
    known: float
    covered: float
    length: int
    outside: float = 0.0


class Scorer:
    """Built by `learn`; then `scores` is a pure function of its sentence."""

    def __init__(
        self, features: Features, linear: Linear, nearest: Nearest, said: Sequence[frozenset[str]]
    ) -> None:
        self.features = features
        self.linear = linear
        self.nearest = nearest
        self.said = said
        self.intents = len(said)

    @classmethod
    def learn(
        cls,
        sentences: Sequence[Sequence[str]],
        labels: NDArray[np.int32],
        outside: Sequence[Sequence[str]] = (),
    ) -> Self:
        """Learn from sentences (lists of words) and labels 0..n-1, each of which occurs.

        `outside` are sentences that belong to no label: together they are learned as one more.
        """
        everything = [*sentences, *outside]
        features, matrix, words = Features.learn(everything)
        beyond = np.full(len(outside), int(labels.max()) + 1, dtype=np.int32)
        linear = Linear.fit(matrix, np.concatenate((labels, beyond)))
        return cls(features, linear, Nearest.fit(words[: len(sentences)]), _said(sentences, labels))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was learned, for `restore`."""
        said = json.dumps([sorted(roots) for roots in self.said], ensure_ascii=False)
        said_bytes = np.frombuffer(said.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        parts = (self.linear.arrays(), self.features.arrays(), self.nearest.arrays())
        return {"said": said_bytes, **parts[0], **parts[1], **parts[2]}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The scorer whose `arrays` these are."""
        said = json.loads(arrays["said"].tobytes().decode("utf-8", "surrogatepass"))
        return cls(
            Features.restore(arrays),
            Linear.restore(arrays),
            Nearest.restore(arrays),
            tuple(map(frozenset, said)),
        )

    def scores(self, sentence: Sequence[str]) -> Scores:
        """What is seen in one sentence."""
        words, characters = self.features.row(sentence)
        learned = self.linear.margins(*join(words, characters))
        margins, beyond = learned[: self.intents], learned[self.intents :]
        similarities = self.nearest.similarities(words)
        nearest = int(similarities.argmax())
        likeness = min(1.0, float(similarities[nearest]))
        known, covered = self._shares(sentence, self.said[int(margins.argmax())])
        return Scores(
            margins=margins,
            nearest=nearest if likeness > 0 else -1,
            likeness=likeness,
            known=known,
            covered=covered,
            length=len(sentence),
            outside=float(beyond[0]) if len(beyond) else 0.0,
        )

    def weighty(self, sentence: Sequence[str], label: int) -> list[tuple[str, float]]:
        """The features that speak for an intent and what each adds to its margin, most first."""
        indices, weights = join(*self.features.row(sentence))
        shares = self.linear.shares(indices, weights, label)
        names = {index: feature for feature, index in self.features.index.items()}
        ranked = [
            (names[indices[at]], float(shares[at])) for at in np.argsort(-shares, kind="stable").tolist()
        ]
        return [(name, share) for name, share in ranked if share > 0]

    def _shares(self, sentence: Sequence[str], said: frozenset[str]) -> tuple[float, float]:
        index, idf = self.features.index, self.features.idf
        rarest = float(idf.max())
        total = known = covered = 0.0
        for word in sentence:
            root = stem(word)
            at = index.get(root)
            weight = (rarest if at is None else float(idf[at])) - 1.0
            total += weight
            known += 0.0 if at is None else weight
            if root in said or any(concept in said for concept in concepts(word)):
                covered += weight
        return (known / total, covered / total) if total > 0 else (float(bool(sentence)),) * 2


def _said(sentences: Sequence[Sequence[str]], labels: NDArray[np.int32]) -> tuple[frozenset[str], ...]:
    """For each intent the stems and concepts of its examples."""
    found: list[set[str]] = [set() for _ in range(int(labels.max()) + 1)]
    for sentence, label in zip(sentences, labels.tolist(), strict=True):
        for word in sentence:
            found[label] |= {stem(word), *concepts(word)}
    return tuple(map(frozenset, found))
