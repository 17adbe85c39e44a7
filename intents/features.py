"""The features of a sentence, tf-idf weighted: words and their meanings, pairs of them, and characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from intents.lexicon import concepts, stem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CHARACTERS = (2, 3, 4)
CHARACTER_WEIGHT = 0.8
"""Weight of the character half beside the word half; chosen on cuts of training data (tests/bench)."""
WINDOW = 16
"""Words further apart make no pair: the pairs of a long message grow with its length, not its square."""

Row = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Feature indices and their weights."""


def word_features(sentence: Sequence[str]) -> list[str]:
    """Stems, concepts, neighbouring words in order, and pairs in any order.

    A pair is of two stems, or of two words' concepts (a word without a concept is its stem there).
    """
    stems = [stem(word) for word in sentence]
    meanings = [concepts(word) for word in sentence]
    found = [*stems, *chain.from_iterable(meanings)]
    found += [f"{first} {second}" for first, second in pairwise(sentence)]
    readings = [meaning or (root,) for meaning, root in zip(meanings, stems, strict=True)]
    pairs: dict[str, None] = {}  # in order of sight, so that training is the same every time
    for at, first in enumerate(stems):
        end = at + WINDOW
        for second in stems[at + 1 : end]:
            if first != second:
                pairs[f"{first}&{second}" if first < second else f"{second}&{first}"] = None
        plain = not meanings[at]
        for one in readings[at]:
            for there in range(at + 1, min(len(sentence), end)):
                if plain and not meanings[there]:
                    continue
                for other in readings[there]:
                    if one != other:
                        pairs[f"{one}&{other}" if one < other else f"{other}&{one}"] = None
    return [*found, *pairs]


def character_features(sentence: Sequence[str]) -> list[str]:
    """N-grams of characters inside each word, its borders included; "~" keeps them apart from words."""
    return list(chain.from_iterable(map(_grams, sentence)))


@lru_cache(maxsize=50_000)  # sentences share most of their words, and learning sees each of them often
def _grams(word: str) -> tuple[str, ...]:
    edged = f"#{word}#"
    found: list[str] = []
    for size in CHARACTERS:
        if size >= len(edged):
            found.append(f"~{edged}")
            break
        found += [f"~{edged[at : at + size]}" for at in range(len(edged) - size + 1)]
    return tuple(found)


class Features:
    """A learned vocabulary: every feature's index and idf weight; words come before characters.

    A row has two halves, each scaled to one length: `words` features first, then characters.
    """

    def __init__(self, index: dict[str, int], words: int, idf: NDArray[np.float32]) -> None:
        self.index = index
        self.words = words
        self.idf = idf

    def __len__(self) -> int:
        return len(self.index)

    @classmethod
    def learn(cls, sentences: Sequence[Sequence[str]]) -> tuple[Features, csr_matrix, csr_matrix]:
        """Learn the features of the sentences, in order of first sight.

        Also gives one row a sentence: of all features, and of the word half alone.
        """
        from scipy.sparse import csr_matrix, hstack  # a start with a cache is spared it

        index: dict[str, int] = {}
        halves: list[csr_matrix] = []
        words = 0
        for half in (word_features, character_features):
            found: list[int] = []
            ends = [0]
            for sentence in sentences:
                found += [index.setdefault(feature, len(index)) - words for feature in half(sentence)]
                ends.append(len(found))
            ones = np.ones(len(found), dtype=np.float32)
            matrix = csr_matrix((ones, found, ends), shape=(len(sentences), len(index) - words))
            matrix.sum_duplicates()
            halves.append(matrix)
            words = words or len(index)
        counts = np.concatenate([np.bincount(half.indices, minlength=half.shape[1]) for half in halves])
        idf = (log(1 + len(sentences)) + 1 - np.log1p(counts)).astype(np.float32)
        _weigh(halves[0], idf[:words], 1.0)
        _weigh(halves[1], idf[words:], CHARACTER_WEIGHT)
        return cls(index, words, idf), hstack(halves, format="csr"), halves[0]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `restore` needs; no feature holds a line's end."""
        names = "\n".join(self.index).encode("utf-8", "surrogatepass")
        return {
            "features": np.frombuffer(names, dtype=np.uint8),
            "words": np.array([self.words]),
            "idf": self.idf,
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]]) -> Features:
        """The inverse of `arrays`."""
        names = arrays["features"].tobytes().decode("utf-8", "surrogatepass").split("\n")
        return cls(dict(zip(names, range(len(names)), strict=True)), int(arrays["words"][0]), arrays["idf"])

    def row(self, sentence: Sequence[str]) -> tuple[Row, Row]:
        """The known features of a sentence: its word half and its character half."""
        return self._half(word_features(sentence), 1.0), self._half(
            character_features(sentence), CHARACTER_WEIGHT
        )

    def _half(self, features: Sequence[str], length: float) -> Row:
        known = self.index.get
        counts = Counter(map(known, features))
        counts.pop(None, None)
        indices = np.fromiter(counts, np.int32, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[indices]
        norm = float(np.sqrt(weights @ weights))
        return indices, (weights * np.float32(length / norm) if norm else weights)


def join(words: Row, characters: Row) -> Row:
    """The two halves of a row as one."""
    return np.concatenate((words[0], characters[0])), np.concatenate((words[1], characters[1]))


def _weigh(counts: csr_matrix, idf: NDArray[np.float32], length: float) -> None:
    """Turn counts into weights, in place: every row as `Features.row` gives it."""
    weights = (1 + np.log(counts.data)) * idf[counts.indices]
    of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    norms = np.sqrt(np.bincount(of, weights.astype(np.float64) ** 2, minlength=counts.shape[0]))
    counts.data = (weights * (length / norms[of])).astype(np.float32)
