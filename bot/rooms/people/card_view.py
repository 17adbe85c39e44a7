"""What is said of a verdict: the headline, the rows in their order, the pictures, what lies ahead.

It is decided here, of what card.py draws of a case; templates/people/verdict.j2 words it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.rooms.people.card_parts import Earnings, Fall, Line, Loss, Row, Turn, Weeks, row
from knowledge.status import ProgramStatus, Status

TURNS = 6
"""Criteria that a loss names at most."""


class Headline(StrEnum):
    """Which sentence heads a verdict."""

    ELIGIBLE = "eligible"
    AT_DISCRETION = "at_discretion"
    BY_INVITATION = "by_invitation"
    NOT_INVITED = "not_invited"
    """Nothing but the invitation is lacking."""
    NOT_BEGUN = "not_begun"
    NEEDS_INVITATION = "needs_invitation"
    """The invitation is lacking, and more."""
    HAS_SCORE = "has_score"
    NOT_MET = "not_met"
    ENDED = "ended"
    STALE = "stale"
    UNCERTAIN = "uncertain"


class Prospect(StrEnum):
    """What lies ahead: a badge falls, a program can be met, or not within the coming year."""

    RISK = "risk"
    EARLIEST = "earliest"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead: the day (None: not within the year), what it takes for granted, what is unmet."""

    program: str
    prospect: Prospect
    on: dt.date | None
    assumption: str | None
    labels: tuple[str, ...] = ()

    @property
    def reminder(self) -> str | None:
        """What the button carries that has it looked at again on that day."""
        return None if self.on is None else f"{self.program}|{self.on}|{self.prospect}"


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that is drawn of a verdict. `status` is that of issue and JSON (`eligible`, …).

    `squares` are the weeks, oldest first: good, bad or unknown. `fall` and `loss` are set where they apply.
    `recorded`: a record is behind it; `told`: so is what the person told or downloaded.
    """

    program: str
    name: str
    audience: str
    on: dt.date
    status: str
    holds: bool | None
    lines: tuple[Line, ...]
    squares: tuple[str, ...]
    earnings: Earnings | None
    earliest_on: dt.date | None
    assumption: str | None
    fall: Fall | None
    loss: Loss | None
    notes: tuple[str, ...]
    begins: dt.date | None
    ended_on: dt.date | None
    stale_days: int | None
    as_of: dt.date | None
    recorded: bool = True
    told: bool = False

    @property
    def headline(self) -> Headline:
        """Which sentence heads it."""
        return _headline(self)

    @property
    def badge_lacking(self) -> bool:
        """Whether the record says that the badge is not there."""
        return self.recorded and self.holds is False

    @property
    def open(self) -> tuple[Row, ...]:
        """The criteria that are not met: unmet ones first."""
        lines = (line for line in self.lines if line.status != Status.MET)
        return self._rows(sorted(lines, key=lambda line: line.status != Status.UNMET))

    @property
    def untold(self) -> tuple[Row, ...]:
        """The open criteria of which the person can tell nothing."""
        return tuple(row for row in self.open if not row.tells)

    @property
    def telling(self) -> tuple[Row, ...]:
        """The open criteria of which the person can tell what is lacking."""
        return tuple(row for row in self.open if row.tells)

    @property
    def met(self) -> tuple[Row, ...]:
        """The criteria that are met."""
        return self._rows(line for line in self.lines if line.status == Status.MET)

    @property
    def unmet_count(self) -> int:
        """How many criteria are not met."""
        return sum(line.status == Status.UNMET for line in self.lines)

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return len(self.lines)

    @property
    def weeks(self) -> Weeks:
        """All weeks that were looked at."""
        return Weeks(self.squares)

    @property
    def strip(self) -> Weeks | None:
        """The weeks, where any of them counts."""
        return self.weeks if self.weeks.good and not self.stale_days else None

    @property
    def bar(self) -> Earnings | None:
        """How far the earnings reach, where they fill a part of the bar."""
        drawn = self.earnings is not None and self.earnings.tenths and not self.stale_days
        return self.earnings if drawn else None

    @property
    def ahead(self) -> Ahead | None:
        """What lies ahead, a fall first; None where time alone changes nothing."""
        if self.fall is None:
            return self.outlook
        return Ahead(self.program, Prospect.RISK, self.fall.on, self.fall.assumption, self.fall.labels)

    @property
    def outlook(self) -> Ahead | None:
        """When the program can be met; None where it is, or where time alone changes nothing."""
        if self.status != ProgramStatus.NOT_ELIGIBLE:
            return None
        if self.earliest_on is not None:
            return Ahead(self.program, Prospect.EARLIEST, self.earliest_on, self.assumption)
        if not self.assumption or self.lacks("invitation") or self.lacks("no_jss"):
            return None
        return Ahead(self.program, Prospect.BEYOND, None, self.assumption)

    @property
    def reminder(self) -> str | None:
        """What a button carries that has it looked at again; None where no day lies ahead."""
        return None if self.ahead is None else self.ahead.reminder

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What a loss names; advice that stands beside the open row of today is not said twice."""
        if self.loss is None:
            return ()
        open_now = {row.label for row in self.open}
        turns = self.loss.turns[:TURNS]
        return tuple(replace(turn, advice=None) if turn.label in open_now else turn for turn in turns)

    @property
    def detailed(self) -> bool:
        """Whether there is something to say below the headlines of several."""
        says_all = self.stale_days or any(row.id in ("invitation", "no_jss") for row in self.open)
        return self.fall is not None or bool(self.open and not says_all)

    def lacks(self, criterion: str) -> bool:
        """Whether a criterion is not met."""
        return any(line.id == criterion and line.status == Status.UNMET for line in self.lines)

    def _rows(self, lines: Iterable[Line]) -> tuple[Row, ...]:
        invited = self.status == ProgramStatus.BY_INVITATION
        stale = bool(self.stale_days)
        return tuple(row(line, recorded=self.recorded, by_invitation=invited, stale=stale) for line in lines)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What several verdicts rest on: the record and its day, or what was told (`downloaded`: and downloads).

    `assumption` is what the look ahead takes for granted, where it is not said with each. `notes` are
    criteria that were left out, `sources` where the rules come from. `several`: there is more than one.
    """

    recorded: bool
    as_of: dt.date | None
    downloaded: bool
    several: bool
    assumption: str | None
    notes: tuple[str, ...]
    sources: tuple[str, ...]


def grounds(cards: Sequence[Card]) -> Grounds | None:
    """What `cards` rest on; None where there are none."""
    if not cards:
        return None
    lines = [line for card in cards for line in card.lines]
    ahead = (card.assumption for card in cards if card.status == ProgramStatus.NOT_ELIGIBLE)
    return Grounds(
        recorded=cards[0].recorded,
        as_of=cards[0].as_of,
        downloaded=any(line.provenance and line.provenance.origin == "download" for line in lines),
        several=len(cards) > 1,
        assumption=next(filter(None, ahead), None) if len(cards) > 1 else None,
        notes=tuple(dict.fromkeys(note for card in cards for note in card.notes)),
        sources=tuple(dict.fromkeys(line.source for line in lines)),
    )


def checked(cards: Sequence[Card]) -> dict[str, Any]:
    """What people/check.j2 shows."""
    return {"cards": cards, "grounds": grounds(cards)}


def _headline(card: Card) -> Headline:
    match card.status:
        case ProgramStatus.ELIGIBLE:
            return Headline.ELIGIBLE
        case ProgramStatus.AT_DISCRETION:
            return Headline.AT_DISCRETION
        case ProgramStatus.BY_INVITATION:
            return Headline.NOT_INVITED if card.lacks("invitation") else Headline.BY_INVITATION
        case ProgramStatus.NOT_ELIGIBLE:
            return _why_not(card)
        case ProgramStatus.DISCONTINUED:
            return Headline.ENDED
    return Headline.STALE if card.stale_days else Headline.UNCERTAIN


def _why_not(card: Card) -> Headline:
    if card.begins:
        return Headline.NOT_BEGUN
    if card.lacks("invitation"):
        return Headline.NEEDS_INVITATION
    return Headline.HAS_SCORE if card.lacks("no_jss") else Headline.NOT_MET
