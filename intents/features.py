"""The features of a sentence: words, word pairs (also over a gap) and character n-grams, tf-idf weighted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

CHARACTERS = (2, 3, 4, 5)
MAX_FEATURES = 3_000
"""Features looked at in one sentence: ten times what a long question has."""


def word_features(sentence: Sequence[str]) -> list[str]:
    """Words, neighbouring pairs and pairs over one word."""
    return [
        *sentence,
        *(f"{a} {b}" for a, b in pairwise(sentence)),
        *(f"{a}_{b}" for a, b in zip(sentence, sentence[2:], strict=False)),
    ]


def character_features(sentence: Sequence[str]) -> list[str]:
    """N-grams of characters inside each word, its borders included; "#" keeps them apart from words."""
    found: list[str] = []
    for word in sentence:
        edged = f"#{word}#"
        length = len(edged)
        for size in CHARACTERS:
            if size >= length:
                found.append(edged)
                break
            found.extend([edged[i : i + size] for i in range(length - size + 1)])
    return found


class Features:
    """A fitted vocabulary of features with their idf weights. A row has two unit halves: words, characters."""

    def __init__(self, index: dict[str, int], idf: NDArray[np.float32]) -> None:
        self.index = index
        self.idf = idf

    def __len__(self) -> int:
        return len(self.index)

    @classmethod
    def fit(cls, sentences: Iterable[Sequence[str]]) -> Features:
        """Learn the features of the sentences, in order of first sight."""
        seen: Counter[str] = Counter()
        total = 0
        for sentence in sentences:
            seen.update(dict.fromkeys(word_features(sentence), 1))
            seen.update(dict.fromkeys([f"~{gram}" for gram in character_features(sentence)], 1))
            total += 1
        idf = np.array([log((1 + total) / (1 + count)) + 1 for count in seen.values()], dtype=np.float32)
        return cls({feature: at for at, feature in enumerate(seen)}, idf)

    def row(self, sentence: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The known features of a sentence as (indices, weights)."""
        halves = (
            word_features(sentence),
            [f"~{gram}" for gram in character_features(sentence)],
        )
        indices: list[int] = []
        weights: list[NDArray[np.float32]] = []
        for half in halves:
            counts = Counter(
                at for feature in half[:MAX_FEATURES] if (at := self.index.get(feature)) is not None
            )
            ids = list(counts)
            weight = (1 + np.log(np.fromiter(counts.values(), np.float32, len(ids)))) * self.idf[ids]
            norm = float(np.sqrt(weight @ weight))
            indices += ids
            weights.append(weight / norm if norm else weight)
        return np.array(indices, dtype=np.int32), np.concatenate(weights).astype(np.float32)

    def matrix(self, sentences: Iterable[Sequence[str]]) -> csr_matrix:
        """One row a sentence."""
        rows = [self.row(sentence) for sentence in sentences]
        ends = np.cumsum([0, *(len(indices) for indices, _ in rows)])
        return csr_matrix(
            (
                np.concatenate([weights for _, weights in rows]),
                np.concatenate([indices for indices, _ in rows]),
                ends,
            ),
            shape=(len(rows), len(self)),
        )
