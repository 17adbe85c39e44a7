"""From a message to words: one spelling for what people write in many ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_CHARS = 1_200
"""Nobody asks one question in more; the bound keeps the cost of any message small."""
MAX_WORDS = 80
MAX_WORD = 32
"""A longer run of letters is no word; its head is kept for the character features."""

_QUOTES = str.maketrans(dict.fromkeys("\u2019\u2018\u00b4\u0060\u02bc", "'"))
_IRREGULAR = {"won't": "will not", "can't": "can not", "shan't": "shall not", "let's": "let us"}
_ENDINGS = {
    "n't": " not",
    "'m": " am",
    "'re": " are",
    "'ve": " have",
    "'ll": " will",
    "'d": " would",
    "'s": " 's",
}
_SHORT = {
    "whats": "what 's",
    "wheres": "where 's",
    "hows": "how 's",
    "whos": "who 's",
    "thats": "that 's",
    "theres": "there 's",
    "im": "i am",
    "ive": "i have",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "cant": "can not",
    "cannot": "can not",
    "couldnt": "could not",
    "wont": "will not",
    "wouldnt": "would not",
    "shouldnt": "should not",
    "isnt": "is not",
    "arent": "are not",
    "wasnt": "was not",
    "werent": "were not",
    "hasnt": "has not",
    "havent": "have not",
    "hadnt": "had not",
    "youre": "you are",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "gimme": "give me",
    "dunno": "do not know",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "u": "you",
    "ur": "your",
}
_IRREGULAR_FORM = re.compile(r"\b(?:won't|can't|shan't|let's)(?!\w)")
_ENDING = re.compile(r"(?<=\w)(?:n't|'(?:m|re|ve|ll|d|s))(?!\w)")
_PLUS = re.compile(r"(?<=[^\W\d_])\s?\+")
_WORD = re.compile(r"'s(?!\w)|[^\W_]+")


def normalise(text: str) -> str:
    """The text in one form.

    NFKC, case folded, plain apostrophes, contractions written out, "+" after a letter as the word
    "plus". Only the first `MAX_CHARS` characters are looked at.
    """
    plain = text[:MAX_CHARS]
    if plain.isascii():  # most are, and need no tables
        plain = plain.lower().replace("`", "'")
    else:
        plain = unicodedata.normalize("NFKC", plain)[:MAX_CHARS].casefold().translate(_QUOTES)
    if "'" in plain:
        plain = _IRREGULAR_FORM.sub(lambda form: _IRREGULAR[form[0]], plain)
        plain = _ENDING.sub(lambda ending: _ENDINGS[ending[0]], plain)
    return _PLUS.sub(" plus ", plain) if "+" in plain else plain


def names_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether one of the phrases, spelt as `words` spells, stands in the text as whole words."""
    said = f" {' '.join(words(text))} "
    return any(f" {phrase} " in said for phrase in phrases)


def words(text: str) -> list[str]:
    """The words of a message, at most `MAX_WORDS`, in one spelling; punctuation is left out."""
    return list(_words(text))


# Slots, matcher and rules ask for the words of the same message, and a start for all examples several times.
@lru_cache(maxsize=16_384)
def _words(text: str) -> tuple[str, ...]:
    found = [word[:MAX_WORD] for word in _WORD.findall(normalise(text))[:MAX_WORDS]]
    if not _SHORT.keys().isdisjoint(found):
        found = [word for short in found for word in _SHORT.get(short, short).split()]
    return tuple(found[:MAX_WORDS])
