"""What is known of English beyond the examples: word stems, and words that are said for each other."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from intents.load import read

_SOURCE = Path(__file__).with_name("english.yaml")
_SENSES = 3
"""A word's first meanings, in the order of the file, that are followed."""
_SHORTEST = 3
_ENDINGS = (
    ("iest", "y"),
    ("ies", "y"),
    ("ied", "y"),
    ("ying", "y"),
    ("ations", "at"),
    ("ation", "at"),
    ("ing", ""),
    ("ions", ""),
    ("ion", ""),
    ("ments", ""),
    ("ment", ""),
    ("ers", ""),
    ("ed", ""),
    ("er", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
    ("e", ""),
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending: "charged" and "charges" give "charg"."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= _SHORTEST < len(word):
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST and word[-1] == "e" else word


@lru_cache(maxsize=50_000)
def concepts(word: str) -> tuple[str, ...]:
    """The concepts that a word may stand for, each written "=concept"; figures are "=number"."""
    if word[0].isdigit():
        return ("=number",) if word.isdigit() else ("=code",)
    return _concepts().get(stem(word), ())


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word of the lexicon, sorted."""
    listed = [*_content().concepts.values(), _content().grammar]
    return tuple(sorted({word for words in listed for word in words.split()}))


@cache
def grammar() -> frozenset[str]:
    """Words that carry grammar rather than meaning."""
    return frozenset(_content().grammar.split())


@cache
def _concepts() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for concept, listed in _content().concepts.items():
        for word in listed.split():
            if f"={concept}" not in found[stem(word)]:
                found[stem(word)].append(f"={concept}")
    return {word: tuple(senses[:_SENSES]) for word, senses in found.items()}


class _English(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: dict[str, str]
    grammar: str


@cache
def _content() -> _English:
    return read(_SOURCE, _English)[0]
