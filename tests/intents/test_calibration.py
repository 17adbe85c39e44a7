from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from intents.calibration import ANSWER_FROM, Calibration, expected_calibration_error, tier
from intents.model import Tier
from intents.scorer import Scores


def scores(*margins: float, known: float = 1.0) -> Scores:
    return Scores(np.array(margins, dtype=np.float32), 0, known, known, known, 5)


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ([0.9, 0.05], Tier.ANSWER),
        ([0.82, 0.1], Tier.CHOOSE),
        ([0.3, 0.15, 0.1], Tier.CHOOSE),
        ([0.1, 0.08, 0.05, 0.05], Tier.UNSURE),
        ([], Tier.UNSURE),
    ],
)
def test_how_sure_decides_what_is_done(chances: list[float], expected: Tier) -> None:
    assert tier(chances) is expected


def test_an_answer_is_given_where_a_wrong_one_five_times_a_needless_question_is_still_cheaper() -> None:
    assert pytest.approx(ANSWER_FROM) == 5 * (1 - ANSWER_FROM)


def test_confidence_follows_how_often_it_was_right() -> None:
    rng = np.random.default_rng(0)
    held_out, labels = [], []
    for _ in range(600):
        label = int(rng.integers(3))
        margins = rng.normal(-0.5, 0.3, 3)
        margins[label] += 0.8
        held_out.append(scores(*margins))
        labels.append(label)
    for _ in range(150):
        held_out.append(scores(*rng.normal(-0.7, 0.2, 3), known=0.3))
        labels.append(-1)
    accepted = np.arange(3)[None, :] == np.array(labels[::2])[:, None]
    fitted = Calibration.fit(held_out[::2], accepted, share_outside=0.2)
    chances = [fitted.probabilities(seen) for seen in held_out[1::2]]
    right = [int(chance.argmax()) == label for chance, label in zip(chances, labels[1::2], strict=True)]
    assert expected_calibration_error([float(chance.max()) for chance in chances], right) < 0.08
    assert fitted.in_scope(scores(0.3, -0.8, -0.8)) > fitted.in_scope(scores(-0.7, -0.8, -0.8, known=0.1))


def test_calibration_error_is_the_distance_of_confidence_from_accuracy() -> None:
    assert expected_calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert expected_calibration_error([0.95] * 4, [False] * 4) == pytest.approx(0.95)


def test_an_answer_that_serves_as_well_counts_as_right() -> None:
    """Two intents serve every question, and the scorer cannot tell them apart."""
    rng = np.random.default_rng(0)
    seen = [scores(*(np.array([0.6, 0.6, -0.9]) + rng.normal(0, 0.1, 3))) for _ in range(200)]
    one, both = (np.tile(np.array([row]), (200, 1)) for row in ([True, False, False], [True, True, False]))
    sure, unsure = (Calibration.fit(seen, accepted, 0.2).temperature for accepted in (both, one))
    assert sure > unsure


def test_what_speaks_for_the_outside_lowers_the_confidence() -> None:
    rng = np.random.default_rng(0)
    seen = [replace(scores(0.2, -0.8), outside=float(rng.normal(-0.9, 0.2))) for _ in range(100)]
    seen += [replace(scores(0.2, -0.8), outside=float(rng.normal(0.4, 0.2))) for _ in range(100)]
    accepted = np.array([[True, False]] * 100 + [[False, False]] * 100)
    fitted = Calibration.fit(seen, accepted, 0.25)
    assert fitted.in_scope(seen[0]) > 0.9
    assert fitted.in_scope(seen[-1]) < 0.1
