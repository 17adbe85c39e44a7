"""When something was, as people say it: "80 days ago", "since March", "in 2019", "this month"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from intents import figures

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_COUNT = r"\d{1,4}|an?|one|a couple of|a few|half a"
WHEN = re.compile(
    rf"\b(?:(?:(?:about|around|over|almost|nearly|since|for|only|just|like)\s)*(?P<count>{_COUNT})\s?"
    r"(?P<unit>day|week|month|year|yr)s?\b(?:\s(?:ago|back|old|now|already))?"
    r"|(?P<iso>(?:19|20)\d\d-\d{1,2}-\d{1,2})"
    r"|(?P<near>today|yesterday|(?:this|last)\s(?:week|month|year))"
    rf"|(?P<named>(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?)?(?:{_MONTHS})\b(?:\s\d{{1,2}}(?:st|nd|rd"
    rf"|th)?(?!\d))?"
    r"(?:,?\s(?:19|20)\d\d)?)"
    r"|(?:in|since|from|back in)\s(?P<year>(?:19|20)\d\d))\b"
)
_DAYS = {"day": 1, "week": 7}
_MONTHS_OF = {"month": 1, "year": 12, "yr": 12}
_FEW = {"a": 1, "an": 1, "one": 1, "a couple of": 2, "a few": 3}
_HALF_YEAR = 6


def when(text: str, today: date) -> tuple[date, int] | None:
    """The first date in lower-case `text` up to today and where its words end, or None."""
    for match in WHEN.finditer(text):
        found = _day(match, today)
        if found is not None and found <= today:
            return found, match.end()
    return None


def _day(match: re.Match[str], today: date) -> date | None:
    if match["count"]:
        return _before(match["count"], match["unit"], today)
    if match["year"]:
        return date(int(match["year"]), 1, 1)
    if match["near"]:
        return _near(match["near"], today)
    if match["iso"]:
        try:
            return date.fromisoformat("-".join(part.zfill(2) for part in match["iso"].split("-")))
        except ValueError:
            return None
    named = match["named"]
    if named == "may" and not re.search(
        r"\b(?:in|since|last|from|this|of)\s$", match.string[: match.start()]
    ):
        return None
    return figures.parse(named, today)


def _near(phrase: str, today: date) -> date:
    """The day a vague word stands for: the first day of a week, month or year, so as not to flatter."""
    match phrase:
        case "today":
            return today
        case "yesterday":
            return today - timedelta(days=1)
        case "this week":
            return today - timedelta(days=today.weekday())
        case "last week":
            return today - timedelta(days=today.weekday() + 7)
        case "this month":
            return today.replace(day=1)
        case "this year":
            return today.replace(month=1, day=1)
        case "last month":
            return months_back(today.replace(day=1), 1)
        case _:
            return date(today.year - 1, 1, 1)


def _before(count: str, unit: str, today: date) -> date | None:
    if count == "half a":
        return months_back(today, _HALF_YEAR)
    number = _FEW.get(count) or int(count)
    if unit in _DAYS:
        return today - timedelta(days=number * _DAYS[unit])
    months = number * _MONTHS_OF[unit]
    return months_back(today, months) if months < (today.year - 1) * 12 else None


def months_back(day: date, months: int) -> date:
    """The same date `months` earlier, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    return date(year, month + 1, 28)
