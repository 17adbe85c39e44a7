"""How good the understanding is: on labelled sets, on real questions, and by cross-validation."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from intents.calibration import expected_calibration_error
from intents.matcher import Matcher
from intents.model import OUT_OF_SCOPE, Tier, Understood
from intents.model import Question as Asked

POINTERS = ("marketplace.", "assistant.")
"""Families that give no knowledge-base answer: they point on, or are small talk."""
KEPT = 0.95

Question = Mapping[str, Any]
"""A labelled question: `text`, `intent`, `accept` (all that are right), maybe `program`, `audience`."""
Read = Callable[[str], Sequence[Understood]]
Example = tuple[str, str]


def benchmark(
    train: Sequence[Example], test: Sequence[Example], outside: Sequence[str] = ()
) -> dict[str, float | int | None]:
    """Train on one labelled set, measure on another.

    `accuracy` is that of the first choice; `oos_auroc` and `oos_recall_at_95` (the share of `outside`
    found while 95 % of `test` is kept) tell how well texts that belong to no intent are told apart;
    `ms_per_question` is the median, asked one at a time.
    """
    names = {intent: intent.replace("_", " ").replace(".", " ") for _, intent in train}
    started = time.perf_counter()
    matcher = Matcher.train(train, names=names)
    train_seconds = time.perf_counter() - started
    times, inside, right = [], [], 0
    for text, intent in test:
        asked = time.perf_counter()
        match = matcher.match(text)
        times.append(time.perf_counter() - asked)
        right += match.intent == intent
        inside.append(match.in_scope)
    beyond = [matcher.match(text).in_scope for text in outside]
    auroc, recall = out_of_scope(inside, beyond) if beyond else (None, None)
    return {
        "n": len(test),
        "accuracy": right / len(test),
        "oos_auroc": auroc,
        "oos_recall_at_95": recall,
        "ms_per_question": 1000 * statistics.median(times),
        "train_seconds": train_seconds,
        "rss_mb": _resident_megabytes(),
    }


def out_of_scope(inside: Sequence[float], outside: Sequence[float]) -> tuple[float, float]:
    """AUROC of in-scope scores, and the share of `outside` below the score that keeps 95 % of `inside`."""
    from sklearn.metrics import roc_auc_score  # takes seconds, which every other command is spared

    auroc = roc_auc_score([1] * len(inside) + [0] * len(outside), [*inside, *outside])
    threshold = sorted(inside)[int((1 - KEPT) * len(inside))]
    return float(auroc), sum(score < threshold for score in outside) / len(outside)


def labelled(questions: Sequence[Question], read: Read) -> dict[str, Any]:
    """Measure labelled questions.

    `accuracy`, `hit3`, `answered` and `wrong_answers` are shares of the in-scope questions, `accuracy`
    and `hit3` whatever the tier; `out_of_scope_answered` is the share of out-of-scope questions given a
    knowledge-base answer; `slot_accuracy` that of questions labelled with a program whose program was
    named. A share of nothing is None. Of a message read as several questions the first counts.
    """
    return _summary([(question, _first(read(question["text"]))) for question in questions])


def cross_validate(
    questions: Sequence[Question],
    train: Callable[[Sequence[Asked]], Read],
    *,
    folds: int = 5,
    seed: int = 0,
) -> dict[str, Any]:
    """`labelled` by cross-validation, and the expected calibration error (`ece`) of the confidence.

    `train(asked)` builds a reader. Each fold's questions are read by one that learned the other folds'
    questions as asked by people: no question is scored by a reader that learned it.
    """
    fold_of = np.random.default_rng(seed).permutation(len(questions)) % folds
    read: list[tuple[Question, Understood | None]] = []
    for fold in range(folds):
        unseen = {question["text"] for question, at in zip(questions, fold_of, strict=True) if at == fold}
        reader = train([as_asked(question) for question in questions if question["text"] not in unseen])
        read += [
            (question, _first(reader(question["text"])))
            for question, at in zip(questions, fold_of, strict=True)
            if at == fold
        ]
    summary = _summary(read)
    summary["ece"] = expected_calibration_error(
        [understood.confidence if understood else 0.0 for _, understood in read],
        [_accepted(question, understood) for question, understood in read],
    )
    return summary


def as_asked(question: Question) -> Asked:
    """A labelled question as training takes it, the label that is best first."""
    if question["intent"] == OUT_OF_SCOPE:
        return Asked(question["text"], ())
    return Asked(question["text"], tuple(dict.fromkeys((question["intent"], *question["accept"]))))


def _first(read: Sequence[Understood]) -> Understood | None:
    return read[0] if read else None


def _accepted(question: Question, understood: Understood | None) -> bool:
    return understood is not None and understood.intent in question["accept"]


def _summary(read: Sequence[tuple[Question, Understood | None]]) -> dict[str, Any]:
    inside = [(q, u) for q, u in read if q["intent"] != OUT_OF_SCOPE]
    beyond = [(q, u) for q, u in read if q["intent"] == OUT_OF_SCOPE]
    named = [(q, u) for q, u in read if q.get("program")]
    return {
        "n": len(read),
        "accuracy": _share(_accepted(q, u) for q, u in inside),
        "hit3": _share(
            u is not None and any(choice.intent in q["accept"] for choice in u.choices[:3]) for q, u in inside
        ),
        "answered": _share(_answered(u) for _, u in inside),
        "wrong_answers": _share(_answered(u) and not _accepted(q, u) for q, u in inside),
        "out_of_scope_answered": _share(
            u is not None and _answered(u) and not str(u.intent).startswith(POINTERS) for _, u in beyond
        ),
        "slot_accuracy": _share(u is not None and q["program"] in u.slots.programs for q, u in named),
        "misses": [_miss(q, u) for q, u in inside if not _accepted(q, u)]
        + [
            _miss(q, u)
            for q, u in beyond
            if u is not None and _answered(u) and not str(u.intent).startswith(POINTERS)
        ],
    }


def _answered(understood: Understood | None) -> bool:
    return understood is not None and understood.tier is Tier.ANSWER


def _miss(question: Question, understood: Understood | None) -> dict[str, Any]:
    return {
        "text": question["text"],
        "accept": list(question["accept"]),
        "intent": understood and understood.intent,
        "tier": understood.tier.value if understood else Tier.UNSURE.value,
        "confidence": understood.confidence if understood else 0.0,
    }


def _share(hits: Iterable[bool]) -> float | None:
    counted = [bool(hit) for hit in hits]
    return sum(counted) / len(counted) if counted else None


def _resident_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
