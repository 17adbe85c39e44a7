"""Files as spreadsheets save them: their encoding, and how names, amounts and days are written."""

import codecs
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_START = 200  # bytes in which UTF-16 shows by its zeros
WINDOWS = "cp1252"
_PERCENTAGES = frozenset({"jss", "profile_completeness", "agency_member_profiles", "agency_owner_profile"})
_AMOUNTS = frozenset({"amount", "earned"})
_DAYS = frozenset({"on", "from", "until", "week_of"})
_IDS = {name: f"{name}_id" for name in ("freelancer", "contract", "referrer", "friend")}
# Without cents a comma may be a decimal one, so `1,234` alone is no amount of dollars.
_DOLLARS = re.compile(r"-?\$?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+(?=\.))(?:\.[0-9]+)?")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


class DateOrder(StrEnum):
    """How a day such as 11/10/2026 is meant: month first, or day first."""

    US = "us"
    EU = "eu"


class AmbiguousDateError(ValueError):
    """A day that may be read in two ways, and nobody said in which."""


@dataclass(slots=True)
class Saved:
    """How files were saved: `dates` as the operator says; `assumed` is the encoding taken, by file name."""

    dates: DateOrder | None = None
    assumed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, and what is to be said where the file does not say it itself (None: it does)."""

    codec: str
    assumed: str | None = None


def encoding_of(chunks: Iterable[bytes]) -> Encoding:
    """By the file's mark, else UTF-16 by its zeros, else UTF-8 where all of it is, else Windows' own."""
    rest = iter(chunks)
    start = next(rest, b"")
    marked = _by_its_start(start)
    if marked is not None:
        return marked
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chain((start,), rest):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return Encoding(WINDOWS, WINDOWS)
    return Encoding("utf-8")


def _by_its_start(chunk: bytes) -> Encoding | None:
    for mark, codec in _MARKS:
        if chunk.startswith(mark):
            return Encoding(codec)
    if b"\x00" in chunk[:_START]:
        return Encoding("utf-16-le" if chunk[1:2] == b"\x00" else "utf-16-be", "UTF-16")
    return None


def column(name: str) -> str:
    """A column's name as it is known here: `Freelancer ID` and `Freelancer` are `freelancer_id`."""
    plain = "_".join(name.lower().split())
    return _IDS.get(plain, plain)


def cell(name: str, text: str, dates: DateOrder | None) -> str:
    """A percentage without its sign, an amount without `$`, marks and brackets, a day as 2026-09-08.

    All else stays as it stands. Raises AmbiguousDateError.
    """
    if name in _PERCENTAGES:
        return text.removesuffix("%").rstrip()
    if name in _AMOUNTS:
        return _amount(text)
    if name in _DAYS or name.endswith("_on"):
        return _day(text, dates)
    return text


def _amount(text: str) -> str:
    bare = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else None
    if bare is not None and not bare.startswith("-") and _DOLLARS.fullmatch(bare):
        return "-" + bare.replace("$", "").replace(",", "")
    return text.replace("$", "").replace(",", "") if _DOLLARS.fullmatch(text) else text


def _day(text: str, dates: DateOrder | None) -> str:
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    if dates is None:
        raise AmbiguousDateError
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    month, day = (first, second) if dates is DateOrder.US else (second, first)
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:  # no such day: refused later, as it stands
        return text
