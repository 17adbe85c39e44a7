"""What a fact is: a cell of a table holds dated statements, each with its source.

`Cell.on(day, sources)` answers as of a day, by one rule:

* A statement is in force from `from` to `until`, both days included. Without `until` it lasts until the
  day before the next statement of the same rank, so that a change is made by appending a statement.
* Official sources outrank staff, staff moderators, moderators third parties, third parties the community.
* Within a rank the newest `from` wins. Statements of one rank may overlap only if every one of them is
  marked `disputed`: they then stand side by side, none ends another, and the others are reported.
* The value `None` means that nobody knows; what is known stands in the note.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    field_serializer,
    field_validator,
    model_validator,
)

Value = bool | int | Decimal | str | dict[str, Decimal | None] | list[str] | None
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


DECIMAL = "decimal"


class Model(BaseModel):
    """The base of everything read from YAML: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Audience(StrEnum):
    """Whom a table is for."""

    FREELANCER = "freelancer"
    AGENCY = "agency"


class SourceKind(StrEnum):
    """Who says it, in the order of trust."""

    OFFICIAL = "official"
    STAFF = "staff"
    MODERATOR = "moderator"
    THIRD_PARTY = "third_party"
    COMMUNITY = "community"

    @property
    def rank(self) -> int:
        """0 is the most trusted."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(SourceKind)}


class Source(Model):
    """Where a statement was read.

    `date` is the date printed on the page; None where it shows none. `about` is then the last year in which
    it was seen to stand so, as far as can be told.
    """

    id: Id
    kind: SourceKind
    title: str
    address: str
    date: dt.date | None = None
    about: int | None = None
    note: str | None = None

    @property
    def link(self) -> str | None:
        """The address as a link, or None where only a description of the place is known."""
        return None if " " in self.address else f"https://{self.address}"


Sources = Mapping[str, Source]


class Statement(Model):
    """One dated, sourced value of a cell.

    `until` is the last day in force. `also` names further sources that say the same. `approximate` marks
    dates that are inferred because the page shows none (both, or the one that is named). `replaced_by` says
    what stands in the place of something that ended. `show` overrides how its row shows the value.
    `confidence` is H high, M medium, L low or U unknown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: dt.date = Field(alias="from")
    until: dt.date | None = None
    value: Value
    source: Id
    also: tuple[Id, ...] = ()
    confidence: Literal["H", "M", "L", "U"]
    note: str | None = None
    approximate: bool | Literal["from", "until"] = False
    disputed: bool = False
    replaced_by: str | None = None
    show: str | None = None

    @field_serializer("value", when_used="json")
    def _a_figure_stays_one(self, value: Value) -> Any:
        """JSON has no decimals: 0.20 is {"decimal": "0.20"} there, else it came back as a text or as 0.2."""
        return {DECIMAL: str(value)} if isinstance(value, Decimal) else value

    @field_validator("value", mode="before")
    @classmethod
    def _a_figure_comes_back(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.keys() == {DECIMAL}:
            return Decimal(str(value[DECIMAL]))
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it begins on {self.from_}")
        return self

    @property
    def about_from(self) -> bool:
        """Whether the first day is inferred."""
        return self.approximate in (True, "from")

    @property
    def about_until(self) -> bool:
        """Whether the last day is inferred."""
        return self.approximate in (True, "until")

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of all its sources, the deciding one first."""
        return (self.source, *self.also)


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for a cell on a day.

    `statement` decides; `agreeing` are others of its rank with the same value, `disagreeing` others of its
    rank with another value, `outranked` those of lower ranks. `ended` is the latest that is over and
    `upcoming` the next to begin, both only when nothing is in force. `previous` is the latest that was over
    on the day, in any case. `former` are all that were over, by rank, the latest first.
    """

    statement: Statement | None = None
    agreeing: tuple[Statement, ...] = ()
    disagreeing: tuple[Statement, ...] = ()
    outranked: tuple[Statement, ...] = ()
    ended: Statement | None = None
    upcoming: Statement | None = None
    previous: Statement | None = None
    former: tuple[Statement, ...] = ()

    @property
    def value(self) -> Value:
        """The deciding value; None when nothing is in force or the value is unknown."""
        return None if self.statement is None else self.statement.value

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in force, the deciding one first, then by rank."""
        first = () if self.statement is None else (self.statement,)
        return first + self.agreeing + self.disagreeing + self.outranked


class Cell(RootModel[tuple[Statement, ...]]):
    """One cell of a table: its dated statements."""

    model_config = ConfigDict(frozen=True)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements in the order of the file."""
        return self.root

    def last_day(self, statement: Statement, sources: Sources) -> dt.date | None:
        """The last day of `statement` in this cell: its own, or the day before the next of its rank."""
        if statement.until is not None or statement.disputed:
            return statement.until
        rank = sources[statement.source].kind.rank
        later = [
            other.from_
            for other in self.root
            if other.from_ > statement.from_ and sources[other.source].kind.rank == rank
        ]
        return min(later) - dt.timedelta(days=1) if later else None

    def on(self, day: dt.date, sources: Sources) -> InForce:
        """What holds on `day`. Raises KeyError for a source that is not in `sources`."""
        current: list[Statement] = []
        past: list[tuple[dt.date, Statement]] = []
        future: list[Statement] = []
        for statement in self.root:
            last = self.last_day(statement, sources)
            if statement.from_ > day:
                future.append(statement)
            elif last is not None and last < day:
                past.append((last, statement))
            else:
                current.append(statement)

        def rank(statement: Statement) -> int:
            return sources[statement.source].kind.rank

        previous = max(past, key=lambda pair: (pair[0], -rank(pair[1])))[1] if past else None
        past.sort(key=lambda pair: (rank(pair[1]), -pair[0].toordinal()))
        former = tuple(statement for _, statement in past)
        if not current:
            upcoming = min(future, key=lambda s: (s.from_, rank(s)), default=None)
            return InForce(ended=previous, upcoming=upcoming, previous=previous, former=former)
        current.sort(key=lambda s: (rank(s), -s.from_.toordinal()))
        best, others = current[0], current[1:]
        equals = [other for other in others if rank(other) == rank(best)]
        return InForce(
            statement=best,
            agreeing=tuple(s for s in equals if s.value == best.value),
            disagreeing=tuple(s for s in equals if s.value != best.value),
            outranked=tuple(s for s in others if rank(s) > rank(best)),
            previous=previous,
            former=former,
        )
