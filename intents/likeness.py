"""How like a sentence is to each of some others: cosine over one kind of features, from an inverted index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.ragged import positions

CROWD = 400
"""A feature that stands in more sentences than this tells nothing."""


class Likeness:
    """Cosines 0..1 to every sentence.

    The feature `names[i]` has the idf `idf[i]` and stands in the sentences `at[starts[i]:starts[i + 1]]`,
    with `weights` there; a feature that stands in too many has an idf alone.
    """

    def __init__(  # noqa: PLR0917 - the arrays of one index, in the order in which they are kept
        self,
        size: int,
        names: Sequence[str],
        idf: NDArray[np.float64],
        starts: NDArray[np.int32],
        at: NDArray[np.int32],
        weights: NDArray[np.float32],
    ) -> None:
        self._size = size
        self._index = dict(zip(names, range(len(names)), strict=True))
        self._idf = idf
        self._starts = starts
        self._at = at
        self._weights = weights
        self._unseen = log(1 + size) + 1

    @classmethod
    def learn(cls, rows: Sequence[Sequence[str]]) -> Likeness:
        """From the features of each sentence."""
        counts = Counter(feature for row in rows for feature in set(row))
        idf = {feature: log((1 + len(rows)) / (1 + count)) + 1 for feature, count in counts.items()}
        postings: dict[str, list[tuple[int, float]]] = {feature: [] for feature in counts}
        for at, row in enumerate(rows):
            seen = {feature: (1 + log(n)) * idf[feature] for feature, n in Counter(row).items()}
            norm = sqrt(sum(weight * weight for weight in seen.values())) or 1.0
            for feature, weight in seen.items():
                if counts[feature] <= CROWD:
                    postings[feature].append((at, weight / norm))
        every = [posting for found in postings.values() for posting in found]
        return cls(
            len(rows),
            list(postings),
            np.array([idf[feature] for feature in postings], dtype=np.float64),
            np.cumsum([0, *map(len, postings.values())]).astype(np.int32),
            np.array([at for at, _ in every], dtype=np.int32),
            np.array([weight for _, weight in every], dtype=np.float32),
        )

    def arrays(self, kind: str) -> dict[str, NDArray[Any]]:
        """What `restore` needs; no feature holds a line's end."""
        names = "\n".join(self._index).encode("utf-8", "surrogatepass")
        found = {
            "size": np.array([self._size]),
            "names": np.frombuffer(names, dtype=np.uint8),
            "idf": self._idf,
            "starts": self._starts,
            "at": self._at,
            "weights": self._weights,
        }
        return {f"{kind} {name}": array for name, array in found.items()}

    @classmethod
    def restore(cls, kind: str, arrays: Mapping[str, NDArray[Any]]) -> Likeness:
        """The inverse of `arrays`."""
        joined = arrays[f"{kind} names"].tobytes().decode("utf-8", "surrogatepass")
        return cls(
            int(arrays[f"{kind} size"][0]),
            joined.split("\n") if joined else [],
            *(arrays[f"{kind} {name}"] for name in ("idf", "starts", "at", "weights")),
        )

    def to(self, features: Sequence[str]) -> NDArray[np.float32]:
        """One cosine a sentence. A feature that none of them has weighs, too: the text says more."""
        counts = Counter(features)
        norm = 0.0
        known: list[int] = []
        weights: list[float] = []
        for feature, count in counts.items():
            at = self._index.get(feature)
            weight = (1 + log(count)) * (self._unseen if at is None else float(self._idf[at]))
            norm += weight * weight
            if at is not None:
                known.append(at)
                weights.append(weight)
        found, lengths = positions(self._starts, np.array(known, dtype=np.int64))
        shares = np.repeat(np.array(weights) / (sqrt(norm) or 1.0), lengths)
        cosines = np.bincount(self._at[found], self._weights[found] * shares, minlength=self._size)
        return cosines.astype(np.float32)
