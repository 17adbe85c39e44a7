"""Business hours: is somebody there, when next, and what a span is in business time.

A calendar is wall-clock shifts in one time zone, less holidays. All arithmetic is done on real (UTC) seconds,
so a day on which the clocks change is an hour shorter or longer only if the change falls into a shift.
A shift that begins in the hour that the clocks skip begins when they have skipped it; one that begins or
ends in the hour that comes twice takes in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import holidays
from pydantic import BeforeValidator, Field, field_validator, model_validator

from knowledge.load import DIRECTORY, read_file
from knowledge.statement import Model
from knowledge.zones import zone_named

_SHIFT = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_HORIZON = timedelta(days=400)  # nobody closes for longer; beyond it a search would never end


class NeverOpenError(Exception):
    """The calendar has no open moment within the next 400 days."""


class Weekday(StrEnum):
    """The days in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Shift(Model):
    """From `start` to `end`, in minutes since midnight on the wall clock; the end itself is outside."""

    start: int = Field(ge=0, lt=24 * 60)
    end: int = Field(gt=0, le=24 * 60)

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a shift ends after it begins; one across midnight is two shifts")
        return self


def _shift(value: object) -> object:
    """`"06:00-17:00"` as a shift. Raises ValueError."""
    if not isinstance(value, str):
        return value
    found = _SHIFT.fullmatch(value.strip())
    if found is None or int(found[2]) > 59 or int(found[4]) > 59:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"{value!r} is no shift: write it like 06:00-17:00")
    return {"start": int(found[1]) * 60 + int(found[2]), "end": int(found[3]) * 60 + int(found[4])}


class HolidayRule(Model):
    """Which public holidays count: those of a country (ISO 3166-1) or of a part of it (ISO 3166-2)."""

    country: str
    part: str | None = None
    works_on: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        try:
            names = set(holidays.country_holidays(self.country, subdiv=self.part, years=2025).values())
        except NotImplementedError as error:
            raise ValueError(f"the holidays of {self.country} {self.part or ''} are not known") from error
        unknown = [name for name in self.works_on if name not in names]
        if unknown:
            raise ValueError(f"no such holiday: {', '.join(unknown)} (known: {', '.join(sorted(names))})")
        return self


