"""What people would rather look at: the weeks as squares and the earnings as a bar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from knowledge.case import Case
from knowledge.criteria import TWELVE_MONTHS


@dataclass(frozen=True, slots=True)
class Square:
    """A week by its Monday: `good` and `bad` weeks, or None where it is not known."""

    week_of: dt.date
    counts: bool | None

    @property
    def state(self) -> str:
        """`good`, `bad` or `unknown`."""
        return "unknown" if self.counts is None else "good" if self.counts else "bad"


@dataclass(frozen=True, slots=True)
class Bar:
    """Earnings in USD towards a figure; `share` from 0 to 1. `earned` None: the record does not settle it."""

    earned: Decimal | None
    required: Decimal

    @property
    def share(self) -> float:
        """How full the bar is."""
        if self.earned is None or self.earned <= 0:
            return 0.0
        return min(float(self.earned / self.required), 1.0)


def weeks(case: Case, program: str) -> tuple[Square, ...]:
    """The weeks that `program` looks at, oldest first; empty where it looks at none."""
    for rule in case.era(program).rules:
        if rule.id == "jss_weeks":
            figures = rule.figure("window"), rule.figure("jss")
            found = case.behind(program, rule).measures.weeks(*figures, case.practice.record_days)
            return tuple(Square(monday, counts) for monday, counts in reversed(list(found)))
    return ()


def earnings(case: Case, program: str) -> Bar | None:
    """The earnings towards what `program` asks for; None where it asks for none."""
    for rule in case.era(program).rules:
        if rule.id == "earnings_12m":
            return Bar(case.behind(program, rule).measures.earned(TWELVE_MONTHS).exact, rule.number)
    return None
