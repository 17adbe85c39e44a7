"""Entities: what a question can name, with the names people use. Read from `entities.yaml`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from intents.load import ContentError, Problem, read
from intents.model import Content, IntentId

ENTITIES = Path(__file__).with_name("entities.yaml")
"""The entities that ship with the package."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Alias = Annotated[str, StringConstraints(min_length=2, max_length=60)]


class Guarded(Content):
    """An alias that is also an everyday word: it counts only beside one of these words."""

    alias: Alias
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class Entity(Content):
    """One thing with its id, the name shown, and the names people use for it."""

    id: Id
    name: str
    aliases: tuple[Alias, ...] = Field(min_length=1)
    guarded: tuple[Guarded, ...] = ()
    implied: tuple[Alias, ...] = ()


class Contrast(Content):
    """Words around a program's name that tell which of several is meant."""

    set_aside: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    aims: tuple[str, ...] = ()


class TicketForm(Content):
    """How ticket numbers look: a regular expression (case does not matter), and known prefixes."""

    pattern: str
    prefixes: tuple[str, ...] = ()

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return pattern


class Subject(Content):
    """Words that name something the tables hold, and the intent families about it."""

    words: tuple[str, ...] = Field(min_length=1)
    families: tuple[str, ...] = Field(min_length=1)


class Phrases(Content):
    """How short answers and follow-ups are put."""

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    ordinals: dict[str, int] = Field(default_factory=dict)
    asks: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    leads: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    alone: dict[str, IntentId] = Field(default_factory=dict)
    next: dict[str, IntentId] = Field(default_factory=dict)


class Forms(Content):
    """Words that tell how a question is put (see `intents.form`)."""

    which: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()


class Times(Content):
    """Words that tell whether a date is asked about (see `intents.times`)."""

    cues: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    story: tuple[str, ...] = ()


class Entities(Content):
    """All of `entities.yaml`."""

    programs: tuple[Entity, ...]
    audiences: tuple[Entity, ...]
    categories: tuple[Entity, ...]
    ignored: tuple[Alias, ...] = ()
    never: tuple[str, ...] = ()
    contrast: Contrast = Contrast()
    ticket: TicketForm
    numbers: dict[str, int] = Field(default_factory=dict)
    phrases: Phrases = Phrases()
    forms: Forms = Forms()
    whole: tuple[str, ...] = ()
    times: Times = Times()
    subjects: tuple[Subject, ...] = ()
    program_families: tuple[str, ...] = ()

    def names(self) -> dict[str, str]:
        """Id to the name shown, of programs, audiences and categories."""
        return {entity.id: entity.name for entity in (*self.programs, *self.audiences, *self.categories)}

    def lexicon(self) -> list[str]:
        """Every alias: words that are spelt right."""
        found = [*self.ignored]
        for entity in (*self.programs, *self.audiences, *self.categories):
            found += [entity.name, *entity.aliases]
        return found


def load_entities(path: Path = ENTITIES) -> Entities:
    """Read the entities. Raises ContentError, also where one alias stands for two things of a kind."""
    entities, lines = read(path, Entities)
    problems: list[Problem] = []
    for kind in ("programs", "audiences", "categories"):
        owner: dict[str, str] = {}
        for index, entity in enumerate(getattr(entities, kind)):
            for alias in entity.aliases:
                taken = owner.setdefault(alias, entity.id)
                if taken != entity.id:
                    line = lines.get((kind, index), 1)
                    what = f"alias {alias!r} of {entity.id} belongs to {taken} already"
                    problems.append(Problem(path.name, line, what, "keep it in one place"))
    if problems:
        raise ContentError(problems)
    return entities
