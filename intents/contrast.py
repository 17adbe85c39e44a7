"""Which of the things that a question names it is about: what is aimed at, held, or set aside."""

from collections.abc import Sequence

from intents.entities import Entities
from intents.text import words

_AIM, _PLAIN, _HELD, ASIDE = range(4)
ARTICLES = frozenset(["the", "a", "an", "my", "your", "being", "about", "for"])


class Contrast:
    """The phrases by which people aim at one thing and set others aside."""

    def __init__(self, entities: Entities) -> None:
        contrast = entities.contrast
        self._aside = sorted((tuple(words(phrase)) for phrase in contrast.set_aside), key=len, reverse=True)
        self._states = frozenset(contrast.states)
        self._aims = [tuple(words(phrase)) for phrase in contrast.aims]

    def rank(self, spelt: Sequence[str], start: int, end: int, *, asks_why: bool) -> int:
        """How much the words `start` to `end` are what the question is about: lower is more."""
        head = [word for word in spelt[:start] if word not in ARTICLES]
        for phrase in self._aside:
            if head[-len(phrase) :] == list(phrase):
                before = head[-len(phrase) - 1 : -len(phrase)]
                denied = bool(before and before[0] in self._states)
                waiting = "yet" in spelt[end : end + 2]
                if phrase == ("not",) and asks_why:
                    return _AIM
                return _HELD if denied or waiting else ASIDE
        if any(head[-len(phrase) :] == list(phrase) for phrase in self._aims):
            return _AIM
        if head and head[-1] in self._states:
            return _HELD
        return _PLAIN
