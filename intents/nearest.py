"""The example that is most like a question: cosine over word features, from an inverted index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MAX_POSTINGS = 600
"""A feature that more examples share tells little; leaving it out bounds the work of one look-up."""


class Nearest:
    """Similarity 0..1 of a row to every example. Rows are unit vectors over word features."""

    def __init__(self, matrix: csr_matrix, labels: NDArray[np.int32]) -> None:
        order = np.argsort(labels, kind="stable")
        by_feature = matrix[order].tocsc()
        self._order = order.astype(np.int32)
        self._starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
        self._examples = by_feature.indices.astype(np.int32)
        self._weights = by_feature.data.astype(np.float32)
        self._ends = by_feature.indptr.astype(np.int64)

    def similarities(
        self, indices: NDArray[np.int32], weights: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], int]:
        """The best similarity in each intent, and the position of the best example of all."""
        examples: list[NDArray[np.int32]] = []
        values: list[NDArray[np.float32]] = []
        for index, weight in zip(indices.tolist(), weights.tolist(), strict=True):
            start, end = self._ends[index], self._ends[index + 1]
            if end - start <= MAX_POSTINGS:
                examples.append(self._examples[start:end])
                values.append(self._weights[start:end] * np.float32(weight))
        if not examples:
            return np.zeros(len(self._starts), np.float32), -1
        scores = np.bincount(
            np.concatenate(examples), np.concatenate(values), minlength=len(self._order)
        ).astype(np.float32)
        best = int(scores.argmax())
        return np.maximum.reduceat(scores, self._starts), int(self._order[best])
