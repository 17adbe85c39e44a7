"""A cell of a table as a reader sees it: a short text, its state, and the statements behind it.

The words come from wording.yaml and from the `show` patterns beside the facts; this module only puts them
together. Texts are plain, without any markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from knowledge.model import Cell, InForce, Knowledge, Row, Source, Statement, Value, Wording

PLAIN = Row(label="")
ROLES = ("decides", "agrees", "disagrees", "outranked", "ended", "upcoming")
"""How a statement stands to what is shown."""


class State(StrEnum):
    """How a cell stands on a day. NONE: nothing is known for that day or any earlier or later one."""

    IN_FORCE = "in_force"
    UNKNOWN = "unknown"
    ENDED = "ended"
    UPCOMING = "upcoming"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source in words. `date` is empty where the page shows none."""

    id: str
    title: str
    kind: str
    date: str
    link: str | None
    address: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One statement behind a cell. `role`: decides, agrees, disagrees, outranked, ended or upcoming."""

    role: str
    role_text: str
    text: str
    since: str
    until: str
    hedge: str
    note: str | None
    sources: tuple[SourceView, ...]

    @property
    def source(self) -> SourceView:
        """The source that it rests on first."""
        return self.sources[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell on a day.

    `text` is what a table shows ("90% or more", "Yes", "Not known", "Ended 3 Sep 2024"). `value` is the
    value in force. `was` is the text of the last value of something that ended, `since` and `ended_on` are
    dates in words, `replaced_by` is what stands in its place. `hedge` is empty where we are sure.
    `last_known` is what was last stated of something that nobody knows today, `last_stated` the year of it;
    both are empty where nobody ever said. `disputed` says that a source as good as the deciding one says
    something else.
    """

    text: str
    state: State
    value: Value
    confidence: str
    hedge: str
    note: str | None
    was: str
    since: str
    ended_on: str
    replaced_by: str | None
    approximate: bool
    behind: tuple[Behind, ...]
    last_known: str = ""
    last_stated: str = ""

    @property
    def reading(self) -> str:
        """What a table shows: the text, or the last known value with its year in place of "Not known"."""
        if self.state is State.UNKNOWN and self.last_known:
            return f"{self.last_known[:1].upper()}{self.last_known[1:]} ({self.last_stated})"
        return self.text

    @property
    def disagreeing(self) -> tuple[Behind, ...]:
        """What equally good sources say instead."""
        return tuple(one for one in self.behind if one.role == "disagrees")

    @property
    def disputed(self) -> bool:
        """Whether equally good sources disagree."""
        return bool(self.disagreeing)

    @property
    def sources(self) -> tuple[SourceView, ...]:
        """The sources of the deciding statement (or of the one that ended or is to come)."""
        return self.behind[0].sources if self.behind else ()

    @property
    def holds(self) -> bool:
        """Whether something is in force and known, other than a plain no."""
        return self.state is State.IN_FORCE and self.value is not False


def show(knowledge: Knowledge, cell: Cell, day: dt.date, row: Row = PLAIN) -> Shown:
    """`cell` as it stands on `day`, shown as `row` asks."""
    found = knowledge.on(cell, day)
    words = knowledge.wording
    deciding = found.statement or found.ended or found.upcoming
    if deciding is None:
        return Shown(
            words.symbols["none"],
            State.NONE,
            None,
            "U",
            "",
            None,
            "",
            "",
            "",
            None,
            approximate=False,
            behind=(),
        )
    behind = tuple(_behind(knowledge, found, cell, row))
    since = date_text(words, deciding.from_, about=deciding.about_from)
    last = cell.last_day(deciding, knowledge.sources)
    ended_on = date_text(words, last, about=deciding.about_until) if last and last < day else ""
    text, state = _state(found, words, row, since, ended_on)
    last_known, last_stated = _last(knowledge, found, row) if found.value is None else ("", "")
    return Shown(
        text=text,
        state=state,
        value=found.value,
        confidence=deciding.confidence,
        hedge=words.hedges[deciding.confidence],
        note=deciding.note,
        was=value_text(words, found.ended, row) if found.ended else "",
        since=since,
        ended_on=ended_on,
        replaced_by=deciding.replaced_by if found.ended else None,
        approximate=bool(deciding.approximate),
        behind=behind,
        last_known=last_known,
        last_stated=last_stated,
    )


