"""Which intent a question has, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intents.cache import digest, load, save
from intents.calibration import SHOWN, Calibration, tier
from intents.cuts import Held, Labelled, calibrate
from intents.lexicon import vocabulary
from intents.model import Choice, Question, Tier
from intents.scorer import Scorer, Scores
from intents.spelling import Repair, Speller
from intents.text import words

SAME = 0.95
"""From this likeness on a question is an example said again."""
SAID_AGAIN = 0.95
"""The probability, at least, of an example's intent when it is said again."""


@dataclass(frozen=True, slots=True)
class Match:
    """The first choice for a text, whatever the tier; None where the text has no known word."""

    intent: str | None
    confidence: float
    choices: tuple[Choice, ...]
    tier: Tier
    known: float
    in_scope: float
    repairs: tuple[Repair, ...] = ()


NOTHING = Match(None, 0.0, (), Tier.UNSURE, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a match came out: for moderators.

    `similarity` (0..1) is the cosine of the nearest example's words; `features` are those that speak most
    for the first choice, with their share of its margin.
    """

    match: Match
    nearest: str | None
    nearest_intent: str | None
    similarity: float
    repairs: tuple[Repair, ...]
    features: tuple[tuple[str, float], ...]
    runner_up: Choice | None


class Matcher:
    """Built by `train`; then `match` is a pure function of its text."""

    def __init__(
        self,
        *,
        intents: Sequence[str],
        examples: Sequence[tuple[str, str]],
        speller: Speller,
        scorer: Scorer,
        calibration: Calibration,
    ) -> None:
        self.intents = tuple(intents)
        self.key = ""  # the digest of all that was learned, where a cache keeps it
        self._examples = examples
        self._speller = speller
        self._scorer = scorer
        self._calibration = calibration

    @classmethod
    def train(
        cls,
        examples: Sequence[tuple[str, str]],
        *,
        names: Mapping[str, str] | None = None,
        lexicon: Sequence[str] = (),
        oos: Sequence[str] = (),
        asked: Sequence[Question] = (),
        cache: Path | None = None,
    ) -> Matcher:
        """Learn from (text, intent) pairs.

        `names` are titles of intents (one more example each), `lexicon` further words that are spelt
        right, `oos` texts that belong to no intent, `asked` what people really asked: learned too, and what
        confidence is measured on (intents/cuts.py). The same arguments give the same matcher.
        In the folder `cache`, if one is given, what was learned is kept for the next time.
        Raises ValueError without examples.
        """
        if not examples:
            raise ValueError("the matcher needs at least one example")
        intents = list(dict.fromkeys(intent for _, intent in examples))
        number = {intent: at for at, intent in enumerate(intents)}
        learned = list(examples)
        learned += [(title, intent) for intent, title in (names or {}).items() if intent in number]
        known = [*vocabulary(), *(word for entry in lexicon for word in words(entry))]
        asked = [question for question in asked if not question.accept or question.accept[0] in number]
        written = Labelled(
            [words(text) for text, _ in learned],
            np.array([number[intent] for _, intent in learned], dtype=np.int32),
            [words(text) for text in oos],
        )
        # Slips of people who ask are repaired before they are learned: no slip shall pass for a word.
        speller = written.speller(known)
        learned += [(question.text, question.accept[0]) for question in asked if question.accept]
        key = digest(learned, known, list(oos), [(one.text, one.accept) for one in asked]) if cache else ""
        kept = load(cache, key) if cache else None
        if kept:
            scorer = Scorer.restore(kept[0])
            calibration = kept[1]
        else:
            real = _held(asked, number, speller)
            everything = written.and_asked(real)
            scorer = Scorer.learn(everything.sentences, everything.labels, everything.outside)
            calibration = calibrate(written, real, known)
            if cache:
                save(cache, key, scorer.arrays(), calibration)
        made = cls(intents=intents, examples=learned, speller=speller, scorer=scorer, calibration=calibration)
        made.key = key
        return made

    def repaired(self, text: str) -> list[str]:
        """The words of a text, slips repaired."""
        return list(self._speller.repair(words(text))[0])

    def warm(self) -> None:
        """Make now what the first slip would have to wait for."""
        self._speller.warm()

    def match(self, text: str) -> Match:
        """The intent of a text with its probability; at most four choices, best first."""
        sentence, repairs = self._speller.repair(words(text))
        scores = self._scorer.scores(sentence)
        return self._match(scores, repairs)

    def _match(self, scores: Scores, repairs: Sequence[Repair]) -> Match:
        if not scores.known and not scores.covered:
            return NOTHING
        probabilities = self._calibration.probabilities(scores)
        if scores.likeness >= SAME:
            probabilities = _said_again(probabilities, self.intents.index(self._examples[scores.nearest][1]))
        best = np.argsort(-probabilities, kind="stable")[:SHOWN].tolist()
        choices = tuple(Choice(self.intents[at], float(probabilities[at])) for at in best)
        return Match(
            intent=choices[0].intent,
            confidence=choices[0].confidence,
            choices=choices,
            tier=tier([choice.confidence for choice in choices]),
            known=scores.known,
            in_scope=float(probabilities.sum()),
            repairs=tuple(repairs),
        )

    def explain(self, text: str, *, features: int = 8) -> Explanation:
        """Why `match` says what it says."""
        sentence, repairs = self._speller.repair(words(text))
        scores = self._scorer.scores(sentence)
        match = self._match(scores, repairs)
        nearest = self._examples[scores.nearest] if scores.nearest >= 0 else (None, None)
        weighty: list[tuple[str, float]] = []
        if match.intent is not None:
            weighty = self._scorer.weighty(sentence, self.intents.index(match.intent))[:features]
        return Explanation(
            match=match,
            nearest=nearest[0],
            nearest_intent=nearest[1],
            similarity=scores.likeness,
            repairs=tuple(repairs),
            features=tuple(weighty),
            runner_up=match.choices[1] if len(match.choices) > 1 else None,
        )


def _said_again(probabilities: NDArray[np.float64], label: int) -> NDArray[np.float64]:
    if probabilities[label] >= SAID_AGAIN:
        return probabilities
    raised = probabilities.copy()
    raised[label] = 0.0
    raised *= (1 - SAID_AGAIN) / max(float(raised.sum()), 1 - SAID_AGAIN)
    raised[label] = SAID_AGAIN
    return raised


def _held(asked: Sequence[Question], number: Mapping[str, int], speller: Speller) -> list[Held]:
    """What people asked, repaired, with the numbers of the intents that serve."""
    return [
        Held(
            speller.repair(words(question.text))[0],
            tuple(number[name] for name in question.accept if name in number),
        )
        for question in asked
    ]