@dataclass(frozen=True, slots=True)
class Span:
    """An open stretch of real time, both ends aware and in UTC; the end itself is closed."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """Consecutive weekdays with the same shifts, for telling the hours: Monday to Friday, 6:00 to 17:00."""

    first: Weekday
    last: Weekday
    shifts: tuple[tuple[time, time], ...]


class Calendar(Model):
    """One named calendar of calendar.yaml."""

    title: str
    zone: str
    zone_title: str
    week: dict[Weekday, tuple[Annotated[Shift, BeforeValidator(_shift)], ...]]
    holidays: HolidayRule | None = None
    closed: tuple[date, ...] = ()
    open: dict[date, tuple[Annotated[Shift, BeforeValidator(_shift)], ...]] = Field(default={})
    note: str | None = None

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        zone_named(value)
        return value

    @field_validator("week", "open")
    @classmethod
    def _apart(cls, value: dict[object, tuple[Shift, ...]]) -> dict[object, tuple[Shift, ...]]:
        for day, shifts in value.items():
            for earlier, later in pairwise(shifts):
                if later.start < earlier.end:
                    raise ValueError(f"the shifts of {day} overlap or are out of order")
        return value

    @cached_property
    def tz(self) -> ZoneInfo:
        """The calendar's time zone."""
        return ZoneInfo(self.zone)

    def local(self, at: datetime) -> datetime:
        """The same moment on the calendar's wall clock."""
        return at.astimezone(self.tz)

    def holiday(self, day: date) -> str | None:
        """The name of the holiday on which the calendar is closed that day, if it is one."""
        if self.holidays is None:
            return None
        rule = self.holidays
        name = _holidays(rule.country, rule.part, day.year).get(day)
        if name is None or name.removesuffix(" (observed)") in rule.works_on:
            return None
        return name

    def shifts(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a day: single days first, then holidays, then the week's."""
        if day in self.open:
            return self.open[day]
        if day in self.closed or self.holiday(day) is not None:
            return ()
        return self.week.get(list(Weekday)[day.weekday()], ())

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at `at` (aware)."""
        span = next(self._spans(at), None)
        return span is not None and span.start <= at

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening, in UTC. Raises NeverOpenError."""
        return max(self._next(at).start, at.astimezone(UTC))

    def next_close(self, at: datetime) -> datetime:
        """The end of the shift that is running at `at`, or of the next one, in UTC. Raises NeverOpenError."""
        return self._next(at).end

    def add_business_time(self, start: datetime, amount: timedelta) -> datetime:
        """The first moment at which `amount` of business time has passed since `start`, in UTC.

        Nothing to wait for is `start` itself. An amount that ends with a shift is due at its end, not at the
        next opening. Raises ValueError for a negative amount, NeverOpenError.
        """
        if amount < timedelta(0):
            raise ValueError("business time runs forwards")
        at = start.astimezone(UTC)
        while amount:
            span = self._next(at)
            begin = max(span.start, at)
            if amount <= span.end - begin:
                return begin + amount
            amount -= span.end - begin
            at = span.end
        return at

    def business_time(self, start: datetime, end: datetime) -> timedelta:
        """How much business time lies between two moments; zero when `end` is not after `start`."""
        total = timedelta(0)
        for span in self._spans(start, until=end):
            if span.start >= end:
                break
            total += min(span.end, end) - max(span.start, start)
        return total

    def hours(self) -> tuple[Hours, ...]:
        """The weekly hours, alike neighbours joined."""
        joined: list[Hours] = []
        previous: Weekday | None = None
        for day in Weekday:
            shifts = tuple((_clock(s.start), _clock(s.end)) for s in self.week.get(day, ()))
            if not shifts:
                continue
            order = list(Weekday)
            follows = previous is not None and order.index(day) == order.index(previous) + 1
            if joined and follows and joined[-1].shifts == shifts:
                joined[-1] = Hours(joined[-1].first, day, shifts)
            else:
                joined.append(Hours(day, day, shifts))
            previous = day
        return tuple(joined)

    def _next(self, at: datetime) -> Span:
        span = next(self._spans(at), None)
        if span is None:
            raise NeverOpenError(f"{self.title} does not open within {_HORIZON.days} days of {at:%Y-%m-%d}")
        return span

    def _spans(self, start: datetime, *, until: datetime | None = None) -> Iterator[Span]:
        """The open stretches that end after `start`, in order, each merged with one that follows at once."""
        last = until if until is not None else start + _HORIZON
        day = self.local(start).date() - timedelta(days=1)
        final = self.local(last).date() + timedelta(days=1)
        held: Span | None = None
        while day <= final:
            for span in self._day(day):
                if span.end <= start:
                    continue
                if held is not None and span.start <= held.end:
                    held = Span(held.start, max(held.end, span.end))
                    continue
                if held is not None:
                    yield held
                held = span
            day += timedelta(days=1)
        if held is not None:
            yield held

    def _day(self, day: date) -> Iterator[Span]:
        for shift in self.shifts(day):
            span = Span(_moment(day, shift.start, self.tz, fold=0), _moment(day, shift.end, self.tz, fold=1))
            if span.start < span.end:
                yield span


def _moment(day: date, minutes: int, tz: ZoneInfo, *, fold: int) -> datetime:
    """The real moment of a wall-clock time; of one that the clocks skip, the moment of the change."""
    wall = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    at = wall.replace(tzinfo=tz, fold=fold).astimezone(UTC)
    if at.astimezone(tz).replace(tzinfo=None) == wall:
        return at
    # In the gap the two folds give the offsets after and before the change; the change lies between.
    low = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    high = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    before = low.astimezone(tz).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _clock(minutes: int) -> time:
    """A time of day; 24:00 is midnight."""
    return time(minutes // 60 % 24, minutes % 60)


@lru_cache(maxsize=256)
def _holidays(country: str, part: str | None, year: int) -> Mapping[date, str]:
    return dict(holidays.country_holidays(country, subdiv=part, years=year).items())


def load_calendars(directory: Path = DIRECTORY) -> Mapping[str, Calendar]:
    """The calendars of calendar.yaml by name. Raises ContentError with file, line and cure."""
    return read_file(directory / "calendar.yaml", dict[str, Calendar])
