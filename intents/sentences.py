"""Cutting a message into its questions without cutting a question off from its story."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_PARTS = 8
MAX_CHARS = 2_000
_END = re.compile(r"[?!]+|\.(?=\s|$)|[;\n]+|\u061f|\u3002")
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|e\.g|i\.e|etc|approx|no|nr|dr|mr|mrs|ms|st)|\b[a-z])\.$", re.IGNORECASE
)
_LIST = re.compile(r"^\s*(?:[-*\u2022]|\(?\d{1,2}[.)])\s+")
_LEADS = (
    "and|also|but|so|or|then|plus|ok|okay|well|hi|hello|hey|please|now|next|"
    "first|firstly|second|secondly|third|finally"
)
_LEAD = rf"(?:(?:{_LEADS})[\s,:]+)*"


class Splitter:
    """Cuts messages. `questions` are the words that questions start with."""

    def __init__(self, questions: Sequence[str]) -> None:
        starts = "|".join(map(re.escape, questions))
        # Weak starts ("is", "can") open a question, but do not cut one at an "and".
        strong = "|".join(word for word in questions if word[:2] in ("wh", "ho"))
        self._asks = re.compile(rf"^\W*{_LEAD}(?:{starts})\b", re.IGNORECASE)
        self._joint = re.compile(
            rf"\s*[,;]?\s+(?:and|also|plus)(?:\s+(?:also|then))?\s+(?=(?:{strong})\b\s+\w)"
            r"|(?<=\bwhy)\s*[,;]?\s+(?=how\b\s+\w)",
            re.IGNORECASE,
        )
        # "my badge is gone why": a question word at the end asks as well.
        self._asks_last = re.compile(r"\w\s+(?:why|how|when|where)$", re.IGNORECASE)

    def split(self, text: str) -> list[str]:
        """The questions of a message, in order; a statement stays with the question after it.

        A message with fewer than two questions comes back whole.
        """
        text = text[:MAX_CHARS]
        parts: list[str] = []
        story = ""
        asked = 0
        for sentence, marked in self._sentences(text):
            pieces = self._pieces(sentence)
            if not marked and len(pieces) == 1 and not self._asks.match(sentence):
                story = f"{story} {sentence}".strip()
                continue
            for at, piece in enumerate(pieces):
                last = at == len(pieces) - 1
                parts.append(f"{story} {piece}{'?' if marked and last else ''}".strip())
                story = ""
                asked += 1
        if asked < 2 or asked > MAX_PARTS:  # noqa: PLR2004 - one question is not several
            return [text]
        if story:
            parts[-1] = f"{parts[-1]} {story}"
        return parts

    @staticmethod
    def _sentences(text: str) -> list[tuple[str, bool]]:
        """Sentences without their ends, and whether a question mark ended each."""
        found: list[tuple[str, bool]] = []
        start = 0
        for end in _END.finditer(text):
            if end[0] == "." and _ABBREVIATION.search(text[start : end.end()]):
                continue
            sentence = _LIST.sub("", text[start : end.start()]).strip()
            start = end.end()
            if any(letter.isalnum() for letter in sentence):
                found.append((sentence, "?" in end[0] or "\u061f" in end[0]))
        rest = _LIST.sub("", text[start:]).strip()
        if any(letter.isalnum() for letter in rest):
            found.append((rest, False))
        return found

    def _pieces(self, sentence: str) -> list[str]:
        """A question cut where "and how", "and when" … opens another one."""
        pieces = self._joint.split(sentence)
        if len(pieces) < 2:  # noqa: PLR2004
            return [sentence]
        if not self._asks.match(pieces[0]) and not self._asks_last.search(pieces[0]):
            return [sentence]
        return [piece.strip(" ,") for piece in pieces]
