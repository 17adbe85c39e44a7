"""When people are there, on the day, at the time and in the time zone that a question names.

The hours are this deployment's own (knowledge/calendar.yaml), so they are said plainly.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
YEAR = 366  # days in which every holiday comes round
TIME = re.compile(
    r"(?<![\w:.$])(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b|"
    r"(?<![\w:.$])(?P<h24>\d{1,2}):(?P<m24>\d\d)(?!\w)"
)


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

    Where it names no day (`day` None) the stretches are those of the next open one. `own` says that the zone
    is the asker's, as Slack tells, and not one they named. `at` is the time of day that is asked about, in
    the zone named or else the calendar's, and `there` whether somebody is there then.
    """

    day: date | None
    weekday: str
    stretches: tuple[There, ...]
    holiday: str | None
    zone: Zone | None
    own: bool = False
    at: time | None = None
    there: bool = False


def named(text: str, calendar: Calendar, now: datetime, *, home: str | None = None) -> Named:
    """The day and the zone in `text`, with the calendar's stretches on that day (or on the next open one).

    `home` is the asker's own zone (an IANA name), told where the text names none.
    """
    spelt = words(text)
    today = calendar.local(now).date()
    day = _day(spelt, today) or _holiday(spelt, today, calendar)
    said = _zone(spelt)
    zone = said or _home(home)
    shown = day if day is not None else calendar.local(calendar.next_open(now)).date()
    at = _time(text)
    moment = None if at is None else datetime.combine(shown, at, ZoneInfo((said or calendar).zone))
    return Named(
        day=day,
        weekday=list(Weekday)[shown.weekday()].value,
        stretches=tuple(_stretches(calendar, shown, zone)),
        holiday=calendar.holiday(shown),
        zone=None if zone is not None and zone.zone == calendar.zone else zone,
        own=said is None,
        at=at,
        there=moment is not None and calendar.is_open(moment),
    )


def _holiday(spelt: Sequence[str], today: date, calendar: Calendar) -> date | None:
    """The next holiday of the calendar that is named: by the first word of its name that is long enough."""
    for ahead in range(YEAR):
        day = today + timedelta(days=ahead)
        name = calendar.holiday(day) if calendar.holidays is not None else None
        heads = [word for word in words(name or "") if len(word) >= LEAST]
        if any(_like(word, heads[0]) for word in spelt if heads):
            return day
    return None


def _time(text: str) -> time | None:
    """The first time of day in a text: 8pm, 8:30 am, 20:00."""
    found = TIME.search(text.lower())
    if found is None:
        return None
    hour, minute = int(found["hour"] or found["h24"]), int(found["minute"] or found["m24"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a clock


def _home(name: str | None) -> Zone | None:
    """The asker's own zone; None where Slack names none that is known here."""
    if name is None:
        return None
    try:
        return Zone(zone=name, title=name, names=())
    except ValueError:
        return None


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
