"""Short messages that lean on the turn before: "yes", "the second one", "why?", "and for plus?"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from intents.entities import Entities
from intents.model import Catalogue, Choice, Intent, Tier, Turn, Understood
from intents.named import SlotName, Slots
from intents.slots import SlotFinder
from intents.text import words

BY_RULE = 0.97
"""Confidence of what a rule decides. People do mean other things by "yes"."""
SETTLED = "assistant.ok"
"""What "ok" and "never mind" mean: no offer is taken up by them."""
WRONG = "assistant.no"
"""What "that's wrong" means: the answer before was not what was asked for."""
SHORT = 8
"""A message of at most so many words can be a bare follow-up."""


class FollowUps:
    """Reads short messages in their context, and fills slots from it."""

    def __init__(self, catalogue: Catalogue, entities: Entities, slots: SlotFinder) -> None:
        self._catalogue = catalogue
        self._slots = slots
        phrases = self._phrases = entities.phrases
        self._fillers = frozenset(word for phrase in phrases.fillers for word in words(phrase))
        self._leads = frozenset(word for phrase in phrases.leads for word in words(phrase))
        self._yes = self._variants(phrases.yes)
        self._no = self._variants(phrases.no)
        self._settled = frozenset(tuple(words(phrase)) for phrase in phrases.settled)
        self._asks = {phrase: ask for ask, list_ in phrases.asks.items() for phrase in self._variants(list_)}

    def read(self, text: str, spelt: tuple[str, ...], slots: Slots, context: Turn) -> Understood | None:
        """What a short message means after the turn before, or None if it stands by itself."""
        if len(spelt) > SHORT:
            return None
        if spelt in self._settled and SETTLED in self._catalogue:
            return self.decided(text, SETTLED, slots, context, follow_up=True)
        choices = [intent for intent in context.choices if intent in self._catalogue]
        core = self._core(spelt)
        if choices:
            picked = self._picked(spelt, core, choices)
            if picked is not None:
                return self.decided(text, picked, slots, context, follow_up=True)
        if (spelt in self._no or core in self._no) and WRONG in self._catalogue:
            return self.decided(text, WRONG, slots, context, follow_up=True)
        if context.intent is None or context.intent not in self._catalogue:
            return None
        ask = self._asks.get(spelt) or self._asks.get(core)
        if ask is not None:
            return self._asked(text, ask, slots, context)
        if self.is_name(spelt, slots):
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
            return self.decided(text, meant, slots, context, follow_up=True)
        offered = [name for name in intent.followups if name in self._catalogue]
        if not offered:
            return None
        chance = BY_RULE / len(offered)
        choices = tuple(Choice(name, chance) for name in offered)
        filled = self.fill(offered[0], slots, context)
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
        if intent.program is None and "program" not in intent.slots:
            return None
        meant = self._about(self._phrases.next, slots)
        return self.decided(text, meant, slots, context, follow_up=True) if meant else None

    def alone(self, text: str, slots: Slots, context: Turn | None) -> Understood | None:
        """What a message that is but a name or a ticket's number asks."""
        meant = self._about(self._phrases.alone, slots)
        return self.decided(text, meant, slots, context) if meant else None

    def _about(self, meanings: Mapping[str, str], slots: Slots) -> str | None:
        """The intent that a name stands for, by its id or else by its slot."""
        for name, value in _named(slots).items():
            meant = (meanings.get(str(value)) or meanings.get(name)) if value else None
            if meant is not None and meant in self._catalogue:
                return meant
        return None

    def is_name(self, spelt: tuple[str, ...], slots: Slots) -> bool:
        """Whether a message is but a name or a figure, with words that lead over to it."""
        if not any(_named(slots).values()) or len(spelt) > SHORT:
            return False
        covered = {
            at
            for found in self._slots.mentions(spelt)
            if not found.kind.startswith("implied")
            for at in range(found.start, found.end)
        }
        rest = [word for at, word in enumerate(spelt) if at not in covered]
        return all(
            word in self._leads or word in self._fillers or word == "'s" or not word.isalpha()
            for word in rest
        )

    def decided(
        self, text: str, intent: str, slots: Slots, context: Turn | None, *, follow_up: bool = False
    ) -> Understood:
        """An intent that a rule decided, with the slots that it needs."""
        return self._understood(text, intent, self.fill(intent, slots, context), follow_up=follow_up)

    @staticmethod
    def _understood(text: str, intent: str, slots: Slots, *, follow_up: bool) -> Understood:
        choice = Choice(intent, BY_RULE)
        return Understood(text, Tier.ANSWER, intent, slots, BY_RULE, (choice,), follow_up=follow_up)

    def fill(self, name: str | None, slots: Slots, context: Turn | None) -> Slots:
        """As `filled`, by the intent's id; an unknown one fills nothing."""
        return (
            slots
            if name is None or name not in self._catalogue
            else filled(self._catalogue[name], slots, context)
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


def filled(intent: Intent, slots: Slots, context: Turn | None) -> Slots:
    """Slots that the text leaves open, from the intent itself or the turn before.

    Context fills programs, audience, category and ticket where the intent takes them. A question for
    an overview stays wide; a comparison with one program named sets it against the one before.
    """
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
