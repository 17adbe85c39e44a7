"""When a choice is answered all the same: one likely reading, or several of one family, said with a hedge.

Readings of one family are no rivals: whoever asks why the score fell is served by the page on how it is
counted, too, and a button below the answer opens the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from intents.model import Choice, Tier, Understood
from intents.text import words

LEADS = 0.65
"""A family this likely, all its readings together, is answered with a hedge where no rival is near.

By cross-validation on what people asked, with points and the figures below: answered .852, wrongly .019,
out of scope answered .035. At .68 answered .84.
"""
FIRST = 0.48
"""So likely the reading that is answered must be by itself."""
RIVAL = 0.4
"""A choice of another family this likely, compared with the first family, is a rival."""
CLEAR = 0.85
"""Below this some line of the knowledge must be near: without one the matter is mostly another."""
NEAR = -1.0
"""The weight of a point (intents/points.py) that is near enough for that."""


def family(intent: str) -> str:
    """The part of an intent's id before the dot."""
    return intent.partition(".")[0]


def hedged(item: Understood, near: float | None) -> Understood:
    """A choice with one likely family: its likeliest reading, said with a hedge.

    `near` is the greatest weight of a point of that family, None where it holds none. A single word asks
    nothing yet: there the choice stands.
    """
    if item.tier is not Tier.CHOOSE or item.intent is None or len(words(item.text)) == 1:
        return item
    own = family(item.intent)
    others = [choice for choice in item.choices if choice.intent != item.intent]
    together = item.confidence + _sum(choice for choice in others if family(choice.intent) == own)
    rival = max((choice.confidence for choice in others if family(choice.intent) != own), default=0.0)
    if item.confidence < FIRST or together < LEADS or rival >= RIVAL * together:
        return item
    if near is not None and together < CLEAR and near < NEAR:
        return item
    return replace(item, tier=Tier.ANSWER, hedged=True)


def _sum(choices: Iterable[Choice]) -> float:
    return sum(choice.confidence for choice in choices)
