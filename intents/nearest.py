"""The example that is most like a question: cosine over word features, from an inverted index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from intents.features import Row

MAX_POSTINGS = 3_000
"""Examples looked at for one question, those of its rarest features first: however many examples there
are, the work is bounded.
"""


class Nearest:
    """Similarity 0..1 of a sentence to every example; rows are unit vectors over word features."""

    def __init__(self, matrix: csr_matrix) -> None:
        by_feature = matrix.tocsc()
        self._count = matrix.shape[0]
        self._examples = by_feature.indices
        self._weights = by_feature.data
        self._starts = by_feature.indptr[:-1].astype(np.int64)
        self._lengths = np.diff(by_feature.indptr).astype(np.int64)

    def similarities(self, row: Row) -> NDArray[np.float64]:
        """One value an example."""
        indices, weights = row
        rarest = np.argsort(self._lengths[indices], kind="stable")
        rarest = rarest[np.cumsum(self._lengths[indices[rarest]]) <= MAX_POSTINGS]
        indices, weights = indices[rarest], weights[rarest]
        lengths = self._lengths[indices]
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        at = np.arange(total) + np.repeat(self._starts[indices] - ends + lengths, lengths)
        products = self._weights[at] * np.repeat(weights, lengths)
        return np.asarray(np.bincount(self._examples[at], products, minlength=self._count), dtype=np.float64)
