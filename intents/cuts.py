"""Questions as a scorer meets that did not learn them: what the calibration learns on.

Where there are enough questions that people really asked, these are the cuts: each fold of them is scored by
a scorer that learned everything else. Otherwise folds of the examples are cut out, together with some whole
intents, whose questions stand for those that no intent covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from intents.calibration import Calibration
from intents.scorer import Scorer, Scores
from intents.spelling import Speller

Sentence = Sequence[str]

LEAST_ASKED = 200
"""Fewer questions, or fewer than a tenth of these in scope or out, are too few to judge by."""
ASKED_FOLDS = 3
EXAMPLE_EVERY = 20
"""Every so many examples are cut too: people ask shorter questions of a bot than of a forum."""
SHARE_OUTSIDE = 0.2
"""Share of questions in use that no intent covers, where nobody has counted it."""
FOLDS = 5
HELD_OUT = 400
"""As many folds of examples are cut as it takes to hear this many questions: more would only cost time."""


@dataclass(frozen=True, slots=True)
class Held:
    """A question that people asked: its words, slips repaired, and the labels that serve, the best first.

    Without a label it is out of scope.
    """

    sentence: Sentence
    accept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a scorer learns: sentences with their labels, and sentences that belong to none."""

    sentences: Sequence[Sentence]
    labels: NDArray[np.int32]
    outside: Sequence[Sentence]

    def and_asked(self, asked: Sequence[Held]) -> Labelled:
        """These sentences and the questions, each under the label that serves best."""
        inside = [held for held in asked if held.accept]
        return Labelled(
            [*self.sentences, *(held.sentence for held in inside)],
            np.concatenate((self.labels, np.array([held.accept[0] for held in inside], dtype=np.int32))),
            [*self.outside, *(held.sentence for held in asked if not held.accept)],
        )

    def speller(self, lexicon: Sequence[str]) -> Speller:
        """A speller that takes every word in here for right."""
        return Speller([*self.sentences, *self.outside], lexicon)


def calibrate(written: Labelled, asked: Sequence[Held], lexicon: Sequence[str]) -> Calibration:
    """Learn what margins are worth from questions that were not learned."""
    outside = sum(not held.accept for held in asked)
    if len(asked) >= LEAST_ASKED and LEAST_ASKED / 10 <= outside <= len(asked) - LEAST_ASKED / 10:
        scores, accepted = _of_asked(written, asked)
        return Calibration.fit(scores, accepted, outside / len(asked))
    scores, accepted = _of_examples(written.and_asked(asked), lexicon)
    if not accepted.any():
        return Calibration.unlearned()
    return Calibration.fit(scores, accepted, SHARE_OUTSIDE)


def _of_asked(written: Labelled, asked: Sequence[Held]) -> tuple[list[Scores], NDArray[np.bool_]]:
    examples = [
        Held(sentence, (label,))
        for sentence, label in zip(written.sentences, written.labels.tolist(), strict=True)
    ]
    kept = [held for at, held in enumerate(examples) if at % EXAMPLE_EVERY]
    cut = [*asked, *examples[::EXAMPLE_EVERY], *(Held(sentence, ()) for sentence in written.outside)]
    base = Labelled(
        [held.sentence for held in kept], np.array([held.accept[0] for held in kept], dtype=np.int32), ()
    )
    fold_of = np.random.default_rng(0).permutation(len(cut)) % ASKED_FOLDS
    accepted = np.zeros((len(cut), int(written.labels.max()) + 1), dtype=np.bool_)
    scores: dict[int, Scores] = {}
    for fold in range(ASKED_FOLDS):
        rest = base.and_asked([cut[at] for at in np.flatnonzero(fold_of != fold).tolist()])
        scorer = Scorer.learn(rest.sentences, rest.labels, rest.outside)
        for at in np.flatnonzero(fold_of == fold).tolist():
            scores[at] = scorer.scores(cut[at].sentence)
            accepted[at, list(cut[at].accept)] = True
    return [scores[at] for at in range(len(cut))], accepted


def _of_examples(written: Labelled, lexicon: Sequence[str]) -> tuple[list[Scores], NDArray[np.bool_]]:
    sentences, labels, outside = written.sentences, written.labels, written.outside
    intents = int(labels.max()) + 1
    dice = np.random.default_rng(0)
    fold_of = dice.permutation(len(sentences)) % FOLDS
    beyond_fold_of = dice.permutation(len(outside)) % FOLDS
    scores: list[Scores] = []
    truth: list[int] = []
    for fold in range(min(FOLDS, ceil(HELD_OUT * FOLDS / len(sentences)))):
        hidden = (np.arange(intents) % (2 * FOLDS) == fold) & (intents > 2 * FOLDS)
        rest = np.flatnonzero((fold_of != fold) & ~hidden[labels]).tolist()
        kept = np.unique(labels[rest])
        if not len(kept):
            continue
        position = np.full(intents, -1, dtype=np.int32)
        position[kept] = np.arange(len(kept))
        learned = Labelled(
            [sentences[at] for at in rest],
            position[labels[rest]],
            [outside[at] for at in np.flatnonzero(beyond_fold_of != fold).tolist()],
        )
        scorer = Scorer.learn(learned.sentences, learned.labels, learned.outside)
        speller = learned.speller(lexicon)
        for at in np.flatnonzero(fold_of == fold).tolist():
            scores.append(_widen(scorer.scores(speller.repair(sentences[at])[0]), kept, intents))
            truth.append(int(labels[at]) if position[labels[at]] >= 0 else -1)
        for at in np.flatnonzero(beyond_fold_of == fold).tolist():
            scores.append(_widen(scorer.scores(speller.repair(outside[at])[0]), kept, intents))
            truth.append(-1)
    accepted = np.arange(intents)[None, :] == np.array(truth, dtype=np.int32)[:, None]
    return scores, accepted


def _widen(scores: Scores, kept: NDArray[np.int32], intents: int) -> Scores:
    """The scores of a scorer that knows only some intents, on the places of all."""
    margins = np.full(intents, scores.margins.min() - 1, dtype=np.float32)
    margins[kept] = scores.margins
    return replace(scores, margins=margins)
