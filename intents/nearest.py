"""The example that is most like a question: cosine over word features, from an inverted index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from intents.features import Row
from intents.ragged import positions

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MAX_POSTINGS = 3_000
"""Examples looked at for one question, those of its rarest features first: however many examples there
are, the work is bounded.
"""


class Nearest:
    """Similarity 0..1 of a sentence to every example; rows are unit vectors over word features."""

    def __init__(
        self,
        count: int,
        examples: NDArray[np.int32],
        weights: NDArray[np.float32],
        starts: NDArray[np.int64],
    ) -> None:
        """Of `count` examples; feature f stands in `examples[starts[f]:starts[f + 1]]` with `weights`."""
        self._count = count
        self._examples = examples
        self._weights = weights
        self._bounds = starts
        self._lengths = np.diff(starts)

    @classmethod
    def fit(cls, matrix: csr_matrix) -> Nearest:
        """One row an example."""
        by_feature = matrix.tocsc()
        weights = by_feature.data.astype(np.float32)
        return cls(matrix.shape[0], by_feature.indices, weights, by_feature.indptr.astype(np.int64))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `restore` needs."""
        return {
            "count": np.array([self._count]),
            "examples": self._examples,
            "likeness": self._weights,
            "starts": self._bounds,
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Nearest:
        """The inverse of `arrays`."""
        return cls(int(arrays["count"][0]), arrays["examples"], arrays["likeness"], arrays["starts"])

    def similarities(self, row: Row) -> NDArray[np.float64]:
        """One value an example."""
        indices, weights = row
        rarest = np.argsort(self._lengths[indices], kind="stable")
        rarest = rarest[np.cumsum(self._lengths[indices[rarest]]) <= MAX_POSTINGS]
        indices, weights = indices[rarest], weights[rarest]
        at, lengths = positions(self._bounds, indices)
        products = self._weights[at] * np.repeat(weights, lengths)
        return np.asarray(np.bincount(self._examples[at], products, minlength=self._count), dtype=np.float64)
