"""When people are there, on the day and in the time zone that a question names.

The hours are this deployment's own (knowledge/calendar.yaml), so they are said plainly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from rapidfuzz.distance import OSA

from intents.text import words
from knowledge.calendar import Calendar, Weekday
from knowledge.zones import Zone, load_zones

LEAST = 6
"""Names of so many letters are found with a slip in them."""
SHORT = 3
"""A weekday's name may be cut to so many letters."""


@dataclass(frozen=True, slots=True)
class There:
    """One stretch on the day asked about: in the calendar's zone, and in the one named (None: none was)."""

    start: datetime
    end: datetime
    start_there: datetime | None = None
    end_there: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What a question about hours names.

    Where it names no day (`day` None) the stretches are those of the next open one.
    """

    day: date | None
    weekday: str
    stretches: tuple[There, ...]
    holiday: str | None
    zone: Zone | None


def named(text: str, calendar: Calendar, now: datetime) -> Named:
    """The day and the zone in `text`, with the calendar's stretches on that day (or on the next open one)."""
    spelt = words(text)
    today = calendar.local(now).date()
    day = _day(spelt, today)
    zone = _zone(spelt)
    shown = day if day is not None else calendar.local(calendar.next_open(now)).date()
    return Named(
        day=day,
        weekday=list(Weekday)[shown.weekday()].value,
        stretches=tuple(_stretches(calendar, shown, zone)),
        holiday=calendar.holiday(shown),
        zone=None if zone is not None and zone.zone == calendar.zone else zone,
    )


def _stretches(calendar: Calendar, day: date, zone: Zone | None) -> list[There]:
    there = ZoneInfo(zone.zone) if zone is not None else None
    found = []
    for shift in calendar.shifts(day):
        midnight = datetime.combine(day, datetime.min.time(), calendar.tz)
        start, end = (midnight + timedelta(minutes=minutes) for minutes in (shift.start, shift.end))
        if there is None:
            found.append(There(start, end))
        else:
            found.append(There(start, end, start.astimezone(there), end.astimezone(there)))
    return found


def _day(spelt: Sequence[str], today: date) -> date | None:
    """The next day of the name, today included; a weekend is its Saturday."""
    for word in spelt:
        if word in {"today", "now", "tonight"}:
            return today
        if word == "tomorrow":
            return today + timedelta(days=1)
        wanted = "saturday" if word in {"weekend", "weekends"} else word.removesuffix("s")
        for at, weekday in enumerate(Weekday):
            cut = len(wanted) >= SHORT and weekday.value.startswith(wanted) and wanted != "sun"
            if cut or _like(wanted, weekday.value):
                return today + timedelta(days=(at - today.weekday()) % 7)
    return None


def _zone(spelt: Sequence[str]) -> Zone | None:
    said = [*spelt, *map("".join, pairwise(spelt))]
    for zone in _zones():
        if any(_like(word, name) for word in said for name in zone.names):
            return zone
    return None


def _like(word: str, name: str) -> bool:
    return word == name or (len(name) >= LEAST and word[:1] == name[:1] and OSA.distance(word, name) <= 1)


@cache
def _zones() -> tuple[Zone, ...]:
    return load_zones()
