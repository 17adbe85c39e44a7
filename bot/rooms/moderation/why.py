"""Why a message is read as it is, in terms that a moderator can act on. Reads, and changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.asking.direct import read as read_direct
from bot.rooms.moderation.weighing import Weight, weights
from intents.dialogue import CONTEXT, Understanding
from intents.followups import BY_RULE
from intents.matcher import Explanation
from intents.model import Catalogue, Choice, Tier, Turn, Understood
from intents.named import Slots
from intents.spelling import Repair
from intents.text import words

ENGLISH = "en"
ALL = 1_000_000  # features: every one that speaks for an intent, so that each has its share of them
SHOWN = 6  # weights that are shown


class Rule(StrEnum):
    """What decided how a question is read: the scores, or one of the rules of intents/dialogue.py."""

    SCORES = "scores"
    SUBJECT = "subject"
    WORD_FOR_WORD = "word_for_word"
    FOLLOW_UP = "follow_up"
    TICKET = "ticket"
    NAME = "name"
    LANGUAGE = "language"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent with its probability (0..1) and where it stands: `badge.yaml:12`."""

    id: str
    title: str
    place: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The example most like the words, and how much (0..1)."""

    text: str
    of: Candidate
    similarity: float


@dataclass(frozen=True, slots=True)
class Before:
    """What a question was read with: the turn before, or (`at` None) the question before in its message.

    `offered` are the titles of the choices that stood open. `lent` names the slots that it gave.
    """

    title: str | None
    slots: Slots
    offered: tuple[str, ...]
    at: datetime | None
    lent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One question and how it was read. `choices` come best first; `words` are those after repair.

    `chance` is the probability that the catalogue holds an intent for it at all, `together` that the right
    one is among the choices. `point` is the line of the knowledge that answers, if one does. Where a rule
    decided, `alone` is what the words alone would have come to.
    """

    text: str
    rule: Rule
    tier: Tier
    choices: tuple[Candidate, ...]
    slots: Slots
    words: str = ""
    repairs: tuple[Repair, ...] = ()
    chance: float = 0.0
    together: float = 0.0
    nearest: Nearest | None = None
    weights: tuple[Weight, ...] = ()
    before: Before | None = None
    alone: Candidate | None = None
    language: str = ENGLISH
    deferred: bool = False
    point: str | None = None
    hedged: bool = False

    @property
    def first(self) -> Candidate | None:
        """The first choice."""
        return self.choices[0] if self.choices else None


class Explainer:
    """Reads a message again, with what the conversation remembered then, and says why."""

    def __init__(self, understanding: Understanding, catalogue: Catalogue) -> None:
        self._understanding = understanding
        self._catalogue = catalogue

    def readings(self, text: str, turn: Turn | None, at: datetime) -> list[Reading]:
        """Every question of a message that was written at `at`, after `turn`; none where it has no words."""
        if not any(letter.isalnum() for letter in text):
            return []
        found: list[Reading] = []
        before = turn if turn is not None and at - turn.at <= CONTEXT else None
        since = None if before is None else before.at
        for item in self._understanding.read(text, turn, at):
            found.append(self._reading(item, before, since, at))
            if item.tier is not Tier.UNSURE:  # the next question is read after this one
                before, since = Turn(item.intent, item.slots, (), at), None
        return found

    def pressed(self, label: str, value: str) -> Reading:
        """A button that said `label`: what it stands for was known, and nothing was matched."""
        intent, slots = read_direct(value)
        known = intent in self._catalogue
        choices = (self._candidate(Choice(intent, 1.0)),) if known else ()
        return Reading(
            label or self.title(intent), Rule.BUTTON, Tier.ANSWER if known else Tier.UNSURE, choices, slots
        )

    def title(self, intent: str) -> str:
        """An intent's title; its id where the catalogue does not know it any more."""
        return self._catalogue[intent].title if intent in self._catalogue else intent

    def _reading(
        self, item: Understood, before: Turn | None, since: datetime | None, at: datetime
    ) -> Reading:
        if item.language != ENGLISH:
            return Reading(item.text, Rule.LANGUAGE, item.tier, (), item.slots, language=item.language)
        why = self._understanding.explain(item.text, features=ALL)
        rule = self._rule(item, why)
        by_scores = rule in {Rule.SCORES, Rule.SUBJECT}
        spelt = _repaired(words(item.text), why.repairs)
        alone = why.match.choices[:1] if rule is not Rule.SCORES else ()
        return Reading(
            text=item.text,
            rule=rule,
            tier=item.tier,
            choices=tuple(map(self._candidate, item.choices)),
            slots=item.slots,
            words=" ".join(spelt).replace(" 's", "'s"),
            repairs=why.repairs,
            chance=why.match.in_scope,
            together=sum(choice.confidence for choice in item.choices),
            nearest=self._nearest(why) if by_scores else None,
            weights=tuple(weights(why.features, spelt)[:SHOWN]) if rule is Rule.SCORES else (),
            before=self._before(item, before, since, at),
            alone=next(map(self._candidate, alone), None),
            deferred=item.deferred,
            point=item.point,
            hedged=item.hedged,
        )

    def _rule(self, item: Understood, why: Explanation) -> Rule:
        if item.follow_up:
            return Rule.FOLLOW_UP
        if item.intent is None or item.confidence != BY_RULE or len(item.choices) != 1:
            return Rule.SCORES if item.intent == why.match.intent else Rule.SUBJECT
        intent, said = self._catalogue[item.intent], words(item.text)
        if any(words(text) == said for text in (intent.title, *intent.examples)):
            return Rule.WORD_FOR_WORD
        return Rule.TICKET if item.slots.ticket is not None else Rule.NAME

    def _before(
        self, item: Understood, before: Turn | None, since: datetime | None, at: datetime
    ) -> Before | None:
        """The turn that a question leant on, or that filled its slots."""
        if before is None:
            return None
        alone = self._understanding.read(item.text, None, at)[0].slots
        lent = tuple(_lent(item.slots, before.slots, alone))
        if not item.follow_up and not lent:
            return None
        return Before(
            title=None if before.intent is None else self.title(before.intent),
            slots=before.slots,
            offered=tuple(self.title(intent) for intent in before.choices),
            at=since,
            lent=lent,
        )

    def _candidate(self, choice: Choice) -> Candidate:
        place = self._catalogue.places.get(choice.intent, "")
        return Candidate(choice.intent, self.title(choice.intent), place, choice.confidence)

    def _nearest(self, why: Explanation) -> Nearest | None:
        if why.nearest is None or why.nearest_intent is None:
            return None
        return Nearest(why.nearest, self._candidate(Choice(why.nearest_intent, 0.0)), why.similarity)


def _repaired(written: Sequence[str], repairs: Sequence[Repair]) -> list[str]:
    """The words as read: each repair in its place."""
    read: list[str] = []
    rest = list(written)
    for repair in repairs:
        slip = repair.written.split()
        for at in range(len(rest) - len(slip) + 1):
            if rest[at : at + len(slip)] == slip:
                read += [*rest[:at], *repair.read.split()]
                rest = rest[at + len(slip) :]
                break
    return read + rest


def _lent(slots: Slots, before: Slots, alone: Slots) -> Iterator[str]:
    """The slots of a question that its own words do not fill, but those before it do."""
    if (set(slots.programs) - set(alone.programs)) & set(before.programs):
        yield "program"
    for name in ("audience", "category", "amount", "percent", "on", "ticket"):
        value = getattr(slots, name)
        if value is not None and value == getattr(before, name) and value != getattr(alone, name):
            yield name
