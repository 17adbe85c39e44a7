"""The linear part of the matcher: a weight for each feature and intent, those that matter alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from intents.ragged import positions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST = 0.003
"""A smaller weight is left out: four of five are next to nothing, and answers stay what they are."""


class Linear:
    """Margins of a linear support vector machine, one against the rest.

    Weights are sparse: feature f has `weights[starts[f]:starts[f + 1]]` (float16), each for the intent of the
    same place in `intents`. `bias` has one value an intent, float32.
    """

    def __init__(
        self,
        starts: NDArray[np.int32],
        intents: NDArray[np.uint16],
        weights: NDArray[np.float16],
        bias: NDArray[np.float32],
    ) -> None:
        self.starts = starts
        self.intents = intents
        self.weights = weights
        self.bias = bias

    @classmethod
    def fit(cls, matrix: csr_matrix, labels: NDArray[np.int32], *, cost: float = 1.0) -> Linear:
        """Learn from rows and their labels 0..n-1, each of which occurs."""
        classes = int(labels.max()) + 1
        if classes == 1:
            return cls.of(np.zeros((1, matrix.shape[1])), np.ones(1))
        from sklearn.svm import LinearSVC  # takes seconds, which a start with a cache is spared

        machine = LinearSVC(C=cost, tol=0.1, random_state=0).fit(matrix, labels)
        weights, bias = machine.coef_, machine.intercept_
        if classes == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls.of(weights, bias)

    @classmethod
    def of(cls, weights: NDArray[np.floating[Any]], bias: NDArray[np.floating[Any]]) -> Linear:
        """From dense weights, one row an intent."""
        features, intents = np.nonzero(np.abs(weights.T) > LEAST)
        counts = np.bincount(features, minlength=weights.shape[1])
        return cls(
            np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
            intents.astype(np.uint16),
            weights[intents, features].astype(np.float16),
            bias.astype(np.float32),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `restore` needs."""
        return {
            "weights": self.weights,
            "weights_of": self.intents,
            "weights_from": self.starts,
            "bias": self.bias,
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Linear:
        """The inverse of `arrays`."""
        return cls(arrays["weights_from"], arrays["weights_of"], arrays["weights"], arrays["bias"])

    def margins(self, indices: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """One margin an intent for a row given as (indices, weights)."""
        at, lengths = positions(self.starts, indices)
        products = self.weights[at].astype(np.float32) * np.repeat(weights, lengths)
        found = np.bincount(self.intents[at], products, minlength=len(self.bias))
        return np.asarray(found + self.bias, dtype=np.float32)

    def shares(
        self, indices: NDArray[np.int32], weights: NDArray[np.float32], intent: int
    ) -> NDArray[np.float32]:
        """What each feature of a row adds to the margin of one intent."""
        at, lengths = positions(self.starts, indices)
        products = self.weights[at].astype(np.float32) * np.repeat(weights, lengths)
        products[self.intents[at] != intent] = 0.0
        of = np.repeat(np.arange(len(indices)), lengths)
        return np.bincount(of, products, minlength=len(indices)).astype(np.float32)
