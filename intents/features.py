"""The features of a sentence, tf-idf weighted: words and their meanings, pairs of them, and characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from intents.lexicon import concepts, stem

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
    pairs: set[str] = set()
    for at, first in enumerate(stems):
        end = at + WINDOW
        for second in stems[at + 1 : end]:
            if first != second:
                pairs.add(f"{first}&{second}" if first < second else f"{second}&{first}")
        plain = not meanings[at]
        for one in readings[at]:
            for there in range(at + 1, min(len(sentence), end)):
                if plain and not meanings[there]:
                    continue
                for other in readings[there]:
                    if one != other:
                        pairs.add(f"{one}&{other}" if one < other else f"{other}&{one}")
    return found + sorted(pairs)


def character_features(sentence: Sequence[str]) -> list[str]:
    """N-grams of characters inside each word, its borders included; "~" keeps them apart from words."""
    found: list[str] = []
    for word in sentence:
        edged = f"#{word}#"
        for size in CHARACTERS:
            if size >= len(edged):
                found.append(f"~{edged}")
                break
            found += [f"~{edged[at : at + size]}" for at in range(len(edged) - size + 1)]
    return found


class Features:
    """A fitted vocabulary: every feature's index and idf weight; words come before characters.

    A row has two halves, each scaled to one length: `words` features first, then characters.
    """

    def __init__(self, index: dict[str, int], words: int, idf: NDArray[np.float32]) -> None:
        self.index = index
        self.words = words
        self.idf = idf

    def __len__(self) -> int:
        return len(self.index)

    @classmethod
    def fit(cls, sentences: Sequence[Sequence[str]]) -> Features:
        """Learn the features of the sentences, in order of first sight."""
        counts: list[int] = []
        index: dict[str, int] = {}
        words = 0
        for half in (word_features, character_features):
            seen: Counter[str] = Counter()
            for sentence in sentences:
                seen.update(dict.fromkeys(half(sentence), 1))
            for feature in seen:
                index[feature] = len(index)
            counts += seen.values()
            words = words or len(index)
        total = log(1 + len(sentences)) + 1
        idf = total - np.log1p(np.array(counts, dtype=np.float64))
        return cls(index, words, idf.astype(np.float32))

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
        return cls({name: at for at, name in enumerate(names)}, int(arrays["words"][0]), arrays["idf"])

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

    def matrices(self, sentences: Iterable[Sequence[str]]) -> tuple[csr_matrix, csr_matrix]:
        """One row a sentence: of all features, and of the word half alone."""
        rows = [self.row(sentence) for sentence in sentences]
        return _stack([join(*halves) for halves in rows], len(self)), _stack(
            [words for words, _ in rows], self.words
        )


def join(words: Row, characters: Row) -> Row:
    """The two halves of a row as one."""
    return np.concatenate((words[0], characters[0])), np.concatenate((words[1], characters[1]))


def _stack(rows: Sequence[Row], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    indices = np.concatenate([indices for indices, _ in rows])
    weights = np.concatenate([weights for _, weights in rows])
    return csr_matrix((weights, indices, ends), shape=(len(rows), width))
