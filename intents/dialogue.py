"""One message in its conversation: follow-ups, several questions at once, and what context fills in.

Each question is read by itself first (intents/reading.py), then it is seen whether one line of the knowledge
answers it (intents/pointing.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path

from intents import figures
from intents.entities import Entities
from intents.followups import WRONG
from intents.language import Languages
from intents.lexicon import vocabulary
from intents.matcher import Explanation, Matcher
from intents.model import Catalogue, Choice, Question, Tier, Turn, Understood, possible
from intents.named import Slots
from intents.pointing import Pointing
from intents.points import Wording
from intents.reading import Reader
from intents.sentences import Splitter
from intents.slots import SlotFinder
from intents.text import words

CONTEXT = timedelta(minutes=30)
"""How long a conversation remembers its latest turn."""
AT_ONCE = 3
"""Questions of one message that are answered; the others are offered as buttons."""
OTHERS = 2
"""So many other meanings of an answered question are remembered."""


class Understanding:
    """Reads messages. Holds what was learned and no state of any conversation."""

    def __init__(
        self,
        catalogue: Catalogue,
        entities: Entities,
        matcher: Matcher,
        languages: Languages | None = None,
        *,
        points: Sequence[Wording] = (),
        outside: Sequence[str] = (),
        cache: Path | None = None,
    ) -> None:
        self._matcher = matcher
        self._ends = entities.phrases.ends
        counts = Counter(chain.from_iterable(words(text) for text, _ in catalogue.examples()))
        known = frozenset(word for word, count in counts.items() if count > 1)
        finder = SlotFinder(entities, known)
        self._languages = languages or Languages.load(known | frozenset(vocabulary()), entities.lexicon())
        self._reader = Reader(catalogue, entities, matcher, finder)
        self._pointing = Pointing.learn(
            catalogue,
            points,
            entities,
            outside=outside,
            repair=matcher.repaired,
            names_program=lambda text: bool(finder.programs(text)),
            rules=(matcher.key, entities.model_dump_json(), *sorted(known)) if cache else (),
            cache=cache / "points" if cache else None,
        )
        self._splitter = Splitter(entities.phrases.questions)

    @classmethod
    def train(
        cls,
        catalogue: Catalogue,
        entities: Entities,
        *,
        asked: Sequence[Question] | None = None,
        points: Sequence[Wording] = (),
        cache: Path | None = None,
    ) -> Understanding:
        """Learn from the catalogue, some seconds for each thousand examples.

        `asked` are questions to learn instead of the catalogue's own, `points` the wordings of single lines
        of the knowledge. In the folder `cache`, if one is given,
        what was learned is kept for the next start.
        """
        matcher = Matcher.train(
            [*catalogue.examples(), *((one.text, one.intent) for one in points if one.intent in catalogue)],
            names=catalogue.titles(),
            lexicon=entities.lexicon(),
            oos=catalogue.background,
            asked=catalogue.questions() if asked is None else asked,
            cache=cache,
        )
        known = catalogue.questions() if asked is None else asked
        outside = [question.text for question in known if not question.accept]
        return cls(catalogue, entities, matcher, points=points, outside=outside, cache=cache)

    def warm(self) -> None:
        """Load now what would be loaded when first needed: the date parser and the language detector."""
        self._matcher.warm()
        self._languages.warm()
        figures.parse("yesterday", date(2020, 1, 1))

    def explain(self, text: str, *, features: int = 8) -> Explanation:
        """What the matcher makes of a text by itself, and why: before any rule of this module."""
        return self._matcher.explain(text, features=features)

    def slots(self, text: str, now: datetime) -> Slots:
        """What a text names, whatever it asks. A date of the asker's story is none."""
        return self._reader.slots(text, now)

    def read(self, text: str, turn: Turn | None, now: datetime) -> list[Understood]:
        """The questions of a message in order; the first three to be answered, the others `deferred`.

        `turn` is what the conversation remembers (None at its start), `now` the time of the message. There
        is always at least one item.
        """
        context = self._context(turn, now)
        items = [self._pointing.settled(item) for item in self._questions(text, context, now)]
        return [_with_others(item, context) for item in items]

    def _questions(self, text: str, context: Turn | None, now: datetime) -> list[Understood]:
        """The questions of a message, before points are looked for."""
        language = self._languages.detect(text)
        if language != "en":
            slots = self._reader.named(text, now)
            return [Understood(text, Tier.UNSURE, None, slots, 0.0, (), language)]
        whole = self._reader.one(text, context, now)
        if whole.follow_up or self._pointing.says(text):
            return [whole]
        parts = self._splitter.split(text)
        if len(parts) > 1:
            several = self._several(parts, context, now)
            if len(several) > 1:
                return [replace(item, deferred=at >= AT_ONCE) for at, item in enumerate(several)]
        return [whole]

    def _several(self, parts: Sequence[str], context: Turn | None, now: datetime) -> list[Understood]:
        """Each part read after the one before it; nothing unless two of them are questions of their own."""
        found: list[Understood] = []
        asked: set[tuple[str | None, tuple[str, ...]]] = set()
        for part in parts:
            item = self._reader.one(part, context, now)
            key = (item.intent, item.slots.programs)
            if key in asked:
                continue
            found.append(item)
            if item.tier is not Tier.UNSURE:
                asked.add(key)
                context = Turn(item.intent, item.slots, (), now)
        return found if len(asked) > 1 else []

    @staticmethod
    def after(
        turn: Turn | None,
        understood: Understood,
        now: datetime,
        *,
        choices: Sequence[str] = (),
        reply: str | None = None,
    ) -> Turn:
        """What to remember once `understood` was replied to with `choices` as buttons.

        Failures in a row are counted; what was not understood keeps the topic of the turn before.
        """
        if understood.tier is Tier.UNSURE:
            kept = turn or Turn(None, Slots(), (), now)
            return replace(kept, choices=tuple(choices), at=now, failures=kept.failures + 1, reply=reply)
        intent = understood.intent if understood.tier is Tier.ANSWER else None
        others = [choice.intent for choice in possible(understood.choices) if choice.intent != intent]
        return Turn(intent, understood.slots, tuple(choices), now, 0, reply, tuple(others[:OTHERS]))

    def _context(self, turn: Turn | None, now: datetime) -> Turn | None:
        """The turn before, unless it is too old or the conversation was ended."""
        if turn is None or now - turn.at > CONTEXT or turn.intent in self._ends:
            return None
        return turn


def _with_others(item: Understood, context: Turn | None) -> Understood:
    """Who says that an answer was wrong is offered what else the question could have meant."""
    if item.intent != WRONG or context is None or not context.others:
        return item
    others = (Choice(name, item.confidence) for name in context.others)
    return replace(item, slots=context.slots, choices=(Choice(WRONG, item.confidence), *others))
