"""What a person told of themselves, as templates show it: to them, and to agents whom they let see it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.rooms.people.own.facts import NONE, Fact, Source, Told
from bot.rooms.people.statements.reading import Statement
from knowledge.model import Knowledge

_PERCENT = frozenset({"jss", "profile", "member_profiles", "owner_profile"})
_MONEY = frozenset({"earned", "contract"})


class Kind(StrEnum):
    """How a value is said: as no score, a share, a sum, a known name, or one of the form's choices."""

    NONE = "none"
    PERCENT = "percent"
    MONEY = "money"
    NAME = "name"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: its name, its value, and how many days ago it was told.

    `aged`: so long ago that it may be true no longer. `said`: in a conversation, and not in the form.
    """

    name: str
    kind: Kind
    value: str
    days: int
    aged: bool
    said: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """All of it. `ledger` is what downloads come to, read `read_days` ago (both None: no download)."""

    rows: tuple[Row, ...]
    ledger: Statement | None
    read_days: int | None

    @property
    def empty(self) -> bool:
        """Whether there is nothing."""
        return not self.rows and self.ledger is None

    @property
    def aged(self) -> bool:
        """Whether any fact may be true no longer."""
        return any(row.aged for row in self.rows)


def shown(told: Told, knowledge: Knowledge, day: dt.date) -> Shown:
    """What was told, as it reads on `day`."""
    fresh = knowledge.practice.told_days
    ledger = told.ledger
    return Shown(
        rows=tuple(_row(fact, knowledge, day) for fact in told.facts.values()),
        ledger=None if ledger is None else ledger.statement(day, fresh),
        read_days=None if ledger is None else (day - ledger.read_on).days,
    )


def _row(fact: Fact, knowledge: Knowledge, day: dt.date) -> Row:
    kind, value = _value(fact, knowledge)
    aged = fact.aged(day, knowledge.practice.told_days)
    return Row(fact.name, kind, value, (day - fact.on).days, aged, fact.source is Source.SAID)


def _value(fact: Fact, knowledge: Knowledge) -> tuple[Kind, str]:
    if fact.name in _PERCENT:
        return Kind.NONE if fact.value == NONE else Kind.PERCENT, fact.value
    if fact.name in _MONEY:
        return Kind.MONEY, fact.value
    names = _names(fact.name, knowledge)
    return Kind.CHOICE if names is None else Kind.NAME, (names or {}).get(fact.value, fact.value)


def _names(name: str, knowledge: Knowledge) -> Mapping[str, str] | None:
    """The names of a fact's values, where the knowledge has them."""
    if name == "category":
        return knowledge.wording.categories
    if name == "held":
        return {key: program.name for key, program in knowledge.programs.items()}
    return None
