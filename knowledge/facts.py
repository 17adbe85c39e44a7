"""What a record shows on a day: measures, counted the way the criteria ask for them.

`Timeline` arranges a record by date once; `Timeline.on(day)` gives the `Measures` of a day cheaply, so that
days can be stepped through. A measure that the record leaves open is unknown, never zero.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.ledger import GoesOn, Ledger, Move, Span
from knowledge.model import Audience
from knowledge.record import Contract, Record, Standing, Week
from knowledge.record_words import AccountStatus, ActivityKind, Outcome, PaymentStatus, StandingKind

ONE_WEEK = dt.timedelta(weeks=1)


@lru_cache(maxsize=4096)
def months_before(day: dt.date, months: int) -> dt.date:
    """The same date `months` earlier; the month's last day where that month is shorter (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_ended_week(day: dt.date) -> dt.date:
    """The Monday of the latest week (Monday to Sunday) that ended on or before `day`."""
    return day - dt.timedelta(days=6 + (day.weekday() + 1) % 7)


@dataclass(frozen=True, slots=True)
class Work:
    """A contract with its ledger. `doubtful`: it may be agency work, which does not count."""

    contract: Contract
    ledger: Ledger
    doubtful: bool

    def ended_badly(self, day: dt.date) -> bool:
        """Whether a negative outcome stood on `day`."""
        ended = self.contract.ended_on
        return self.contract.outcome is Outcome.NEGATIVE and (ended is None or ended <= day)


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a week in percent. `value` None with `known`: there was none."""

    known: bool
    value: float | None = None
    rising_talent: bool | None = None


UNKNOWN_SCORE = Score(known=False)


class Timeline:
    """A record arranged by date."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.weeks: dict[dt.date, Week] = {week.week_of: week for week in record.weeks or ()}
        self.mondays = sorted(self.weeks)

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """The contracts whose earnings count or may count, with their ledgers."""
        own = self.record.audience is Audience.AGENCY
        return tuple(
            Work(contract, _ledger(contract), doubtful=not own and contract.via_agency is None)
            for contract in self.record.contracts or ()
            if own or contract.via_agency is not True
        )

    @cached_property
    def earnings(self) -> Ledger:
        """All earnings, without those of contracts that may be agency work."""
        ledgers = [work.ledger for work in self.works if not work.doubtful]
        return Ledger(
            (move for ledger in ledgers for move in ledger.certain),
            (move for ledger in ledgers for move in ledger.doubtful),
            complete=self.record.contracts is not None and all(ledger.complete for ledger in ledgers),
        )

    @cached_property
    def doubtful(self) -> tuple[Work, ...]:
        """The contracts that may be agency work."""
        return tuple(work for work in self.works if work.doubtful)

    @cached_property
    def starts(self) -> tuple[list[dt.date], bool]:
        """The known beginnings of contracts in order, and whether all are known."""
        contracts = self.record.contracts or ()
        known = sorted(c.started_on for c in contracts if c.started_on is not None)
        return known, self.record.contracts is not None and len(known) == len(contracts)

    @cached_property
    def signs(self) -> list[dt.date]:
        """The days with a sign of activity, in order: recorded activity and settled income."""
        days = {activity.on for activity in self.record.activity or ()}
        days.update(on for on, net in self.earnings.certain if net > 0)
        return sorted(days)

    @cached_property
    def doubtful_signs(self) -> list[dt.date]:
        """The days with income that may count, in order."""
        moves = [*self.earnings.doubtful]
        for work in self.doubtful:
            moves += [*work.ledger.certain, *work.ledger.doubtful]
        return sorted(on for on, net in moves if net > 0)

    @cached_property
    def proposals(self) -> list[dt.date]:
        """The days of proposals, in order."""
        return sorted(a.on for a in self.record.activity or () if a.kind is ActivityKind.PROPOSAL)

    def on(self, day: dt.date, goes_on: GoesOn | None = None) -> Measures:
        """The measures of `day`; with `goes_on` the record ends there and is carried on."""
        return Measures(self, day, goes_on)


