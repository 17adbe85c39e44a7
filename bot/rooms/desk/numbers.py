"""Ticket numbers that can be said over the phone: LRL-7K3-9QX.

Five random symbols and a check symbol over an alphabet of 29: no vowels (so no words), no 0, 1, I or O.
29 is prime and every place has a weight of its own, so a single wrong symbol and any two exchanged ones
are always noticed. 29^5 = 20.5 million numbers; which come next cannot be told from those seen.
"""

import random
import re

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
PREFIX = "LRL"
_FREE = 5
_HEARD = str.maketrans({"1": "L", "I": "L"})  # neither is a symbol, so nothing else can be meant
_SHAPE = re.compile(rf"\b{PREFIX}[\s-]*([0-9A-Z]{{3}})[\s-]*([0-9A-Z]{{3}})\b", re.IGNORECASE)


def new_number(source: random.Random) -> str:
    """A random number. Hand in `random.SystemRandom()` where it must not be guessed."""
    symbols = [source.randrange(len(ALPHABET)) for _ in range(_FREE)]
    body = "".join(ALPHABET[value] for value in (*symbols, _check(symbols)))
    return f"{PREFIX}-{body[:3]}-{body[3:]}"


def parse_number(text: str) -> str | None:
    """The number as it is written on the ticket, or None where `text` is no valid number.

    Small letters, missing dashes, and 1 or I for L are understood; the prefix may be missing.
    """
    plain = re.sub(r"[\s-]", "", text).upper().removeprefix(PREFIX).translate(_HEARD)
    if len(plain) != _FREE + 1 or any(symbol not in ALPHABET for symbol in plain):
        return None
    *symbols, check = (ALPHABET.index(symbol) for symbol in plain)
    return f"{PREFIX}-{plain[:3]}-{plain[3:]}" if check == _check(symbols) else None


def find_numbers(text: str) -> list[str]:
    """The valid numbers in a text, in order, each once."""
    found = (parse_number(match[1] + match[2]) for match in _SHAPE.finditer(text))
    return list(dict.fromkeys(number for number in found if number is not None))


def _check(symbols: list[int]) -> int:
    """The symbol that makes the weighted sum (1 to 6 from the left) a multiple of 29."""
    total = sum(weight * value for weight, value in enumerate(symbols, start=1))
    # (total + 6 * check) % 29 == 0, and 5 * 6 = 30 = 1 (mod 29)
    return -total * 5 % len(ALPHABET)
