"""The rules in force on a day, read from the programs' dated statements."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from knowledge.model import Audience, Award, Cell, Criterion, InForce, Knowledge, Program, Statement

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """A criterion with the statement that decides in an era."""

    criterion: Criterion
    statement: Statement
    holding: InForce

    @cached_property
    def id(self) -> str:
        """The criterion's id."""
        return self.criterion.id

    @property
    def asks(self) -> bool:
        """Whether it is a criterion at all: where nobody knows, or sources differ on that, it is a note."""
        return all(s.value not in (None, False) for s in (self.statement, *self.holding.disagreeing))

    @cached_property
    def number(self) -> Decimal:
        """The required figure of a rule with one."""
        value = self.statement.value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"{self.id} asks for a number, not {value!r}")
        return Decimal(value)

    @cached_property
    def figures(self) -> dict[str, Decimal | None]:
        """The figures of a rule with several, by name; empty for a rule without."""
        value = self.statement.value
        return value if isinstance(value, dict) else {}

    def figure(self, name: str) -> int:
        """One of several figures. Raises KeyError if the rule has none of that name."""
        value = self.figures[name]
        if value is None:
            raise KeyError(name)
        return int(value)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The allowed values of a rule that lists them."""
        value = self.statement.value
        return tuple(value) if isinstance(value, list) else ()


@dataclass(frozen=True, slots=True)
class Era:
    """What a program asks of an audience from `start` until the next era. `notes` are no criteria."""

    start: dt.date
    existence: InForce
    rules: tuple[Rule, ...]
    notes: tuple[Rule, ...]

    @property
    def exists(self) -> bool:
        """Whether the program can be had."""
        return self.existence.value is True

    @property
    def ended(self) -> bool:
        """Whether the program was there before and is over."""
        return not self.exists and (self.existence.ended is not None or self.existence.value is False)


class Rulebook:
    """The eras of every program and audience, worked out when first asked for and kept."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._eras: dict[tuple[str, Audience], tuple[list[dt.date], list[Era | None]]] = {}

    @classmethod
    def of(cls, knowledge: Knowledge | Rulebook) -> Rulebook:
        """The rulebook of `knowledge`; a rulebook is handed back, with what it has worked out."""
        return knowledge if isinstance(knowledge, Rulebook) else cls(knowledge)

    def programs(self, audience: Audience) -> Iterator[Program]:
        """The programs that ask something of `audience` at any time, in order."""
        for program in self.knowledge.programs.values():
            if any(audience in criterion.audiences for criterion in program.criteria):
                yield program

    def award(self, program: str) -> Award:
        """How a program is given. Raises KeyError for an unknown program."""
        return self.knowledge.program(program).award

    def era(self, program: str, audience: Audience, day: dt.date) -> Era:
        """What `program` asks of `audience` on `day`. Raises KeyError for an unknown program."""
        starts, eras = self._kept(program, audience)
        at = bisect_right(starts, day)
        era = eras[at]
        if era is None:
            start = starts[at - 1] if at else dt.date.min
            era = eras[at] = self._read(self.knowledge.program(program), audience, start)
        return era

    def next_change(self, program: str, audience: Audience, day: dt.date) -> dt.date | None:
        """The first day after `day` on which another era begins. Raises KeyError for an unknown program."""
        starts, _ = self._kept(program, audience)
        at = bisect_right(starts, day)
        return starts[at] if at < len(starts) else None

    def _kept(self, program: str, audience: Audience) -> tuple[list[dt.date], list[Era | None]]:
        if (program, audience) not in self._eras:
            starts = self._starts(self.knowledge.program(program), audience)
            self._eras[program, audience] = (starts, [None] * (len(starts) + 1))
        return self._eras[program, audience]

    def _cells(self, program: Program, audience: Audience) -> Iterator[Cell]:
        yield program.existence
        for criterion in program.criteria:
            if audience in criterion.audiences:
                yield criterion.audiences[audience]

    def _starts(self, program: Program, audience: Audience) -> list[dt.date]:
        """The days on which anything begins or has just ended."""
        days: set[dt.date] = set()
        for cell in self._cells(program, audience):
            for statement in cell.statements:
                days.add(statement.from_)
                last = cell.last_day(statement, self.knowledge.sources)
                if last is not None and last < dt.date.max:
                    days.add(last + ONE_DAY)
        return sorted(days)

    def _read(self, program: Program, audience: Audience, day: dt.date) -> Era:
        rules: list[Rule] = []
        for criterion in program.criteria:
            if audience in criterion.audiences:
                holding = self.knowledge.on(criterion.audiences[audience], day)
                if holding.statement is not None:
                    rules.append(Rule(criterion, holding.statement, holding))
        return Era(
            start=day,
            existence=self.knowledge.on(program.existence, day),
            rules=tuple(rule for rule in rules if rule.asks),
            notes=tuple(rule for rule in rules if not rule.asks),
        )
