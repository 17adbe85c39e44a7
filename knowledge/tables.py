"""Tables, programs and topics as a reader sees them on a day; `knowledge.views` makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.display import Behind, Shown, SourceView, State
from knowledge.model import Example

SHOWN = (State.IN_FORCE, State.UNKNOWN)
"""The states of a line that a table shows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its cells, one per column after the label."""

    id: str
    label: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where equally good sources disagree: what the line is about, what we say, what else is said."""

    label: str
    said: Shown
    others: tuple[Behind, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as of a day. `columns` has the header, the label's column first."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    ended: tuple[Line, ...] = ()
    show_ended: bool = False

    @property
    def rows(self) -> list[list[str]]:
        """The header and every line as texts."""
        shown = self.lines + (self.ended if self.show_ended else ())
        return [list(self.columns), *([line.label, *(cell.reading for cell in line.cells)] for line in shown)]

    @property
    def former_rows(self) -> list[list[str]]:
        """The header and what the ended lines were when they last held."""
        return [
            list(self.columns),
            *([line.label, *(cell.was or cell.text for cell in line.cells)] for line in self.ended),
        ]

    @property
    def empty(self) -> bool:
        """Whether no line is in force."""
        return not self.lines

    @property
    def behind(self) -> list[tuple[str, Behind]]:
        """Every statement behind the table, each with its line's label."""
        return [
            (line.label, one)
            for line in self.lines + self.ended
            for cell in line.cells
            for one in cell.behind
        ]

    @property
    def sources(self) -> list[SourceView]:
        """The sources that decide, each once, in the order of the table."""
        return _unique(source for line in self.lines for cell in line.cells for source in cell.sources)

    @property
    def disagreements(self) -> list[Disagreement]:
        """Where equally good sources disagree."""
        return [
            Disagreement(line.label, cell, cell.disagreeing)
            for line in self.lines
            for cell in line.cells
            if cell.disputed
        ]

    @property
    def dated(self) -> bool:
        """Whether some cell shows what was last known, with its year."""
        return any(cell.reading != cell.text for line in self.lines for cell in line.cells)

    @property
    def notes(self) -> list[tuple[str, str]]:
        """The notes of the lines in force: label and note, each once."""
        found = ((line.label, cell.note) for line in self.lines for cell in line.cells)
        return list(dict.fromkeys((label, note) for label, note in found if note))

    def line(self, name: str) -> Line | None:
        """The line with an id, in force or ended."""
        return next((line for line in self.lines + self.ended if line.id == name), None)


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A program on a day, for one audience."""

    id: str
    name: str
    award: str
    audience: str
    existence: Shown
    criteria: Table
    perks: Table
    facts: Mapping[str, Shown]

    @property
    def exists(self) -> bool:
        """Whether the program exists on the day."""
        return self.existence.state is State.IN_FORCE

    @property
    def sources(self) -> list[SourceView]:
        """The sources of its tables, each once."""
        return _unique([*self.existence.sources, *self.criteria.sources, *self.perks.sources])


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic on a day: its facts by id, in the order of the file, and worked examples."""

    id: str
    title: str
    facts: Mapping[str, Shown]
    labels: Mapping[str, str]
    examples: tuple[Example, ...]

    @property
    def sources(self) -> list[SourceView]:
        """The sources of its facts, each once."""
        return _unique(source for fact in self.facts.values() for source in fact.sources)

    @property
    def table(self) -> Table:
        """All facts that are in force, as label and text."""
        lines = tuple(Line(name, self.labels[name], (fact,)) for name, fact in self.facts.items())
        return Table(
            title=self.title,
            columns=("", ""),
            lines=tuple(line for line in lines if line.cells[0].state in SHOWN),
            ended=tuple(line for line in lines if line.cells[0].state is State.ENDED),
        )


def _unique(sources: Iterable[SourceView]) -> list[SourceView]:
    return list({source.id: source for source in sources}.values())
