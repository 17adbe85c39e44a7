"""Dates and amounts as they stand in downloads."""

import datetime as dt
import re
from decimal import Decimal

from bot.rooms.people.statements.text import StatementError

MOST = 15
"""Digits before the point: nobody earned more."""
CENTS = 6
"""Digits behind it: so many are added up exactly, in any order."""
# Each run of spaces can be read in one way only: else a long one would be tried in all.
_AMOUNT = re.compile(
    r"(?P<minus>-?)\s*(?:\$\s*)?(?P<inner>-?)(?P<digits>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)"
    rf"(?P<cents>\.[0-9]{{1,{CENTS}}})?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WORDS = re.compile(r"([a-z]{3})[a-z]*\.? ([0-9]{1,2}), ([0-9]{4})", re.IGNORECASE)


def amount(text: str, line: int) -> Decimal:
    """$1,234.50, ($50.00), -$50.00 or 50. Raises StatementError."""
    bare, negative = text.strip(), False
    if bare.startswith("(") and bare.endswith(")"):
        bare, negative = bare[1:-1].strip(), True
    found = _AMOUNT.fullmatch(bare)
    digits = found["digits"].replace(",", "") if found else ""
    if found is None or len(digits) > MOST or (found["minus"] and found["inner"]):
        raise StatementError(
            f"line {line}: the amount cannot be read; it is written like 1234.50 or $1,234.50"
        )
    negative ^= bool(found["minus"]) ^ bool(found["inner"])
    value = Decimal(digits + (found["cents"] or ""))
    return -value if negative else value


def day(text: str, line: int) -> dt.date:
    """2026-09-08 or Sep 8, 2026. Raises StatementError."""
    try:
        if words := _WORDS.fullmatch(" ".join(text.split())):
            month = _MONTHS.index(words[1].casefold()) + 1
            return dt.date(int(words[3]), month, int(words[2]))
        return dt.datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        cure = "it is written like 2026-09-08 or Sep 8, 2026"
        raise StatementError(f"line {line}: the date cannot be read; {cure}") from error