class Measures:
    """What a record shows on `day`. Money in USD, scores and completeness in percent, ages in days."""

    __slots__ = ("day", "goes_on", "known_until", "record", "timeline")

    def __init__(self, timeline: Timeline, day: dt.date, goes_on: GoesOn | None) -> None:
        self.timeline = timeline
        self.record = timeline.record
        self.day = day
        self.goes_on = goes_on
        self.known_until = day if goes_on is None else min(day, goes_on.since)

    def score(self, max_age_days: int) -> Score:
        """The current score: the latest snapshot of a week begun on or before the day.

        Unknown if that week ended more than `max_age_days` before.
        """
        if self.record.weeks == ():
            return Score(known=True)
        at = bisect_right(self.timeline.mondays, self.known_until) - 1
        if at < 0:
            return UNKNOWN_SCORE
        week = self.timeline.weeks[self.timeline.mondays[at]]
        if (self.known_until - week.week_of).days - 6 > max_age_days:
            return UNKNOWN_SCORE
        return _score(week)

    def weeks(self, window: int, jss: float, max_age_days: int) -> Iterator[tuple[dt.date, bool | None]]:
        """The `window` latest ended weeks, newest first: the Monday, and whether the week counts.

        A week counts with a score of at least `jss` or as Rising Talent; None: not known.
        """
        monday = last_ended_week(self.day)
        ended = last_ended_week(self.known_until)
        coming = _good(self.score(max_age_days), jss) if monday > ended else None
        for _ in range(window):
            week = self.timeline.weeks.get(monday) if monday <= self.known_until else None
            if week is not None:
                good = week.rising_talent is True or (week.jss is not None and week.jss >= jss)
                yield monday, True if good else _good(_score(week), jss)
            else:
                yield monday, coming if monday > ended else None
            monday -= ONE_WEEK

    def earned(self, months: int) -> Span:
        """Earnings before fees with bonuses, less refunds, settled, no agency work, in the last `months`."""
        start = months_before(self.day, months)
        span = self._carried_on(self.timeline.earnings, start)
        for work in self.timeline.doubtful:
            span = span.perhaps(self._carried_on(work.ledger, start))
        return span

    def contracts(self, months: int) -> Iterator[tuple[Work, Span, Span]]:
        """Each contract without a negative outcome: its earnings of the last `months` and of its life."""
        start = months_before(self.day, months)
        for work in self.timeline.works:
            if not work.ended_badly(self.known_until):
                recent = self._carried_on(work.ledger, start)
                yield work, recent, self._carried_on(work.ledger, dt.date.min)

    def first_contract(self) -> tuple[dt.date | None, bool]:
        """The earliest known beginning of a contract, and whether no earlier one can be missing."""
        known, complete = self.timeline.starts
        first = known[0] if known and known[0] <= self.known_until else None
        return first, complete

    def last_active(self) -> tuple[dt.date | None, dt.date | None]:
        """The latest sign of activity, and the latest that there may have been."""
        timeline = self.timeline
        listed = [timeline.earnings, *(work.ledger for work in timeline.doubtful)]
        if self.record.activity is None or not all(ledger.complete for ledger in listed):
            return self._latest(timeline.signs), self.day
        return self._latest(timeline.signs), self._latest(timeline.doubtful_signs)

    def last_proposal(self) -> tuple[dt.date | None, dt.date | None]:
        """The latest proposal, and the latest that there may have been."""
        return self._latest(self.timeline.proposals), self.day if self.record.activity is None else None

    def availability(self) -> dt.date | None:
        """When the availability was last set or confirmed."""
        updated = self.record.availability_updated_on
        return None if updated is None or updated > self.known_until else self._kept_up(updated)

    def against(self, kinds: Iterable[StandingKind], after: dt.date) -> Standing | None:
        """What stood against the account at any time after `after` and up to the day; the latest of it."""
        if not self.record.standing:
            return None
        wanted = frozenset(kinds)
        found = [
            entry
            for entry in self.record.standing
            if entry.kind in wanted and entry.on <= self.known_until and last_day(entry, self.day) > after
        ]
        return max(found, key=lambda entry: last_day(entry, self.day), default=None)

    def account_status(self) -> AccountStatus | None:
        """The account's state; unknown for days before the record was made."""
        written = self.record.as_of_day
        return None if written is not None and self.known_until < written else self.record.account_status

    def _carried_on(self, ledger: Ledger, after: dt.date) -> Span:
        span = ledger.span(after, self.known_until)
        going = self.goes_on
        if going is None or going.pace_days is None or self.day <= going.since:
            return span
        more = ledger.pace(going) * (self.day - max(after, going.since)).days
        return Span(
            None if span.low is None else span.low + more, None if span.high is None else span.high + more
        )

    def _latest(self, days: list[dt.date]) -> dt.date | None:
        at = bisect_right(days, self.known_until) - 1
        return self._kept_up(days[at]) if at >= 0 else None

    def _kept_up(self, day: dt.date) -> dt.date:
        if self.goes_on is not None and self.goes_on.kept_up:
            return day + (self.day - self.known_until)
        return day


def measures(record: Record, day: dt.date) -> Measures:
    """The measures of `record` on `day`. For many days of one record use one `Timeline`."""
    return Timeline(record).on(day)


def last_day(entry: Standing, day: dt.date) -> dt.date:
    """The last day, up to `day`, on which the entry weighed: a hold lasts, a violation happens once."""
    if entry.until is not None:
        return min(entry.until, day)
    lasting = entry.kind in {StandingKind.HOLD, StandingKind.SUSPENSION}
    return day if lasting else entry.on


def _score(week: Week) -> Score:
    return Score(week.jss is not None or week.without_score, week.jss, week.rising_talent)


def _good(score: Score, jss: float) -> bool | None:
    if score.rising_talent is True or (score.value is not None and score.value >= jss):
        return True
    # With a score there is no Rising Talent; without one it decides.
    return False if score.value is not None or (score.known and score.rising_talent is False) else None


def _ledger(contract: Contract) -> Ledger:
    certain: list[Move] = []
    perhaps: list[Move] = []
    for payment in contract.payments or ():
        if payment.status is PaymentStatus.SETTLED:
            certain.append((payment.on, payment.net))
        elif payment.status is None:
            perhaps.append((payment.on, payment.net))
    return Ledger(certain, perhaps, complete=contract.payments is not None)
