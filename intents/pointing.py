"""Whether a question asks for one line of the knowledge, or may be answered with a hedge.

These two rules come last, after follow-ups, ticket numbers and subjects, and change the matcher's tier:

- *point*: a question like the wordings of one line of the knowledge is about that line, answered.
- *hedge*: a choice with one likely family of readings and no rival is answered, and marked as hedged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache as once
from pathlib import Path

from intents.entities import Entities, Forms
from intents.form import form
from intents.hedging import family, hedged
from intents.lexicon import grammar
from intents.model import Catalogue, Choice, Tier, Understood
from intents.points import PAGE, SAME, Pointed, Points, Repair, Wording
from intents.text import words

PLAIN = 0.9
"""A point of less weight than this is said with a hedge where the matcher itself would not have answered."""
LIKELY = 0.5
"""A first choice this likely keeps a point of another kind away."""
WIDE = frozenset({"criteria", "perks", "overview", "compare"})
"""Kinds of reply that are asked for as a whole more often than by the line."""
BY_PROGRAM = frozenset({"criteria", "perks"})
"""Kinds of reply that need a program."""
PERSONAL = frozenset(
    {"check", "way", "ticket.open", "ticket.status", "ticket.add", "ticket.reopen", "incident"}
)
"""Kinds of reply that are about the asker."""


class Pointing:
    """Looks for the line of the knowledge that a question asks for."""

    def __init__(self, catalogue: Catalogue, points: Points, forms: Forms) -> None:
        self._catalogue = catalogue
        self._points = points
        self._forms = forms

    @classmethod
    def learn(
        cls,
        catalogue: Catalogue,
        lines: Sequence[Wording],
        entities: Entities,
        *,
        outside: Sequence[str],
        names_program: Callable[[str], bool],
        repair: Repair,
        rules: Sequence[str],
        cache: Path | None,
    ) -> Pointing:
        """Learn the wordings of the lines, beside what asks for whole pages and what the knowledge lacks.

        `outside` are questions that no line answers, `names_program` tells whether a text names a program and
        `repair` spells a text as the matcher does; both follow `rules`. In `cache` what was learned is kept.
        """
        wordings = (*lines, *(_pages(catalogue, lines, entities) if lines else ()))
        points = Points.learn(
            wordings,
            outside=[*catalogue.background, *_beyond(catalogue), *outside],
            repair=repair,
            names_program=names_program,
            rules=rules,
            cache=cache,
        )
        return cls(catalogue, points, entities.forms)

    def says(self, text: str) -> bool:
        """Whether a text is a wording of one line, word for word: one question, however it could be cut."""
        return self._points.said(text) is not None

    def settled(self, item: Understood) -> Understood:
        """A question after both rules, which look at the same ranking of points."""

        @once
        def ranked() -> list[Pointed]:
            return self._points.ranked(item.text, item.slots, item.choices)

        return self._hedged(self._pointed(item, ranked), ranked)

    def _hedged(self, item: Understood, ranked: Callable[[], list[Pointed]]) -> Understood:
        """A choice with one likely family answered, if the points agree that it is about that."""
        if item.tier is not Tier.CHOOSE or item.intent is None:
            return item
        own = family(item.intent)
        if own not in self._points.families:
            return hedged(item, None)
        near = [found.weight for found in ranked() if family(found.intent) == own]
        return hedged(item, max(near, default=float("-inf")))

    def _pointed(self, item: Understood, ranked: Callable[[], list[Pointed]]) -> Understood:
        """A question that asks for one point is about that: answered, whatever the matcher's tier.

        Follow-ups lean on the turn before, and a ticket's number is about tickets.
        """
        if item.follow_up or item.slots.ticket is not None or item.language != "en":
            return item
        pages = self._has_page(item)
        found = self._points.chosen(ranked(), item.text, item.tier, item.choices, pages=pages)
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
            form=form(item.text, self._forms),
            hedged=item.tier is not Tier.ANSWER and found.weight < PLAIN,
        )

    def _has_page(self, item: Understood) -> bool:
        """Whether a page could be shown, and not only be asked which program is meant."""
        if item.intent is None or item.slots.programs:
            return True
        intent = self._catalogue[item.intent]
        return intent.program is not None or intent.reply not in BY_PROGRAM

    def _personal(self, item: Understood) -> bool:
        """Whether somebody asks about their own tickets or their own standing: no line can tell that."""
        likely = item.tier is Tier.ANSWER or item.confidence >= LIKELY
        return item.intent is not None and likely and self._catalogue[item.intent].reply in PERSONAL


def _beyond(catalogue: Catalogue) -> list[str]:
    """What people ask that the knowledge does not hold: no point is meant by it."""
    pointers = {intent.id for intent in catalogue if intent.reply == "pointer"}
    return [text for text, intent in catalogue.examples() if intent in pointers]


def _pages(catalogue: Catalogue, points: Sequence[Wording], entities: Entities) -> list[Wording]:
    """What people ask who want a whole page, so that no single line of it is taken for the answer."""
    lines = {tuple(words(one.text)) for one in points}
    names = (alias for one in (*entities.programs, *entities.audiences) for alias in (*one.aliases, one.name))
    wide = {*grammar(), *entities.whole, *(word for name in names for word in words(name))}
    return [
        Wording(text, f"{PAGE}{intent.id}", intent.id)
        for intent in catalogue
        if intent.reply in WIDE
        for text in intent.examples
        if tuple(words(text)) not in lines and wide.issuperset(words(text))
    ]
