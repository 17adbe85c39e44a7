"""How the desk does: volume, times, breaches, CSAT and deflection, by category and by week. Reads only.

Times are business time by the desk's calendar. A resolution's time is what its clock ran: waiting for the
person is not counted. Deflection is the share of answered questions whose asker opened no ticket within a
day; an answer whose day is not over yet is not judged.
"""

import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking.tables import AnswerGiven
from bot.rooms.desk.tables import Ticket, TicketRating
from knowledge.calendar import Calendar

DEFLECTED_AFTER = timedelta(hours=24)
ANSWERED = "answer"  # the tier at which something was said
ALL = "all"
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
SECONDS = 3600  # in an hour
MEDIAN, P90 = 0.5, 0.9

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Figures:
    """One group's figures. Hours are business hours; None where there is nothing to count."""

    opened: int
    resolved: int
    first_reply_median: float | None
    first_reply_p90: float | None
    resolution_median: float | None
    resolution_p90: float | None
    breach_rate: float | None
    csat: float | None
    ratings: int
    answered: int
    deflection: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of the tickets opened, and the questions answered, in [since, until)."""

    since: datetime
    until: datetime
    total: Figures
    by_category: Mapping[str, Figures]
    by_week: Mapping[date, Figures]

    def rows(self) -> list[dict[str, Any]]:
        """One flat row per group, for CSV: `group` is all, a category, or the Monday of a week."""
        groups: list[tuple[str, str, Figures]] = [(ALL, "", self.total)]
        groups += [("category", name, figures) for name, figures in self.by_category.items()]
        groups += [("week", monday.isoformat(), figures) for monday, figures in self.by_week.items()]
        return [{"by": by, "group": group, **asdict(figures)} for by, group, figures in groups]

    def as_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "total": asdict(self.total),
            "by_category": {name: asdict(figures) for name, figures in self.by_category.items()},
            "by_week": {monday.isoformat(): asdict(figures) for monday, figures in self.by_week.items()},
        }


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What of a ticket is counted."""

    category: str
    opened_at: datetime
    first_reply: float | None
    resolution: float | None
    breached: bool
    score: int | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What of an answer is counted."""

    category: str
    at: datetime
    deflected: bool | None


async def report(
    session: AsyncSession, calendar: Calendar, since: datetime, until: datetime, *, now: datetime
) -> Report:
    """The figures of [since, until) as known at `now`, with each week in between (Monday to Sunday).

    Raises ValueError.
    """
    if until <= since:
        raise ValueError("the period ends before it begins")
    tickets = await _tickets(session, calendar, since, until)
    answers = await _answers(session, since, until, now)

    def week(at: datetime) -> date:
        day = calendar.local(at).date()
        return day - timedelta(days=day.weekday())

    names = sorted({t.category for t in tickets} | {a.category for a in answers})
    tickets_by, answers_by = _grouped(tickets, lambda t: t.category), _grouped(answers, lambda a: a.category)
    tickets_in = _grouped(tickets, lambda t: week(t.opened_at))
    answers_in = _grouped(answers, lambda a: week(a.at))
    return Report(
        since=since,
        until=until,
        total=_figures(tickets, answers),
        by_category={name: _figures(tickets_by[name], answers_by[name]) for name in names},
        by_week={
            monday: _figures(tickets_in[monday], answers_in[monday])
            for monday in _weeks(set(tickets_in) | set(answers_in))
        },
    )


def _weeks(seen: set[date]) -> Iterator[date]:
    """The Mondays from the first to the last one: a week in which nothing happened is one, too."""
    monday = min(seen, default=None)
    while monday is not None and monday <= max(seen):
        yield monday
        monday += WEEK


async def _tickets(
    session: AsyncSession, calendar: Calendar, since: datetime, until: datetime
) -> list[_Ticket]:
    found = await session.execute(
        select(
            col(Ticket.category),
            col(Ticket.opened_at),
            col(Ticket.first_reply_at),
            col(Ticket.resolved_at),
            col(Ticket.used_seconds),
            col(Ticket.first_reply_breached_at),
            col(Ticket.resolution_breached_at),
            col(TicketRating.score),
        )
        .join(TicketRating, col(TicketRating.ticket_id) == col(Ticket.id), isouter=True)
        .where(col(Ticket.opened_at) >= since, col(Ticket.opened_at) < until)
        .order_by(col(Ticket.id))
    )
    return [
        _Ticket(
            category=category,
            opened_at=opened,
            first_reply=None if replied is None else calendar.business_time(opened, replied) / HOUR,
            resolution=None if resolved is None else used / SECONDS,
            breached=late_reply is not None or late_resolution is not None,
            score=score,
        )
        for category, opened, replied, resolved, used, late_reply, late_resolution, score in found
    ]


async def _answers(session: AsyncSession, since: datetime, until: datetime, now: datetime) -> list[_Answer]:
    """Answers at tier answer. One whose asker opened a ticket within a day was not deflected."""
    answers = await session.execute(
        select(
            col(AnswerGiven.team), col(AnswerGiven.person), col(AnswerGiven.category), col(AnswerGiven.at)
        ).where(
            col(AnswerGiven.at) >= since,
            col(AnswerGiven.at) < until,
            col(AnswerGiven.tier) == ANSWERED,
        )
    )
    opened = await session.execute(
        select(col(Ticket.team), col(Ticket.person), col(Ticket.opened_at))
        .where(col(Ticket.opened_at) >= since, col(Ticket.opened_at) < until + DEFLECTED_AFTER)
        .order_by(col(Ticket.opened_at))
    )
    tickets: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for team, person, at in opened:
        tickets[team, person].append(at)

    def deflected(who: tuple[str, str], at: datetime) -> bool | None:
        later = tickets.get(who, [])
        first = bisect_left(later, at)
        if first < len(later) and later[first] <= at + DEFLECTED_AFTER:
            return False
        return True if at + DEFLECTED_AFTER <= now else None

    return [
        _Answer(category=category, at=at, deflected=deflected((team, person), at))
        for team, person, category, at in answers
        if category is not None
    ]


def _grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> defaultdict[Key, list[Item]]:
    groups: defaultdict[Key, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _figures(tickets: Sequence[_Ticket], answers: Sequence[_Answer]) -> Figures:
    replies = [t.first_reply for t in tickets if t.first_reply is not None]
    resolutions = [t.resolution for t in tickets if t.resolution is not None]
    scores = [t.score for t in tickets if t.score is not None]
    return Figures(
        opened=len(tickets),
        resolved=len(resolutions),
        first_reply_median=_quantile(replies, MEDIAN),
        first_reply_p90=_quantile(replies, P90),
        resolution_median=_quantile(resolutions, MEDIAN),
        resolution_p90=_quantile(resolutions, P90),
        breach_rate=_share(t.breached for t in tickets),
        csat=round(statistics.fmean(scores), 2) if scores else None,
        ratings=len(scores),
        answered=len(answers),
        deflection=_share(a.deflected for a in answers if a.deflected is not None),
    )


def _quantile(values: Sequence[float], share: float) -> float | None:
    """The value that `share` of the values do not exceed, between neighbours where need be."""
    if not values:
        return None
    return round(float(np.quantile(values, share)), 2)


def _share(marks: Iterable[bool]) -> float | None:
    found = list(marks)
    return round(sum(found) / len(found), 3) if found else None
