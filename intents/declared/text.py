"""A text that is read piece by piece: what was read is taken out, and a clause ends at a stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

_STOP = re.compile(r"[;?!\n]|[.,](?!\d)")
_RULE = re.compile(
    r"\b(?:need|needs|needed|require|requires|required|must|have to|has to|should|supposed|minimum"
    r"|at least|at most"
    r"|reach|back to|until|threshold|ask|asks|asked|want|wants|above|below|under|over|less than|more than"
    r"|rule"
    r"|get to|raise|want"
    r"|another|extra|if i (?:earn|make|get)|other people|somebody|someone|a friend|my friend"
    r"|my client|client has|funded|escrow|budget|limit|what happens)\b[^.,;?!]{0,24}$"
)
_AFTER = re.compile(
    r"\s?(?:more\b|or (?:more|higher|above)|rule\b|requirement|required|needed|minimum|threshold"
    r"|in escrow|funded"
    r"|budget|pending|in review|limit|each\b|per\b|an hour|/\s?h|hourly rate)"
)


class Text:
    """A lower-case text with digits, as of `today`. `weak`: a reading needs another beside it."""

    def __init__(self, plain: str, today: date) -> None:
        self.rest = plain
        self.today = today
        self.weak = False

    def first(
        self, pattern: re.Pattern[str], *, unless: Callable[[str, re.Match[str]], bool]
    ) -> re.Match[str] | None:
        """The first match that `unless` does not rule out."""
        return next((match for match in pattern.finditer(self.rest) if not unless(self.rest, match)), None)

    def take(self, match: re.Match[str]) -> None:
        """Take out what was read; its place stays empty, so that positions hold."""
        self.cut(match.start(), match.end())

    def cut(self, start: int, end: int) -> None:
        """Take out a stretch."""
        self.rest = f"{self.rest[:start]}{' ' * (end - start)}{self.rest[end:]}"

    def clause(self, end: int) -> str:
        """What stands before `end` in its clause."""
        start = max((stop.end() for stop in _STOP.finditer(self.rest, 0, end)), default=0)
        return self.rest[start:end]

    def onwards(self, start: int) -> str:
        """What stands from `start` to the end of its clause."""
        stop = _STOP.search(self.rest, start)
        return self.rest[start : stop.start() if stop else len(self.rest)]


def asks_rule(text: str, match: re.Match[str]) -> bool:
    """Whether a figure is a rule's or somebody else's: asked for, imagined, added or not yet paid."""
    first = match.start("value") if "value" in match.re.groupindex else match.start()
    if "number" in match.re.groupindex:
        first = match.start("number")
    if "good" in match.re.groupindex:
        first = match.start("good")
    return bool(_RULE.search(text[:first]) or _AFTER.match(text, match.end()))
