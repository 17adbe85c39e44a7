"""Checks of the catalogue beyond its schema: what a file alone cannot show."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from intents.entities import Entities
from intents.load import Problem
from intents.model import OUT_OF_SCOPE, Catalogue, Intent
from intents.text import words

LEAST_EXAMPLES = 8
"""Examples an intent needs at least; the busiest deserve some thirty."""


def check(
    catalogue: Catalogue, entities: Entities, categories: Collection[str] | None = None
) -> list[Problem]:
    """Everything that would mislead a reader or the matcher.

    Too few examples, the same one twice, and names of intents, programs or ticket categories (`categories`,
    where given) that do not exist.
    """
    programs = {entity.id for entity in entities.programs}
    problems = [problem for intent in catalogue for problem in _intent(catalogue, intent, programs)]
    if categories is not None:
        problems += [
            _at(catalogue, intent, f"ticket category {intent.category} does not exist", "name one that does")
            for intent in catalogue
            if intent.category not in categories
        ]
    problems += _twice(catalogue)
    problems += _asked(catalogue)
    problems += _phrases(catalogue, entities)
    return problems


def _intent(catalogue: Catalogue, intent: Intent, programs: Collection[str]) -> Iterator[Problem]:
    if len(intent.examples) < LEAST_EXAMPLES:
        what = f"{intent.id} has {len(intent.examples)} examples"
        yield _at(catalogue, intent, what, f"write at least {LEAST_EXAMPLES}")
    for name in dict.fromkeys((*intent.followups, *intent.then.values())):
        if name not in catalogue:
            yield _at(catalogue, intent, f"{intent.id} leads to {name}, which does not exist", "correct it")
    if intent.id in intent.followups:
        yield _at(catalogue, intent, f"{intent.id} offers itself as the next question", "name another one")
    if intent.program is not None and intent.program not in programs:
        yield _at(catalogue, intent, f"program {intent.program} does not exist", "name one of entities.yaml")


def _twice(catalogue: Catalogue) -> Iterator[Problem]:
    """The same words under two intents, or twice under one; titles too, people type what they read."""
    owner: dict[tuple[str, ...], str] = {}
    for intent in catalogue:
        for text in (intent.title, *intent.examples):
            key = tuple(words(text))
            taken = owner.setdefault(key, intent.id)
            if taken != intent.id:
                what = f"{text!r} stands under {taken} and {intent.id}"
                yield _at(catalogue, intent, what, "keep it under the better one")
        seen: set[tuple[str, ...]] = set()
        for text in intent.examples:
            key = tuple(words(text))
            if not key:
                yield _at(catalogue, intent, f"{text!r} has no word", "remove it")
            elif key in seen:
                yield _at(catalogue, intent, f"{text!r} stands twice under {intent.id}", "remove one")
            seen.add(key)
    for text in catalogue.background:
        taken = owner.get(tuple(words(text)), "")
        if taken:
            yield Problem("background.yaml", 1, f"{text!r} also stands under {taken}", "remove one")


def _asked(catalogue: Catalogue) -> Iterator[Problem]:
    """Questions under intents that do not exist, or in two places, where one would judge the other."""
    written = {tuple(words(text)) for intent in catalogue for text in intent.examples}
    written |= {tuple(words(text)) for text in catalogue.background}
    seen: set[tuple[str, ...]] = set()
    for group in catalogue.asked:
        for name in (group.intent, *group.also):
            if name != OUT_OF_SCOPE and name not in catalogue:
                yield _place(catalogue, group.questions[0], f"intent {name} does not exist", "correct it")
        for text in group.questions:
            key = tuple(words(text))
            if key in seen:
                yield _place(catalogue, text, f"{text!r} stands here twice", "keep the better label")
            elif key in written:
                yield _place(catalogue, text, f"{text!r} is an example too", "keep one of them")
            seen.add(key)


def _phrases(catalogue: Catalogue, entities: Entities) -> Iterator[Problem]:
    phrases = entities.phrases
    named = [*phrases.ends, *phrases.alone.values(), *phrases.next.values()]
    for name in dict.fromkeys(named):
        if name not in catalogue:
            yield Problem("entities.yaml", 1, f"intent {name} does not exist", "correct it")
    families = {intent.id.split(".", 1)[0] for intent in catalogue}
    for family in dict.fromkeys(
        [*(name for subject in entities.subjects for name in subject.families), *entities.program_families]
    ):
        if family not in families:
            yield Problem("entities.yaml", 1, f"intent family {family} does not exist", "correct it")


def _at(catalogue: Catalogue, intent: Intent, what: str, cure: str) -> Problem:
    return _place(catalogue, intent.id, what, cure)


def _place(catalogue: Catalogue, name: str, what: str, cure: str) -> Problem:
    file, _, line = catalogue.places.get(name, "catalogue:1").rpartition(":")
    return Problem(file, int(line), what, cure)
