"""One message in its conversation: follow-ups, several questions at once, and what context fills in.

The matcher's tier is changed here only by these rules, each marked where it applies:

- *word for word*: a text that is an example (or a title) is that intent, answered.
- *follow-up*: "yes", "the second one", "why?", "and for plus?" lean on the turn before, answered.
- *ticket number*: a message with a ticket's number is about tickets, answered.
- *name alone*: a program's or an audience's name by itself asks what it is, answered.
- *subject*: a message that names what the tables hold (a program, the score, Connects) is about that; where
  the matcher doubtfully points elsewhere, the first choice about it goes before. The tier stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from intents.entities import Entities
from intents.language import Languages
from intents.matcher import Matcher
from intents.model import Catalogue, Choice, SlotName, Slots, Tier, Turn, Understood
from intents.sentences import Splitter
from intents.slots import SlotFinder
from intents.text import words

CONTEXT = timedelta(minutes=30)
"""How long a conversation remembers its latest turn."""
AT_ONCE = 3
"""Questions of one message that are answered; the others are offered as buttons."""
SHOWN = 4
BY_RULE = 0.97
"""Confidence of what a rule decides. People do mean other things by "yes"."""
SHORT = 8
"""A message of at most so many words can be a bare follow-up."""


class Understanding:
    """Reads messages. Holds what was learned and no state of any conversation."""

    def __init__(
        self,
        catalogue: Catalogue,
        entities: Entities,
        matcher: Matcher,
        languages: Languages | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._matcher = matcher
        self._phrases = entities.phrases
        counts = Counter(word for text, _ in catalogue.examples() for word in words(text))
        known = frozenset(word for word, count in counts.items() if count > 1)
        self._slots = SlotFinder(entities, known)
        self._languages = languages or Languages.load(known, entities.lexicon())
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
        phrases = entities.phrases
        self._fillers = frozenset(word for phrase in phrases.fillers for word in words(phrase))
        self._leads = frozenset(word for phrase in phrases.leads for word in words(phrase))
        self._yes = self._variants(phrases.yes)
        self._no = self._variants(phrases.no)
        self._asks = {phrase: ask for ask, list_ in phrases.asks.items() for phrase in self._variants(list_)}

    @classmethod
    def train(cls, catalogue: Catalogue, entities: Entities) -> Understanding:
        """Learn from the catalogue: about as many seconds as it has thousands of examples."""
        matcher = Matcher.train(
            catalogue.examples(),
            names=catalogue.titles(),
            lexicon=entities.lexicon(),
            oos=catalogue.background,
        )
        return cls(catalogue, entities, matcher)

    def read(self, text: str, turn: Turn | None, now: datetime) -> list[Understood]:
        """The questions of a message in order; the first three to be answered, the others `deferred`.

        `turn` is what the conversation remembers (None at its start), `now` the time of the message. There
        is always at least one item.
        """
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
        slots = self._slots.find(text, now)
        if not spelt:
            return Understood(text, Tier.UNSURE, None, slots, 0.0)
        if context is not None:
            followed = self._follow_up(text, spelt, slots, context)
            if followed is not None:
                return followed
        said = self._said.get(spelt)
        if said is not None:  # word for word
            return self._decided(text, said, slots, context)
        if slots.ticket is not None or self._is_name(spelt, slots):
            ruled = self._by_name(text, spelt, slots, context)
            if ruled is not None:
                return ruled
        match = self._matcher.match(text)
        choices = match.choices[:SHOWN]
        if match.tier is not Tier.ANSWER:
            choices = self._subject_first(spelt, slots, choices)
        if not choices:
            return Understood(text, match.tier, None, slots, 0.0)
        filled = self._fill(choices[0].intent, slots, context)
        return Understood(text, match.tier, choices[0].intent, filled, choices[0].confidence, choices)

    def _subject_first(
        self, spelt: Sequence[str], slots: Slots, choices: tuple[Choice, ...]
    ) -> tuple[Choice, ...]:
        """The choices, one about the subject named before pointers and small talk."""
        if not choices or self._catalogue[choices[0].intent].reply not in ("pointer", "smalltalk"):
            return choices
        said = f" {' '.join(spelt)} "
        families = {name for phrase, names in self._subjects if phrase in said for name in names}
        if slots.programs:
            families |= self._program_families
        for at, choice in enumerate(choices):
            if choice.intent.split(".", 1)[0] in families:
                return (choice, *choices[:at], *choices[at + 1 :])
        return choices

    def _follow_up(self, text: str, spelt: tuple[str, ...], slots: Slots, context: Turn) -> Understood | None:
        """What a short message means after the turn before, or None if it stands by itself."""
        if len(spelt) > SHORT:
            return None
        choices = [intent for intent in context.choices if intent in self._catalogue]
        core = self._core(spelt)
        if choices:
            picked = self._picked(spelt, core, choices)
            if picked is not None:
                return self._decided(text, picked, slots, context, follow_up=True)
        if (spelt in self._no or core in self._no) and "assistant.no" in self._catalogue:
            return self._decided(text, "assistant.no", slots, context, follow_up=True)
        if context.intent is None or context.intent not in self._catalogue:
            return None
        ask = self._asks.get(spelt) or self._asks.get(core)
        if ask is not None:
            return self._asked(text, ask, slots, context)
        if self._is_name(spelt, slots):
            return self._same_about(text, slots, context)
        return None

    def _picked(self, spelt: tuple[str, ...], core: tuple[str, ...], choices: Sequence[str]) -> str | None:
        """The offered intent that "yes", "2", "the second one" or its title's words pick."""
        if spelt in self._yes or core in self._yes:
            return choices[0]
        ordinals = self._phrases.ordinals
        for form in (core, spelt):
            if len(form) == 1 and form[0] in ordinals:
                place = ordinals[form[0]]
                at = place - 1 if place > 0 else len(choices) - 1
                return choices[at] if at < len(choices) else None
        wanted = set(core)
        titled = [intent for intent in choices if wanted <= set(words(self._catalogue[intent].title))]
        return titled[0] if wanted and len(titled) == 1 else None

    def _asked(self, text: str, ask: str, slots: Slots, context: Turn) -> Understood | None:
        """A bare "why?" or "how long?" about the turn before."""
        intent = self._catalogue[context.intent or ""]
        meant = {str(key): value for key, value in intent.then.items()}.get(ask)
        if meant is not None and meant in self._catalogue:
            return self._decided(text, meant, slots, context, follow_up=True)
        offered = [name for name in intent.followups if name in self._catalogue]
        if not offered:
            return None
        chance = BY_RULE / len(offered)
        choices = tuple(Choice(name, chance) for name in offered)
        filled = self._fill(offered[0], slots, context)
        return Understood(text, Tier.CHOOSE, offered[0], filled, chance, choices, follow_up=True)

    def _same_about(self, text: str, slots: Slots, context: Turn) -> Understood | None:
        """After "and for plus?" the question before, about what is named now."""
        named = [name for name, value in _named(slots).items() if value]
        intent = self._catalogue[context.intent or ""]
        old = context.slots
        # A program fits everywhere but where the intent is about one program by nature.
        if all(name in intent.slots for name in named) and not (intent.program and "program" in named):
            programs = slots.programs or old.programs
            if intent.reply == "compare" and len(slots.programs) == 1:
                programs = tuple(dict.fromkeys((*old.programs, *slots.programs)))
            merged = Slots(
                programs=programs,
                audience=slots.audience or old.audience,
                category=slots.category or old.category,
                amount=old.amount if slots.amount is None else slots.amount,
                percent=old.percent if slots.percent is None else slots.percent,
                on=slots.on or old.on,
                ticket=slots.ticket or old.ticket,
            )
            return self._understood(text, intent.id, merged, follow_up=True)
        for name in named:
            meant = self._phrases.next.get(name)
            if meant and meant in self._catalogue:
                return self._decided(text, meant, slots, context, follow_up=True)
        return None

    def _by_name(
        self, text: str, spelt: tuple[str, ...], slots: Slots, context: Turn | None
    ) -> Understood | None:
        """A ticket's number, or a name that stands alone."""
        if slots.ticket is not None:  # ticket number
            match = self._matcher.match(text)
            about = [c.intent for c in match.choices if "ticket" in self._catalogue[c.intent].slots]
            meant = about[0] if about and len(spelt) > 3 else self._phrases.alone.get("ticket")  # noqa: PLR2004 - the number itself
            return self._decided(text, meant, slots, context) if meant and meant in self._catalogue else None
        for name, value in _named(slots).items():  # name alone
            meant = self._phrases.alone.get(name)
            if value and meant and meant in self._catalogue:
                return self._decided(text, meant, slots, context)
        return None

    def _is_name(self, spelt: tuple[str, ...], slots: Slots) -> bool:
        """Whether a message is but a name or a figure, with words that lead over to it."""
        if not any(_named(slots).values()) or len(spelt) > SHORT:
            return False
        covered = {at for found in self._slots.mentions(spelt) for at in range(found.start, found.end)}
        rest = [word for at, word in enumerate(spelt) if at not in covered]
        return all(
            word in self._leads or word in self._fillers or word == "'s" or not word.isalpha()
            for word in rest
        )

    def _decided(
        self, text: str, intent: str, slots: Slots, context: Turn | None, *, follow_up: bool = False
    ) -> Understood:
        return self._understood(text, intent, self._fill(intent, slots, context), follow_up=follow_up)

    @staticmethod
    def _understood(text: str, intent: str, slots: Slots, *, follow_up: bool) -> Understood:
        choice = Choice(intent, BY_RULE)
        return Understood(text, Tier.ANSWER, intent, slots, BY_RULE, (choice,), follow_up=follow_up)

    def _fill(self, name: str | None, slots: Slots, context: Turn | None) -> Slots:
        """Slots that the text leaves open, from the intent itself or the turn before.

        Context fills programs, audience, category and ticket where the intent takes them. A question for
        an overview stays wide; a comparison with one program named sets it against the one before.
        """
        if name is None or name not in self._catalogue:
            return slots
        intent = self._catalogue[name]
        programs = slots.programs
        if intent.program is not None:
            programs = tuple(dict.fromkeys((intent.program, *programs)))
        if context is None:
            return replace(slots, programs=programs)
        old = context.slots
        if "program" in intent.slots and intent.reply != "overview" and old.programs:
            if not programs:
                programs = old.programs if intent.reply == "compare" else old.programs[:1]
            elif intent.reply == "compare" and len(programs) == 1:
                programs = tuple(dict.fromkeys((old.programs[0], *programs)))
        return replace(
            slots,
            programs=programs,
            audience=slots.audience or (old.audience if "audience" in intent.slots else None),
            category=slots.category or (old.category if "category" in intent.slots else None),
            ticket=slots.ticket or (old.ticket if "ticket" in intent.slots else None),
        )

    def _core(self, spelt: Sequence[str]) -> tuple[str, ...]:
        """The words that carry a short message."""
        return tuple(word for word in spelt if word not in self._fillers)

    def _variants(self, phrases: Sequence[str]) -> frozenset[tuple[str, ...]]:
        """Each phrase as words, with and without fillers."""
        full = {tuple(words(phrase)) for phrase in phrases}
        return frozenset(form for form in full | {self._core(form) for form in full} if form)


def _named(slots: Slots) -> dict[SlotName, object]:
    """What the text names, by slot name; a date alone is no topic."""
    return {
        "program": slots.programs,
        "audience": slots.audience,
        "category": slots.category,
        "ticket": slots.ticket,
        "amount": slots.amount is not None,
        "percent": slots.percent is not None,
    }
