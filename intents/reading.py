"""One question by itself or in its context: the rules that come before the matcher, and the matcher.

The matcher's tier is changed here only by these rules, each marked where it applies:

- *follow-up*: "yes", "the second one", "why?", "and for plus?" lean on the turn before, answered.
- *word for word*: a text that is an example (or a title) is that intent, answered.
- *name alone*: a program's or an audience's name by itself asks what it is, answered.
- *ticket number*: a message with a ticket's number is about tickets, answered.
- *subject*: a message that names what the tables hold (a program, the score, Connects) is about that; where
  the matcher is unsure or doubtfully points elsewhere, the first choice about it goes before; the tier stays.
"""

from dataclasses import replace
from datetime import datetime

from intents.entities import Entities
from intents.followups import FollowUps
from intents.matcher import Matcher
from intents.model import SHOWN, Catalogue, Tier, Turn, Understood
from intents.named import Slots
from intents.slots import SlotFinder
from intents.subjects import Subjects
from intents.text import words
from intents.times import asked_about


class Reader:
    """Reads one question."""

    def __init__(
        self, catalogue: Catalogue, entities: Entities, matcher: Matcher, finder: SlotFinder
    ) -> None:
        self._catalogue = catalogue
        self._matcher = matcher
        self._slots = finder
        self._times = entities.times
        self._questions_start = frozenset(entities.phrases.questions)
        self._alone = entities.phrases.alone
        self._follow = FollowUps(catalogue, entities, finder)
        self._subjects = Subjects(catalogue, entities)
        self._said: dict[tuple[str, ...], str] = {}
        for intent in catalogue:
            for text in (intent.title, *intent.examples):
                self._said.setdefault(tuple(words(text)), intent.id)

    def named(self, text: str, now: datetime) -> Slots:
        """What a text names, dates of a story too."""
        return self._slots.find(text, now)

    def slots(self, text: str, now: datetime) -> Slots:
        """What a text names, whatever it asks. A date of the asker's story is none."""
        found = self.named(text, now)
        if found.on is None or asked_about(text, self._times, self._questions_start):
            return found
        return replace(found, on=None)

    def one(self, text: str, context: Turn | None, now: datetime) -> Understood:
        """One question, read in its context."""
        spelt = tuple(words(text))
        slots = self.slots(text, now)
        if not spelt:
            return Understood(text, Tier.UNSURE, None, slots, 0.0)
        if context is not None:
            followed = self._follow.read(text, spelt, slots, context)
            if followed is not None:
                return followed
        said = self._said.get(spelt)
        if said is not None:  # word for word
            return self._follow.decided(text, said, slots, context)
        if self._follow.is_name(spelt, slots):  # name alone
            named = self._follow.alone(text, slots, context)
            if named is not None:
                return named
        return self._matched(text, spelt, slots, context)

    def _matched(self, text: str, spelt: tuple[str, ...], slots: Slots, context: Turn | None) -> Understood:
        """What the matcher makes of a question, after the rules on ticket numbers and subjects."""
        match = self._matcher.match(text)
        choices = match.choices[:SHOWN]
        if slots.ticket is not None:  # ticket number
            about = [c.intent for c in choices if "ticket" in self._catalogue[c.intent].slots]
            meant = about[0] if about else self._alone.get("ticket")
            if meant is not None and meant in self._catalogue:
                return self._follow.decided(text, meant, slots, context)
        if match.tier is not Tier.ANSWER:
            choices = self._subjects.first(spelt, slots, choices, doubtful=match.tier is Tier.UNSURE)
        if not choices:
            return Understood(text, match.tier, None, slots, 0.0)
        filled = self._follow.fill(choices[0].intent, slots, context)
        return Understood(text, match.tier, choices[0].intent, filled, choices[0].confidence, choices)
