"""From scores to probabilities, and from probabilities to what to do.

Two steps, both learned on questions that the scorer had not seen: a temperature turns margins into the
probability of each intent among all intents, and a logistic regression over a few signals gives the
probability that the question belongs to any intent at all. Their product is the confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intents.model import Tier
from intents.scorer import Scores

WRONG_ANSWER_COST = 5.0
"""A wrong answer costs as much as five needless questions."""
ANSWER_FROM = WRONG_ANSWER_COST / (WRONG_ANSWER_COST + 1)
"""Answer where 5 * (1 - p), the expected cost of a wrong answer, is below p, that of asking needlessly."""
CHOOSE_FROM = 0.3
"""Offer a choice where the right intent may well be among the buttons: a look costs less than new words.

On 482 questions asked in public, none of them learned, the right intent was among the buttons for 38 of the
44 in scope that stood below 0.5; from 0.3 on, 27 of these are shown it.
"""
SHOWN = 4
TINY = 1e-12
"""Under this a probability is a logarithm's edge, no estimate."""


def tier(probabilities: Sequence[float]) -> Tier:
    """The tier of intents' probabilities, best first."""
    if not probabilities:
        return Tier.UNSURE
    if probabilities[0] >= ANSWER_FROM:
        return Tier.ANSWER
    return Tier.CHOOSE if sum(probabilities[:SHOWN]) >= CHOOSE_FROM else Tier.UNSURE


SIGNALS = 6
"""As many as `signals` gives."""


def signals(scores: Scores) -> list[float]:
    """What tells a question in scope from one that is not."""
    return [
        float(scores.margins.max()),
        scores.likeness,
        scores.known,
        scores.covered,
        float(np.log1p(scores.length)),
        scores.outside,
    ]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`temperature` for the margins; `weights` and `bias` of the logistic regression over `signals`."""

    temperature: float
    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fit(
        cls, held_out: Sequence[Scores], accepted: NDArray[np.bool_], share_outside: float
    ) -> Calibration:
        """Learn from scores of unseen questions.

        `accepted` has a row a question and a column an intent: those that serve, none if the question is
        out of scope. `share_outside` is the share of such questions to expect in use.
        """
        # They take seconds, which a start with a cache is spared.
        from scipy.optimize import minimize_scalar
        from sklearn.linear_model import LogisticRegression

        belongs = np.asarray(accepted.any(axis=1), dtype=np.bool_)
        margins = np.array(
            [scores.margins for scores, inside in zip(held_out, belongs, strict=True) if inside],
            dtype=np.float64,
        )
        serve = accepted[belongs]

        def loss(log_temperature: float) -> float:
            raised = _raised(margins * np.exp(log_temperature))
            served = (raised * serve).sum(axis=1) / raised.sum(axis=1)
            return float(-np.log(np.maximum(served, TINY)).mean())

        temperature = float(np.exp(minimize_scalar(loss, bounds=(-2.0, 5.0), method="bounded").x))
        if belongs.all():
            return cls(temperature, (0.0,) * SIGNALS, 20.0)
        weight = np.where(belongs, (1 - share_outside) / belongs.sum(), share_outside / (~belongs).sum())
        matrix = np.array([signals(scores) for scores in held_out])
        gate = LogisticRegression(C=10.0, max_iter=1000)
        gate.fit(matrix, belongs, sample_weight=weight * len(belongs))
        return cls(temperature, tuple(gate.coef_[0].tolist()), float(gate.intercept_[0]))

    @classmethod
    def unlearned(cls) -> Calibration:
        """Where there is nothing to learn from: every second guess is taken to be wrong."""
        return cls(1.0, (0.0,) * SIGNALS, 0.0)

    def in_scope(self, scores: Scores) -> float:
        """Probability that the question belongs to any intent."""
        drive = float(np.dot(self.weights, signals(scores))) + self.bias
        return float(1 / (1 + np.exp(-np.clip(drive, -30, 30))))

    def probabilities(self, scores: Scores) -> NDArray[np.float64]:
        """Probability of each intent; they sum to the probability of being in scope."""
        raised = _raised(scores.margins.astype(np.float64) * self.temperature)
        return np.asarray(self.in_scope(scores) * raised / raised.sum(), dtype=np.float64)


def _raised(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    """Powers of e along the last axis, the greatest of them 1."""
    return np.asarray(np.exp(scaled - scaled.max(axis=-1, keepdims=True)), dtype=np.float64)


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over equally wide bins, weighted by their size."""
    confidence, truth = np.array(confidences), np.array(right, dtype=float)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(confidence[bin_of == number].mean() - truth[bin_of == number].mean())
            * (bin_of == number).mean()
            for number in range(bins)
            if (bin_of == number).any()
        )
    )
