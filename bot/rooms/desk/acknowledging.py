"""Whether words on a ticket that is over only acknowledge it: "thanks, will do!", a thumb, an absence.

The vocabulary stands in desk.yaml. Strict on purpose: every word must belong to a phrase of it. "Thanks, but
it still fails" has words that belong to none, so it is a real word and opens the ticket again.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from pydantic import Field

from knowledge.statement import Model

_CODE = re.compile(r":[a-z0-9_+'-]+(?:::skin-tone-\d)?:", re.IGNORECASE)
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_QUESTION = ("?", "\uff1f", "\u061f")  # Latin, full-width, Arabic
_CURLED = "\u2019"  # the apostrophe that phones write


class Acknowledgement(Model):
    """The words that acknowledge.

    `phrases` do by themselves, `beside` only beside them; after a phrase that begins with one of `addressing`
    one more word may be a name. `away` are the beginnings of automatic answers.
    """

    phrases: tuple[str, ...] = Field(min_length=1)
    beside: tuple[str, ...]
    addressing: tuple[str, ...]
    away: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Whether `text` says nothing else."""
        plain = _folded(text)
        if any(phrase in plain for phrase in self.away):
            return True
        if any(mark in text for mark in _QUESTION):
            return False
        words = _WORD.findall(_MENTION.sub(" ", _CODE.sub(" ", text.replace(_CURLED, "'"))))
        if not words:
            return bool(_CODE.search(text)) or any(unicodedata.category(sign) == "So" for sign in text)
        return self._covers(words)

    def _covers(self, words: Sequence[str]) -> bool:
        """Whether phrases cover all words, at least one of them one that acknowledges by itself."""
        low = [word.casefold() for word in words]
        at, acknowledged, addressed = 0, False, False
        while at < len(low):
            found = self._longest(low, at)
            if found is not None:
                phrase, alone = found
                acknowledged |= alone
                addressed = addressed or phrase[0] in self.addressing
                at += len(phrase)
            elif addressed and at == len(low) - 1 and words[at][:1].isupper():
                at += 1  # "Thanks, Maria"
            else:
                return False
        return acknowledged

    def _longest(self, low: Sequence[str], at: int) -> tuple[tuple[str, ...], bool] | None:
        for length in range(min(self._most, len(low) - at), 0, -1):
            piece = tuple(low[at : at + length])
            if piece in self._known:
                return piece, self._known[piece]
        return None

    @cached_property
    def _known(self) -> dict[tuple[str, ...], bool]:
        named = dict.fromkeys(self.beside, False) | dict.fromkeys(self.phrases, True)
        return {tuple(_WORD.findall(phrase.casefold())): alone for phrase, alone in named.items()}

    @cached_property
    def _most(self) -> int:
        return max(map(len, self._known))


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace(_CURLED, "'").split())