def _last(knowledge: Knowledge, found: InForce, row: Row) -> tuple[str, str]:
    """What the best source that was ever known says, and the year in which it did."""
    if found.statement is None:
        return "", ""
    for statement in found.former:
        if statement.value is not None:
            source = knowledge.sources[statement.source]
            year = source.date.year if source.date else source.about or statement.from_.year
            return value_text(knowledge.wording, statement, row), str(year)
    return "", ""


def value_text(words: Wording, statement: Statement, row: Row = PLAIN) -> str:
    """A statement's value as a short text. Raises KeyError or IndexError where `show` does not fit it."""
    value = statement.value
    if value is None:
        return words.symbols["unknown"]
    if isinstance(value, bool):
        if statement.show:
            return statement.show
        if value and row.show and "{" not in row.show:
            return row.show
        return words.symbols["yes" if value else "no"]
    if isinstance(value, list):
        items = [words.categories.get(item, item) for item in value]
        separator = "; " if any("," in item for item in items) else ", "
        return statement.show or separator.join(items)
    if isinstance(value, dict):
        pattern = statement.show or row.show
        if pattern is None:
            return ", ".join(
                f"{words.categories.get(key, key)} {number(part)}" for key, part in value.items()
            )
        return pattern.format(**{key: number(part) for key, part in value.items()})
    if isinstance(value, str):
        return (statement.show or "{value}").format(value=value)
    return (statement.show or row.show or words.units[row.unit]).format(value=number(value))


def number(value: Decimal | int | None) -> str:
    """A number as people write it: 1,000 or 0.15; an unknown one is a question mark."""
    return "?" if value is None else f"{value:,}"


def date_text(words: Wording, day: dt.date, *, about: bool = False) -> str:
    """A date in words; only month and year where the day is inferred."""
    month = words.symbols["months"].split()[day.month - 1]
    pattern = words.symbols["date_about" if about else "date"]
    return pattern.format(day=day.day, month=month, year=day.year)


def source_view(words: Wording, source: Source) -> SourceView:
    """A source in words."""
    return SourceView(
        id=source.id,
        title=source.title,
        kind=words.kinds[source.kind],
        date=date_text(words, source.date) if source.date else "",
        link=source.link,
        address=source.address,
        note=source.note,
    )


def _state(found: InForce, words: Wording, row: Row, since: str, ended_on: str) -> tuple[str, State]:
    symbols = words.symbols
    if found.statement is not None:
        if found.statement.confidence == "U" and found.disagreeing:
            return symbols["disputed"], State.UNKNOWN
        state = State.UNKNOWN if found.statement.value is None else State.IN_FORCE
        return value_text(words, found.statement, row), state
    if found.ended is not None:
        if found.ended.value is False:
            return symbols["no"], State.ENDED
        key = "ended_about" if found.ended.about_until else "ended"
        return symbols[key].format(date=ended_on), State.ENDED
    key = "upcoming_about" if found.upcoming and found.upcoming.about_from else "upcoming"
    return symbols[key].format(date=since), State.UPCOMING


def _behind(knowledge: Knowledge, found: InForce, cell: Cell, row: Row) -> Iterator[Behind]:
    words = knowledge.wording
    groups = (
        (found.statement,),
        found.agreeing,
        found.disagreeing,
        found.outranked,
        (found.ended or found.previous,),
        (found.upcoming,),
    )
    for role, statements in zip(ROLES, groups, strict=True):
        for statement in statements:
            if statement is None:
                continue
            last = cell.last_day(statement, knowledge.sources)
            yield Behind(
                role=role,
                role_text=words.roles[role],
                text=value_text(words, statement, row),
                since=date_text(words, statement.from_, about=statement.about_from),
                until=date_text(words, last, about=statement.about_until) if last else "",
                hedge=words.hedges[statement.confidence],
                note=statement.note,
                sources=tuple(source_view(words, knowledge.sources[name]) for name in statement.names),
            )
