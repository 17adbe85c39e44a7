"""Numbers as they stand in declared facts: "13k", "1,400", "$2.1k", "ninety three"."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"(?:\d{1,3}(?:[,.]\d{3})+(?!\d)(?:\.\d{1,2})?|\d+(?:[.,]\d+)?)"
MONEY = (
    rf"(?P<sign>us\$|usd|\$)?\s?(?P<number>{NUMBER})\s?(?P<scale>k|grand|thousand|hundred)?\b\+?"
    r"(?P<unit>\s?(?:us\$|usd|us dollars?|dollars?|bucks?|\$))?(?![\d%])"
)
_SCALES = {"k": 1000, "grand": 1000, "thousand": 1000, "hundred": 100}
_FROM_TWO = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ONES = {"zero": 0, **{name: at for at, name in enumerate(_FROM_TWO, 2)}}
_TENS = {
    name: 10 * at
    for at, name in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2
    )
}
_TENS_SPELT = re.compile(rf"\b({'|'.join(_TENS)})(?:[ -](one|{'|'.join(_ONES)}))?\b")
_ONES_SPELT = re.compile(rf"\b({'|'.join(_ONES)})\b")
_A_THOUSAND = re.compile(r"\b(?:a|one) (thousand|grand|hundred)\b")


def in_digits(text: str) -> str:
    """The text with number words from two up as digits."""
    text = _TENS_SPELT.sub(
        lambda m: str(_TENS[m[1]] + (1 if m[2] == "one" else _ONES.get(m[2] or "", 0))), text
    )
    return _A_THOUSAND.sub(r"1 \1", _ONES_SPELT.sub(lambda m: str(_ONES[m[1]]), text))


def money(match: re.Match[str]) -> Decimal:
    """The amount of a match of MONEY."""
    return number(match["number"]) * _SCALES.get(match["scale"] or "", 1)


def number(written: str) -> Decimal:
    """A number with commas or points: the last one is the decimal point, unless three digits follow."""
    cut = max(written.rfind("."), written.rfind(","))
    if cut < 0:
        return Decimal(written)
    whole, rest = re.sub(r"[.,]", "", written[:cut]), written[cut + 1 :]
    if len(rest) == 3 and whole != "0":  # noqa: PLR2004 - thousands come in threes
        return Decimal(whole + rest)
    return Decimal(f"{whole or '0'}.{rest}")
