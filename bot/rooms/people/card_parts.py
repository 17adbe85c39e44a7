"""The parts of a verdict as a reader gets it: criteria, weeks, earnings, what may fall and what was lost."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from knowledge.status import Status


class Sign(StrEnum):
    """What stands before a criterion. What is not in one's hands gets no red cross."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    NOT_IN_HAND = "not_in_hand"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from (record, download or told) and how many days ago that was (None: not known).

    `aged`: it was told so long ago that it may be true no longer. `others` say another value: what, and it.
    """

    origin: str
    days: int | None
    aged: bool = False
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion. `status`: met, unmet or unknown; `value` and `required` may be empty.

    `provenance` is set where there may be several sources, `tells` where the person can tell what is lacking.
    """

    id: str
    label: str
    status: str
    value: str
    required: str
    advice: str | None
    source: str
    provenance: Provenance | None = None
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion as it is drawn. `needed`: what is required is said to be needed.

    `advice` is None where there is none to give; `unknown` where it would speak of a record that is not
    there. `unrecorded`: its value is none of the record's.
    """

    id: str
    label: str
    sign: Sign
    value: str
    required: str
    needed: bool
    advice: str | None
    unknown: bool
    provenance: Provenance | None
    unrecorded: bool
    tells: bool


@dataclass(frozen=True, slots=True)
class Earnings:
    """The bar: how many of ten parts are full, and the figures beside it."""

    tenths: int
    earned: str
    required: str

    @property
    def lacking(self) -> int:
        """How many of the ten parts are empty."""
        return 10 - self.tenths


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks, oldest first (good, bad or unknown), and how many of them count."""

    squares: tuple[str, ...]

    @property
    def good(self) -> int:
        """How many count."""
        return self.squares.count("good")

    @property
    def total(self) -> int:
        """How many were looked at."""
        return len(self.squares)

    @property
    def gaps(self) -> bool:
        """Whether the record does not have all of them."""
        return "unknown" in self.squares


@dataclass(frozen=True, slots=True)
class Fall:
    """A held badge would fall on `on`: for which criteria, and what that takes for granted."""

    on: dt.date
    labels: tuple[str, ...]
    assumption: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A criterion that turned, and on which day (None: as far back as was looked).

    `before` and `after` are its values, empty where they tell nothing.
    """

    label: str
    on: dt.date | None
    until: dt.date | None
    before: str
    after: str
    advice: str | None


@dataclass(frozen=True, slots=True)
class Loss:
    """A badge that was held and is not any more."""

    held_from: dt.date
    held_until: dt.date
    turns: tuple[Turn, ...]


def row(line: Line, *, recorded: bool, by_invitation: bool, stale: bool) -> Row:
    """How a criterion is drawn. A record that is too old gives no advice."""
    unmet = line.status == Status.UNMET
    known = recorded or line.status != Status.UNKNOWN or bool(line.value)
    advice = None if stale else line.advice
    return Row(
        id=line.id,
        label=line.label,
        sign=Sign.NOT_IN_HAND if by_invitation and unmet else Sign(line.status),
        value=line.value,
        required=line.required,
        needed=bool(line.value) or line.status != Status.MET,
        advice=advice if known else None,
        unknown=bool(advice) and not known,
        provenance=line.provenance,
        unrecorded=line.provenance is not None and line.provenance.origin != "record",
        tells=line.tells,
    )
