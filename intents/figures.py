"""Figures in a question: amounts of money, percents, dates and ticket numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

_NUMBER = r"\d{1,3}(?:[,. ]\d{3})+(?![\d])(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_MONEY = re.compile(
    rf"(?<![\w.,-])(?P<sign>us\$|usd|[$€£])?\s?(?P<number>{_NUMBER})"
    r"\s?(?P<scale>k|grand|thousand|mio|million|m(?![a-z]))?\+?"
    r"(?P<unit>\s?(?:us\$|usd|us dollars?|dollars?|bucks?|[$€£]))?(?![\w%])",
)
_YEARS = range(1990, 2101)
_LEAST_BARE = 1000  # "250" alone is no amount: jobs, days and words are counted like that
_EARNED = re.compile(r"\b(?:earn|earned|make|made|bill|billed)\s+(?:another\s+|only\s+|just\s+)?$")
_COUNTED = re.compile(
    r"\s+(?:more\s+)?(?:jobs?|contracts?|proposals?|connects?|reviews?|weeks?|days?|stars?|points?"
    r"|per ?cent)\b"
)
_SCORED = re.compile(
    r"\b(?:jss|score)\s+(?:[a-z]+\s+){0,3}?(?:to|of|at|is|was|were)\s+"
    r"(?P<number>\d{1,3}(?:\.\d+)?)(?![\w,]|\.\d)"
)
_PERCENT = re.compile(r"(?<![\w.,])(?P<number>\d{1,3}(?:[.,]\d+)?)\s?(?:%|percent|per cent|pct)(?!\w)")
_FROM_TO = re.compile(
    r"\bfrom\s+(?:a\s+)?\d{1,3}\s?(?:%|percent)?\s+(?:\w+\s+){0,2}?to\s+(?:a\s+)?(?P<number>\d{1,3})\b"
)
_SCALES = {
    "k": 1_000,
    "grand": 1_000,
    "thousand": 1_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "m": 1_000_000,
}

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of|a few)"
_UNITS = r"(?:days?|weeks?|months?|years?)"
_DATE = re.compile(
    r"(?<![\w-])(?:"
    r"(?P<iso>(?:19|20)\d\d-\d{1,2}-\d{1,2})"
    r"|(?P<slashed>\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2}))"
    rf"|(?P<ago>{_COUNT}\s{_UNITS}\sago|since\s(?:about\s)?(?P<since>{_COUNT}\s{_UNITS})(?!\w)|yesterday|last\s(?:week|month|year|{_WEEKDAYS}))"
    rf"|(?P<month>(?:(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?)?(?:{_MONTHS})\.?(?:\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d))?(?:,?\s(?:19|20)\d\d)?)"
    r"|(?:in|since|during|from|until|till|before|after|back in)\s(?P<year>(?:19|20)\d\d)"
    r")(?![\w-])"
)
# A month's name alone is often another word ("may I", "march on"): it needs a companion.
_MONTH_CUE = re.compile(
    rf"\d|(?:last|since|in|until|till|before|after|from|early|late|mid|this|next|of|by)\s(?:{_MONTHS})$"
)
_LAST_MONTH_OR_DAY = re.compile(r"last (month|year|week)$")


def amount(text: str, numbers: Mapping[str, int]) -> Decimal | None:
    """The first amount of money in lower-case text, in the currency named: "5k", "$10,000", "ten thousand".

    Bare numbers count from 1,000 up, unless they look like a year, and smaller ones where somebody earns
    them ("if I earn 500 more"). `numbers` are number words.
    """
    for match in _MONEY.finditer(text):
        scale, named = match["scale"], bool(match["sign"] or match["unit"])
        value = _number(match["number"]) * _SCALES.get(scale or "", 1)
        bare = not (named or scale)
        earned = _EARNED.search(text, 0, match.start()) and not _COUNTED.match(text, match.end())
        if bare and not earned and (value < _LEAST_BARE or (value in _YEARS and "," not in match["number"])):
            continue
        if match["scale"] == "m" and not named:
            continue  # "5 m" is a length or a minute as often as a million
        return value
    return _spelt_out(text, numbers)


def percent(text: str, numbers: Mapping[str, int]) -> float | None:
    """The percentage in lower-case text (0..100); of "from 98% to 89%" the latter, else the first."""
    moved = _FROM_TO.search(text)
    if moved and ("%" in moved[0] or "percent" in moved[0] or "score" in text or "jss" in text):
        return float(moved["number"])
    for match in _PERCENT.finditer(text):
        value = float(match["number"].replace(",", "."))
        if value <= 100:  # noqa: PLR2004 - a percentage
            return value
    scored = _SCORED.search(text)
    if scored and float(scored["number"]) <= 100:  # noqa: PLR2004 - a percentage
        return float(scored["number"])
    if "percent" in text:
        words = text[: text.index("percent")].replace("-", " ").split()[-2:]
        values = [numbers.get(word) for word in words]
        if values and values[-1] is not None:
            tens = values[0] if len(values) > 1 and values[0] and values[0] >= 20 and values[-1] < 10 else 0  # noqa: PLR2004
            return float(tens + values[-1]) or None
    return None


def ticket(text: str, pattern: re.Pattern[str], prefixes: Sequence[str]) -> str | None:
    """The first ticket number in lower-case text, upper case with hyphens, or None."""
    for match in pattern.finditer(text):
        known = match[0].split("-", 1)[0] in prefixes
        if known or any(letter.isdigit() for letter in match[0]):  # else hyphened words
            return match[0].upper()
    for prefix in prefixes:
        loose = re.search(rf"\b{re.escape(prefix)}[ -]?([0-9a-z]{{3}})[ -]?([0-9a-z]{{3}})\b", text)
        if loose:
            return f"{prefix}-{loose[1]}-{loose[2]}".upper()
    return None


def day(text: str, now: datetime) -> date | None:
    """The first date in lower-case text, seen from `now`: "last March", "since 2 weeks", "on 2019-03-01".

    A month or a year without a day means its first day. Dates to come are not understood: nothing asked
    here lies in the future, so "in March" is the latest March.
    """
    for match in _DATE.finditer(text):
        found = _day(match, now)
        if found is not None:
            return found
    return None


def _day(match: re.Match[str], now: datetime) -> date | None:
    if match["iso"]:
        try:
            return date(*map(int, match["iso"].split("-")))
        except ValueError:
            return None
    if match["year"]:
        return date(int(match["year"]), 1, 1)
    phrase = match["slashed"] or (f"{match['since']} ago" if match["since"] else match["ago"])
    if phrase is None:
        phrase = match["month"]
        before = match.string[max(0, match.start() - 7) : match.end()]
        if not _MONTH_CUE.search(phrase) and not _MONTH_CUE.search(before):
            return None
    return parse(phrase, now.date())


@lru_cache(maxsize=1024)
def parse(phrase: str, today: date) -> date | None:
    """A short phrase that holds nothing but a date, seen from `today`."""
    # dateparser takes half a second to load and a millisecond to answer: only real dates get here.
    import dateparser

    plain = phrase.replace("a couple of", "2").replace("a few", "3").removeprefix("the ").replace(" of ", " ")
    if plain.startswith("last ") and plain.endswith("day"):
        plain = plain.removeprefix("last ")  # the parser knows "monday" as the latest one
    found = dateparser.parse(
        plain,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime(today.year, today.month, today.day, 12),  # noqa: DTZ001 - the parser takes local time
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "first",
            "PREFER_MONTH_OF_YEAR": "first",
            "DATE_ORDER": "MDY",
        },
    )
    if found is None:
        return None
    result = found.date()
    return result if result <= today + timedelta(days=366) else None


def _number(written: str) -> Decimal:
    """A number as written here or there: "10,000.50", "10.000,50", "1.5", "10 000"."""
    plain = written.replace(" ", "")
    cut = max(plain.rfind("."), plain.rfind(","))
    if cut < 0:
        return Decimal(plain)
    whole, rest = re.sub(r"[.,]", "", plain[:cut]), plain[cut + 1 :]
    if len(rest) == 3 and whole != "0":  # noqa: PLR2004 - thousands come in threes
        return Decimal(whole + rest)
    return Decimal(f"{whole or '0'}.{rest}")


def _spelt_out(text: str, numbers: Mapping[str, int]) -> Decimal | None:
    """Amounts in words: "ten thousand", "a grand", "twenty five hundred dollars"."""
    words = re.findall(r"[a-z]+", text)
    for at, word in enumerate(words):
        scale = {"thousand": 1000, "grand": 1000, "hundred": 100}.get(word)
        if scale is None or at == 0:
            continue
        if scale == 100 and not {"dollars", "usd", "bucks"} & set(words[at + 1 : at + 2]):  # noqa: PLR2004
            continue
        ones = numbers.get(words[at - 1])
        if ones is None:
            continue
        tens = numbers.get(words[at - 2], 0) if at > 1 else 0
        value = ones + (tens if tens >= 20 and ones < 10 else 0)  # noqa: PLR2004 - "twenty five"
        return Decimal(value * scale)
    return None
