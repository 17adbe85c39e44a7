"""One message in its conversation: follow-ups, several questions at once, and what context fills in.

The matcher's tier is changed here only by these rules, each marked where it applies:

- *word for word*: a text that is an example (or a title) is that intent, answered.
- *follow-up*: "yes", "the second one", "why?", "and for plus?" lean on the turn before, answered.
- *ticket number*: a message with a ticket's number is about tickets, answered.
- *name alone*: a program's or an audience's name by itself asks what it is, answered.
- *point*: a question like the wordings of one line of the knowledge is about that line, answered.
- *hedge*: a choice with one likely family of readings and no rival is answered, and marked as hedged.
- *subject*: a message that names what the tables hold (a program, the score, Connects) is about that; where
  the matcher is unsure or doubtfully points elsewhere, the first choice about it goes before; the tier stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from intents import figures
from intents.entities import Entities
from intents.followups import FollowUps
from intents.hedging import family, hedged
from intents.language import Languages
from intents.lexicon import vocabulary
from intents.matcher import Explanation, Matcher
from intents.model import Catalogue, Choice, Question, Slots, Tier, Turn, Understood
from intents.points import SAME, Points, Wording
from intents.sentences import Splitter
from intents.slots import SlotFinder
from intents.text import words
from intents.times import asked_about

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""A wording of the content is read as of no day in particular."""
CONTEXT = timedelta(minutes=30)
"""How long a conversation remembers its latest turn."""
AT_ONCE = 3
"""Questions of one message that are answered; the others are offered as buttons."""
SHOWN = 4
PLAIN = 0.9
"""A point of less weight than this is said with a hedge where the matcher itself would not have answered."""
LIKELY = 0.5
"""A first choice this likely keeps a point of another kind away."""
PAGE = "page:"
"""How the name of what is no point begins: a question for the whole page of an intent."""
WIDE = frozenset({"criteria", "perks", "overview", "compare"})
"""Kinds of reply that are asked for as a whole more often than by the line."""
PERSONAL = frozenset({"check", "ticket.open", "ticket.status", "ticket.add", "ticket.reopen", "incident"})
"""Kinds of reply that are about the asker."""


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
        self._catalogue = catalogue
        self._matcher = matcher
        self._phrases = entities.phrases
        self._times = entities.times
        self._questions_start = frozenset(entities.phrases.questions)
        counts = Counter(word for text, _ in catalogue.examples() for word in words(text))
        known = frozenset(word for word, count in counts.items() if count > 1)
        self._slots = SlotFinder(entities, known)
        self._languages = languages or Languages.load(known | frozenset(vocabulary()), entities.lexicon())
        self._points = Points.learn(
            [
                replace(one, names_program=bool(self._slots.find(one.text, EPOCH).programs))
                for one in (*points, *(_pages(catalogue, points) if points else ()))
            ],
            outside=[*catalogue.background, *_beyond(catalogue), *outside],
            repair=matcher.repaired,
            cache=cache / "points" if cache else None,
        )
        self._follow = FollowUps(catalogue, entities, self._slots)
        self._splitter = Splitter(entities.phrases.questions)
        self._said: dict[tuple[str, ...], str] = {}
        for intent in catalogue:
            for text in (intent.title, *intent.examples):
                self._said.setdefault(tuple(words(text)), intent.id)
        self._subjects = [
            (f" {' '.join(words(phrase))} ", subject.families)
            for subject in entities.subjects
            for phrase in subject.words
        ]
        self._program_families = frozenset(entities.program_families)

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
        self._languages.warm()
        figures.parse("yesterday", date(2020, 1, 1))

    def explain(self, text: str, *, features: int = 8) -> Explanation:
        """What the matcher makes of a text by itself, and why: before any rule of this module."""
        return self._matcher.explain(text, features=features)

    def slots(self, text: str, now: datetime) -> Slots:
        """What a text names, whatever it asks. A date of the asker's story is none."""
        found = self._slots.find(text, now)
        if found.on is None or asked_about(text, self._times, self._questions_start):
            return found
        return replace(found, on=None)

    def read(self, text: str, turn: Turn | None, now: datetime) -> list[Understood]:
        """The questions of a message in order; the first three to be answered, the others `deferred`.

        `turn` is what the conversation remembers (None at its start), `now` the time of the message. There
        is always at least one item.
        """
        return [self._hedged(self._pointed(item)) for item in self._questions(text, turn, now)]

    def _hedged(self, item: Understood) -> Understood:
        """A choice with one likely family answered, if the points agree that it is about that."""
        if item.tier is not Tier.CHOOSE or item.intent is None:
            return item
        own = family(item.intent)
        near = [
            found.weight
            for found in self._points.ranked(item.text, item.slots, item.choices)
            if family(found.intent) == own
        ]
        return hedged(item, max(near, default=float("-inf")))

    def _pointed(self, item: Understood) -> Understood:
        """A question that asks for one point is about that: answered, whatever the matcher's tier.

        Follow-ups lean on the turn before, and a ticket's number is about tickets.
        """
        if item.follow_up or item.slots.ticket is not None or item.language != "en":
            return item
        found = self._points.find(item.text, item.slots, item.tier, item.choices)
        if found is None or found.intent not in self._catalogue or found.point.startswith(PAGE):
            return item
        if found.likeness < SAME and (self._personal(item) or len(words(item.text)) == 1):
            return item
        confidence = max([found.score, *(c.confidence for c in item.choices if c.intent == found.intent)])
        others = tuple(choice for choice in item.choices if choice.intent != found.intent)
        return replace(
            item,
            tier=Tier.ANSWER,
            intent=found.intent,
            confidence=confidence,
            choices=(Choice(found.intent, confidence), *others),
            point=found.point,
            hedged=item.tier is not Tier.ANSWER and found.weight < PLAIN,
        )

    def _personal(self, item: Understood) -> bool:
        """Whether somebody asks about their own tickets or their own standing: no line can tell that."""
        likely = item.tier is Tier.ANSWER or item.confidence >= LIKELY
        return item.intent is not None and likely and self._catalogue[item.intent].reply in PERSONAL

    def _questions(self, text: str, turn: Turn | None, now: datetime) -> list[Understood]:
        """The questions of a message, before points are looked for."""
        language = self._languages.detect(text)
        if language != "en":
            slots = self._slots.find(text, now)
            return [Understood(text, Tier.UNSURE, None, slots, 0.0, (), language)]
        context = self._context(turn, now)
        whole = self._one(text, context, now)
        if whole.follow_up:
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
            item = self._one(part, context, now)
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
        return Turn(intent, understood.slots, tuple(choices), now, 0, reply)

    def _context(self, turn: Turn | None, now: datetime) -> Turn | None:
        """The turn before, unless it is too old or the conversation was ended."""
        if turn is None or now - turn.at > CONTEXT or turn.intent in self._phrases.ends:
            return None
        return turn

    def _one(self, text: str, context: Turn | None, now: datetime) -> Understood:
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
            meant = about[0] if about else self._phrases.alone.get("ticket")
            if meant is not None and meant in self._catalogue:
                return self._follow.decided(text, meant, slots, context)
        if match.tier is not Tier.ANSWER:
            choices = self._subject_first(spelt, slots, choices, doubtful=match.tier is Tier.UNSURE)
        if not choices:
            return Understood(text, match.tier, None, slots, 0.0)
        filled = self._follow.fill(choices[0].intent, slots, context)
        return Understood(text, match.tier, choices[0].intent, filled, choices[0].confidence, choices)

    def _subject_first(
        self, spelt: Sequence[str], slots: Slots, choices: tuple[Choice, ...], *, doubtful: bool
    ) -> tuple[Choice, ...]:
        """The choices, one about the subject named before pointers and small talk, or `doubtful` others."""
        if not choices:
            return choices
        generic = self._catalogue[choices[0].intent].reply in ("pointer", "smalltalk")
        if not generic and not doubtful:
            return choices
        said = f" {' '.join(spelt)} "
        families = {name for phrase, names in self._subjects if phrase in said for name in names}
        if generic and slots.programs:
            families |= self._program_families
        for at, choice in enumerate(choices):
            if choice.intent.split(".", 1)[0] in families:
                return (choice, *choices[:at], *choices[at + 1 :])
        return choices


def _beyond(catalogue: Catalogue) -> list[str]:
    """What people ask that the knowledge does not hold: no point is meant by it."""
    pointers = {intent.id for intent in catalogue if intent.reply == "pointer"}
    return [text for text, intent in catalogue.examples() if intent in pointers]


def _pages(catalogue: Catalogue, points: Sequence[Wording]) -> list[Wording]:
    """What people ask who want a whole page, so that no single line of it is taken for the answer."""
    lines = {tuple(words(one.text)) for one in points}
    return [
        Wording(text, f"{PAGE}{intent.id}", intent.id)
        for intent in catalogue
        if intent.reply in WIDE
        for text in intent.examples
        if tuple(words(text)) not in lines
    ]
