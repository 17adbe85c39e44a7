"""The linear part of the matcher: one weight for each feature and intent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


class Linear:
    """Margins of a linear support vector machine, one against the rest; float32 throughout."""

    def __init__(self, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self.weights = weights
        self.bias = bias

    @classmethod
    def fit(cls, matrix: csr_matrix, labels: NDArray[np.int32], *, cost: float = 1.0) -> Linear:
        """Learn from rows and their labels 0..n-1, each of which occurs."""
        classes = int(labels.max()) + 1
        if classes == 1:
            return cls(np.zeros((matrix.shape[1], 1), np.float32), np.ones(1, np.float32))
        from sklearn.svm import LinearSVC  # takes seconds, which a start with a cache is spared

        machine = LinearSVC(C=cost, tol=0.01, random_state=0).fit(matrix, labels)
        weights, bias = machine.coef_, machine.intercept_
        if classes == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(np.ascontiguousarray(weights.T, dtype=np.float32), bias.astype(np.float32))

    def margins(self, indices: NDArray[np.int32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """One margin an intent for a row given as (indices, weights)."""
        return np.asarray(weights @ self.weights[indices] + self.bias, dtype=np.float32)
