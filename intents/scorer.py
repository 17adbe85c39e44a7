"""The part of the matcher that learns: features, their weights, and the examples to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.features import Features
from intents.linear import Linear
from intents.nearest import Nearest


@dataclass(frozen=True, slots=True)
class Scores:
    """What the scorer sees in one sentence.

    `margins` and `likeness` have one value an intent; `nearest` is the position of the most similar example
    (-1: none); `known` is the share (0..1) of the sentence's words that occur in the examples.
    """

    margins: NDArray[np.float32]
    likeness: NDArray[np.float32]
    nearest: int
    known: float


class Scorer:
    """Learns from sentences (lists of words) and labels 0..n-1."""

    def __init__(self, sentences: Sequence[Sequence[str]], labels: NDArray[np.int32]) -> None:
        self.features = Features.fit(sentences)
        matrix = self.features.matrix(sentences)
        self.linear = Linear.fit(matrix, labels)
        self._words = np.array([not feature.startswith("~") for feature in self.features.index])
        self.nearest = Nearest(matrix.multiply(self._words[None, :]).tocsr(), labels)

    def scores(self, sentence: Sequence[str]) -> Scores:
        """Margins and similarities of one sentence."""
        indices, weights = self.features.row(sentence)
        words = self._words[indices]
        likeness, nearest = self.nearest.similarities(indices[words], weights[words])
        known = sum(word in self.features.index for word in sentence) / max(1, len(sentence))
        return Scores(self.linear.margins(indices, weights), likeness, nearest, known)
