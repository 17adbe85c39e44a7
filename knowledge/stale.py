"""What was not seen to hold for longer than its kind of source may go without a look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.model import Knowledge, Located, Source, SourceKind, Statement


@dataclass(frozen=True, slots=True)
class Stale:
    """A cell to look at: the statement that decides, and the day it was last seen to stand so."""

    located: Located
    statement: Statement
    kind: SourceKind
    seen: dt.date

    @property
    def label(self) -> str:
        """How a table calls it, else its path."""
        row = self.located.row
        return row.label if row is not None else self.located.path


def stale(knowledge: Knowledge, day: dt.date) -> list[Stale]:
    """What is in force on `day` and due for a look, the longest unseen first."""
    return sorted(_stale(knowledge, day), key=lambda one: (one.seen, one.located.path))


def seen(statement: Statement, source: Source) -> dt.date:
    """The last day on which a source was seen to say so: its page's date or year, or when it began."""
    if source.date is not None:
        return max(source.date, statement.from_)
    if source.about is not None:
        return max(dt.date(source.about, 12, 31), statement.from_)
    return statement.from_


def _stale(knowledge: Knowledge, day: dt.date) -> Iterator[Stale]:
    spans = knowledge.practice.review_days
    for located in knowledge.cells():
        holding = located.cell.on(day, knowledge.sources)
        if holding.statement is None or holding.value is None:
            continue
        saying = [one for one in holding.statements if one.value == holding.value]
        last = max(seen(one, knowledge.sources[name]) for one in saying for name in one.names)
        kind = knowledge.sources[holding.statement.source].kind
        if last + dt.timedelta(days=spans[kind]) < day:
            yield Stale(located, holding.statement, kind, last)
