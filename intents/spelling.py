"""Repairing slips of the keyboard against the words that a catalogue knows.

A noisy channel: every unknown word may stand for a known word within one or two edits, for two known
words run together, or for a piece of its neighbour (people also slip on the space bar). The reading
that fits best between its neighbours, by the word pairs of the training examples, less what its slips
cost, wins. Candidates come from an index of deletions (Garbe's symmetric delete), so the work grows
with the word's length and not with the vocabulary.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from math import log

from rapidfuzz.distance import OSA

MIN_WORD = 3
LONGEST = 18
"""Longer unknown words are left as they are: their deletions would be too many to look up."""
MAX_REPAIRS = 12
"""Unknown words looked at in one message; more of them is no slip but another language."""
MAX_CANDIDATES = 40

_START, _END = "<", ">"
_PRIOR = 5.0  # how many sightings the unigram estimate weighs against pairs
_EDITS = (0.0, 6.0, 11.0)  # cost of one and two edits, in nats
_FIRST_LETTER = 1.0  # slips on the first letter are rarer
_SPACE = 6.0  # cost of a slip on the space bar
_OVER = 8.0  # cost of another letter in the place of a space
_STRANGER = 7.0  # what the step to an unknown neighbour costs


@dataclass(frozen=True, slots=True)
class Repair:
    """What was written and what it was read as."""

    written: str
    read: str


def _reach(length: int) -> int:
    """Edits allowed in a word: one under six letters, else two."""
    return 1 if length < 6 else 2  # noqa: PLR2004 - the rule of this line


def _deletions(word: str, count: int) -> set[str]:
    found = {word}
    edge = {word}
    for _ in range(count):
        edge = {shorter[:i] + shorter[i + 1 :] for shorter in edge for i in range(len(shorter))}
        found |= edge
    return found


class Speller:
    """Knows the words of the examples, how often they occur and which follow each other.

    `lexicon` holds further known words (aliases, common English) that need no repair.
    """

    def __init__(self, sentences: Iterable[Sequence[str]], lexicon: Iterable[str] = ()) -> None:
        edged = [(_START, *sentence, _END) for sentence in sentences]
        self.counts = Counter(chain.from_iterable(edged))
        self._pairs = Counter(chain.from_iterable(map(pairwise, edged)))
        for word in lexicon:
            self.counts.setdefault(word, 0)
        self._total = max(1, sum(self.counts.values()))

    @cached_property
    def _index(self) -> Mapping[str, Sequence[str]]:
        """Known words by what is left of them after deletions; made when the first slip is met."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self.counts):
            if 1 < len(word) <= LONGEST and word.isalpha():
                for shorter in _deletions(word, _reach(len(word))):
                    found[shorter].append(word)
        return found

    def warm(self) -> None:
        """Make now what the first slip would have to wait for."""
        self.near("warm")

    def __contains__(self, word: object) -> bool:
        return word in self.counts

    def near(self, word: str) -> list[tuple[str, int]]:
        """Known words within reach of `word` and their distance in edits (swaps count one)."""
        reach = _reach(len(word))
        seen: dict[str, int] = {}
        for shorter in sorted(_deletions(word, reach)):
            for known in self._index.get(shorter, ()):
                if known not in seen:
                    seen[known] = OSA.distance(word, known, score_cutoff=reach)
            if len(seen) > MAX_CANDIDATES * 5:
                break
        found = sorted((distance, -self.counts[known], known) for known, distance in seen.items())
        return [(known, distance) for distance, _, known in found[:MAX_CANDIDATES] if distance <= reach]

    def repair(self, sentence: Sequence[str]) -> tuple[list[str], list[Repair]]:
        """The sentence with its slips repaired, and what was repaired."""
        read: list[str] = []
        repairs: list[Repair] = []
        written = list(sentence)
        left = MAX_REPAIRS
        at = 0
        while at < len(written):
            word = written[at]
            if left <= 0 or not self._repairable(word):
                read.append(word)
                at += 1
                continue
            left -= 1
            best = self._best(read, written, at)
            if best is None:
                read.append(word)
                at += 1
                continue
            taken, used, reading = best
            del read[len(read) - taken :]
            read.extend(reading)
            repairs.append(Repair(" ".join(written[at - taken : at + used]), " ".join(reading)))
            at += used
        return read, repairs

    def _repairable(self, word: str) -> bool:
        return word not in self.counts and len(word) <= LONGEST and word.isalpha()

    def _best(
        self, read: Sequence[str], written: Sequence[str], at: int
    ) -> tuple[int, int, tuple[str, ...]] | None:
        """Words taken back from `read`, words used of `written`, and the best reading of them."""
        before, after = written[at - 1] if at else "", written[at + 1] if at + 1 < len(written) else ""
        options = [(0, 1, cost, reading) for cost, reading in self._alone(written[at])]
        if after:
            options += [(0, 2, cost, reading) for cost, reading in self._together(written[at], after)]
        if before and read and read[-1] == before:
            options += [(1, 1, cost, reading) for cost, reading in self._together(before, written[at])]
        best: tuple[float, int, int, tuple[str, ...]] | None = None
        for taken, used, cost, reading in options:
            end = len(read) - taken
            left = read[end - 1] if end > 0 else _START
            right = written[at + used] if at + used < len(written) else _END
            score = self._fit(left, reading, right) - cost
            if taken:  # the word taken back had been paid for
                score -= self._step(left, before)
            if best is None or (score, reading) > (best[0], best[3]):
                best = (score, taken, used, reading)
        return best and best[1:]

    def _alone(self, word: str) -> Iterator[tuple[float, tuple[str, ...]]]:
        """Readings of an unknown word by itself: a known word, or two run together."""
        if len(word) < MIN_WORD:
            return
        for known, distance in self.near(word):
            yield _EDITS[distance] + (_FIRST_LETTER if known[0] != word[0] else 0.0), (known,)
        for cut in range(1, len(word)):
            head = word[:cut]
            if head in self.counts:
                if word[cut:] in self.counts:
                    yield _SPACE, (head, word[cut:])
                if word[cut + 1 :] in self.counts:
                    yield _OVER, (head, word[cut + 1 :])

    def _together(self, first: str, second: str) -> Iterator[tuple[float, tuple[str, ...]]]:
        """Readings of two neighbours whose space is one too many or one letter off."""
        for reading in (
            (first + second,),
            (first[:-1], first[-1] + second),
            (first + second[0], second[1:]),
        ):
            if all(word in self.counts for word in reading) and len(first + second) >= MIN_WORD:
                yield _SPACE, reading

    def _fit(self, left: str, reading: Sequence[str], right: str) -> float:
        score = 0.0
        for word in reading:
            score += self._step(left, word)
            left = word
        return score + self._step(left, right)

    def _step(self, left: str, right: str) -> float:
        """Log probability that `right` follows `left`."""
        seen = self.counts.get(right)
        if seen is None:
            return -_STRANGER
        chance = _PRIOR * (seen + 0.5) / self._total
        return log((self._pairs[left, right] + chance) / (self.counts.get(left, 0) + _PRIOR))
