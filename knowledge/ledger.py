"""Movements of money by date, summed over any window, with bounds where the record leaves something open."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """An amount in USD of which only the bounds may be known; None is no bound."""

    low: Decimal | None
    high: Decimal | None

    @property
    def exact(self) -> Decimal | None:
        """The amount, if the record settles it."""
        return self.low if self.low == self.high else None

    def reaches(self, required: Decimal) -> bool | None:
        """Whether the amount is at least `required`; None if the record does not settle it."""
        if self.low is not None and self.low >= required:
            return True
        return False if self.high is not None and self.high < required else None

    def perhaps(self, other: Span) -> Span:
        """The bounds if `other` may be added or not."""
        return Span(
            None if self.low is None or other.low is None else self.low + min(other.low, NOTHING),
            None if self.high is None or other.high is None else self.high + max(other.high, NOTHING),
        )


UNBOUNDED = Span(None, None)


@dataclass(frozen=True, slots=True)
class GoesOn:
    """How things are taken to go on after the day `since`: the score stays and so does each coming week.

    `pace_days`: earnings go on at the pace of that many days before; None: nothing more is earned.
    `kept_up`: activity and availability stay as recent as they are; else nothing more happens.
    """

    since: dt.date
    pace_days: int | None
    kept_up: bool


Move = tuple[dt.date, Decimal]
"""A day and what it brought (or, after a refund, took), in USD."""


class Ledger:
    """Movements of money by date: sums over any window in logarithmic time.

    `certain` moves count, `doubtful` ones may; without `complete` any number of others may be missing.
    """

    __slots__ = ("certain", "complete", "dates", "doubtful", "paces", "sums")

    def __init__(
        self, certain: Iterable[Move], doubtful: Iterable[Move] = (), *, complete: bool = True
    ) -> None:
        self.certain = sorted(certain)
        self.doubtful = sorted(doubtful)
        self.complete = complete
        self.dates = [on for on, _ in self.certain]
        self.sums = list(accumulate((net for _, net in self.certain), initial=NOTHING))
        self.paces: dict[GoesOn, Decimal] = {}

    def total(self, after: dt.date, until: dt.date) -> Decimal:
        """What certainly counts, from the day after `after` to `until`."""
        return self.sums[bisect_right(self.dates, until)] - self.sums[bisect_right(self.dates, after)]

    def span(self, after: dt.date, until: dt.date) -> Span:
        """The bounds of what counts, from the day after `after` to `until`."""
        if not self.complete:
            return UNBOUNDED
        low = high = self.total(after, until)
        for on, net in self.doubtful:
            if after < on <= until:
                low += min(net, NOTHING)
                high += max(net, NOTHING)
        return Span(low, high)

    def pace(self, goes_on: GoesOn) -> Decimal:
        """What is earned a day if things go on as in the `pace_days` before, in USD; never below zero."""
        if goes_on.pace_days is None:
            return NOTHING
        if goes_on not in self.paces:
            # The days before: what is imagined to happen on the day itself is no habit.
            yesterday = goes_on.since - dt.timedelta(days=1)
            start = yesterday - dt.timedelta(days=goes_on.pace_days)
            self.paces[goes_on] = max(self.total(start, yesterday), NOTHING) / goes_on.pace_days
        return self.paces[goes_on]
