"""Programs and topics: tables made of the cells of `knowledge.statement`; and the whole of what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from knowledge.offer import Offer
from knowledge.points import Point
from knowledge.practice import Advice, Practice
from knowledge.statement import (
    Audience,
    Cell,
    Id,
    InForce,
    Model,
    Source,
    SourceKind,
    Sources,
    Statement,
    Value,
)

__all__ = [
    "Audience",
    "AudienceRow",
    "Award",
    "Cell",
    "Criterion",
    "Example",
    "Id",
    "InForce",
    "Knowledge",
    "LabelledCell",
    "Located",
    "Model",
    "Perk",
    "Program",
    "Row",
    "Source",
    "SourceKind",
    "Sources",
    "Statement",
    "Topic",
    "Value",
    "Wording",
]


class Row(Model):
    """What every row of a table has: a label, a unit, and how a known value is shown.

    `show` is a format string with `{value}` (or the keys of a mapping value); without it the unit decides.
    """

    label: str
    unit: str = "none"
    show: str | None = None


class LabelledCell(Row):
    """A row with one cell: a fact of a program or of a topic."""

    cell: Cell


class AudienceRow(Row):
    """A row with a cell per audience."""

    id: Id
    audiences: dict[Audience, Cell]


class Criterion(AudienceRow):
    """What a program asks for. A rule with several figures has a mapping value: {needed: 13, window: 16, …}.

    Without a statement in force on a day the criterion did not apply on that day.
    """


class Perk(AudienceRow):
    """What a program brings."""


class Award(StrEnum):
    """How a program is given: by the list alone, by the list and judgement, or by invitation."""

    AUTOMATIC = "automatic"
    DISCRETION = "discretion"
    INVITATION = "invitation"


class Program(Model):
    """A badge or program: its criteria, perks and further facts."""

    id: Id
    name: str
    award: Award
    order: int
    existence: Cell
    criteria: tuple[Criterion, ...] = ()
    perks: tuple[Perk, ...] = ()
    facts: dict[Id, LabelledCell] = Field(default_factory=dict)

    def criterion(self, name: str) -> Criterion:
        """Raises KeyError."""
        return _named(self.criteria, name)

    def perk(self, name: str) -> Perk:
        """Raises KeyError."""
        return _named(self.perks, name)


class Example(Model):
    """A worked example of the weeks' rule: oldest week first, `g` counts and `b` does not."""

    id: Id
    title: str
    weeks: str = Field(pattern=r"^[gb]+$")
    text: str

    @property
    def good(self) -> int:
        """How many weeks count."""
        return self.weeks.count("g")


class Topic(Model):
    """A subject that is not one program's: its facts by id."""

    id: Id
    title: str
    facts: dict[Id, LabelledCell]
    examples: tuple[Example, ...] = ()


class Wording(Model):
    """The few words that values are shown with (see wording.yaml)."""

    units: dict[str, str]
    headings: dict[str, str]
    symbols: dict[str, str]
    verdicts: dict[str, str]
    for_persons: tuple[str, ...]
    roles: dict[str, str]
    hedges: dict[str, str]
    kinds: dict[SourceKind, str]
    awards: dict[Award, str]
    audiences: dict[Audience, str]
    categories: dict[Id, str]
    confirmed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Located:
    """A cell with its path, such as `top_rated.criteria.jss.freelancer` or `fees.service_fee`.

    `file` and `place` say where it stands: the file's name and the keys inside the file.
    """

    path: str
    row: Row | None
    cell: Cell
    file: str
    place: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """Everything known; one loading is equal only to itself.

    `lines` gives the line of each place in each file, for error messages; `changes` what was changed since
    the files were read (see changing.py), as JSON, and `revised` since when a cell says something else.
    """

    sources: Mapping[str, Source]
    programs: Mapping[str, Program]
    topics: Mapping[str, Topic]
    offers: Mapping[str, Offer]
    wording: Wording
    practice: Practice
    advice: Advice
    points: Mapping[str, Point] = field(default_factory=dict)
    lines: Mapping[str, Mapping[tuple[str | int, ...], int]] = field(default_factory=dict, repr=False)
    changes: tuple[str, ...] = ()
    revised: Mapping[str, dt.date] = field(default_factory=dict)
    _index: dict[str, Located] = field(default_factory=dict, init=False, repr=False, compare=False)

    def program(self, name: str) -> Program:
        """Raises KeyError."""
        return self.programs[name]

    def topic(self, name: str) -> Topic:
        """Raises KeyError."""
        return self.topics[name]

    def cell(self, path: str) -> Cell:
        """The cell at a path (see `Located`). Raises KeyError."""
        return self.located(path).cell

    def located(self, path: str) -> Located:
        """The cell at a path with its row and place. Raises KeyError."""
        if not self._index:
            self._index.update((found.path, found) for found in self.cells())
        return self._index[path]

    def subject(self, path: str) -> str:
        """What the cell at a path is about: its program's name, or its topic's title."""
        of = path.partition(".")[0]
        return self.programs[of].name if of in self.programs else self.topics[of].title

    def on(self, cell: Cell, day: dt.date) -> InForce:
        """What holds for `cell` on `day`."""
        return cell.on(day, self.sources)

    def cells(self) -> Iterator[Located]:
        """Every cell there is: programs in order, then topics."""
        for program in self.programs.values():
            yield from _program_cells(program)
        for topic in self.topics.values():
            for name, fact in topic.facts.items():
                place = ("facts", name, "cell")
                yield Located(f"{topic.id}.{name}", fact, fact.cell, f"topics/{topic.id}.yaml", place)


def _program_cells(program: Program) -> Iterator[Located]:
    file = f"programs/{program.id}.yaml"
    yield Located(f"{program.id}.existence", None, program.existence, file, ("existence",))
    for kind, rows in (("criteria", program.criteria), ("perks", program.perks)):
        for number, row in enumerate(rows):
            for audience, cell in row.audiences.items():
                path = f"{program.id}.{kind}.{row.id}.{audience}"
                yield Located(path, row, cell, file, (kind, number, "audiences", audience.value))
    for name, fact in program.facts.items():
        yield Located(f"{program.id}.facts.{name}", fact, fact.cell, file, ("facts", name, "cell"))


Named = TypeVar("Named", bound=AudienceRow)


def _named(rows: tuple[Named, ...], name: str) -> Named:
    for row in rows:
        if row.id == name:
            return row
    raise KeyError(name)
