"""Slots: the programs, audiences, categories and figures that a question names, slips included."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents import figures
from intents.contrast import ASIDE, Contrast
from intents.entities import Entities, Entity
from intents.named import Slots
from intents.text import normalise, words

LEAST = 4
"""Shorter words count only as written."""
ALONE = 6
"""A single word must be this long for a slip in it to be forgiven: short words lie too close together."""
REACH_TWO = 8
"""From this length on two slips are forgiven."""
MAX_UNKNOWN = 12
"""Unknown words looked at in one message; more of them is another language."""
WINDOW = 5
"""Words in the longest alias, joined as they come."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What a name names, and the words [start, end) it covers; `repaired` if a slip was forgiven."""

    kind: str
    id: str
    start: int
    end: int
    repaired: bool = False


class SlotFinder:
    """Finds slots in a text. `known` are words that are spelt right and never read as a slip of an alias."""

    def __init__(self, entities: Entities, known: Collection[str] = ()) -> None:
        self._names: dict[str, list[tuple[str, str]]] = {}
        self._guards: dict[str, tuple[str, frozenset[str], frozenset[str]]] = {}
        vocabulary: dict[str, None] = {}
        for kind, group in (
            ("program", entities.programs),
            ("audience", entities.audiences),
            ("category", entities.categories),
        ):
            for entity in group:
                self._add(kind, entity, vocabulary)
        for alias in entities.ignored:
            self._names.setdefault("".join(words(alias)), []).append(("", ""))
        self._vocabulary = [word for word in vocabulary if len(word) >= LEAST]
        self._exact = frozenset(vocabulary)
        self._known = frozenset(known) | frozenset(entities.never) - self._exact
        self._contrast = Contrast(entities)
        self._numbers = entities.numbers
        self._ticket = re.compile(rf"(?<![\w-])(?:{entities.ticket.pattern})(?![\w-])", re.IGNORECASE)
        self._prefixes = entities.ticket.prefixes

    def _add(self, kind: str, entity: Entity, vocabulary: dict[str, None]) -> None:
        for alias in (*entity.aliases, entity.name):
            spelt = words(alias)
            self._names.setdefault("".join(spelt), []).append((kind, entity.id))
            vocabulary.update(dict.fromkeys(spelt))
            if len(spelt) > 1 and kind == "program":
                vocabulary["".join(spelt)] = None
        for alias in entity.implied:
            self._names.setdefault("".join(words(alias)), []).append((f"implied {kind}", entity.id))
        for guard in entity.guarded:
            joined = "".join(words(guard.alias))
            self._guards[joined] = (entity.id, frozenset(guard.before), frozenset(guard.after))
            self._names.setdefault(joined, []).append((kind, entity.id))
            vocabulary.update(dict.fromkeys(words(guard.alias)))

    def find(self, text: str, now: datetime) -> Slots:
        """Every slot that the text names. `now` is what "two weeks ago" is counted from."""
        spelt = [word for word in words(text) if word != "'s"]
        mentions = self.mentions(spelt)
        plain = normalise(text)
        return Slots(
            programs=self._meant(spelt, mentions),
            audience=self._audience(spelt, [found for found in mentions if found.kind == "audience"]),
            category=next((found.id for found in mentions if found.kind == "category"), None),
            amount=figures.amount(plain, self._numbers),
            percent=figures.percent(plain, self._numbers),
            on=figures.day(plain, now),
            ticket=figures.ticket(plain, self._ticket, self._prefixes),
        )

    def programs(self, text: str) -> tuple[str, ...]:
        """The programs that the text names, as `find` has them."""
        spelt = [word for word in words(text) if word != "'s"]
        return self._meant(spelt, self.mentions(spelt))

    def _meant(self, spelt: Sequence[str], mentions: Sequence[Mention]) -> tuple[str, ...]:
        """Programs named, or else those that other words imply."""
        named = self._programs(spelt, [found for found in mentions if found.kind == "program"])
        return named or tuple(
            dict.fromkeys(found.id for found in mentions if found.kind == "implied program")
        )

    def mentions(self, spelt: Sequence[str]) -> list[Mention]:
        """Names in a list of words, in order; of those that overlap the longest."""
        read = self._repair(spelt)
        found: list[Mention] = []
        for start in range(len(read)):
            joined = ""
            for end in range(start + 1, min(start + WINDOW, len(read)) + 1):
                joined += read[end - 1]
                for kind, name in self._names.get(joined, ()):
                    repaired = joined != "".join(spelt[start:end])
                    if repaired and end - start == 1 and not self._close(spelt[start], joined):
                        continue
                    if joined in self._guards and kind and not self._cued(joined, read, start, end):
                        continue
                    found.append(Mention(kind, name, start, end, repaired))
        found.sort(key=lambda mention: (mention.start - mention.end, mention.repaired, mention.start))
        taken: dict[int, str] = {}
        kept: list[Mention] = []
        for mention in found:
            cells = range(mention.start, mention.end)
            if any(taken.get(cell, mention.kind) in ("", mention.kind) and cell in taken for cell in cells):
                continue
            taken.update(dict.fromkeys(cells, mention.kind))
            kept.append(mention)
        return sorted((mention for mention in kept if mention.kind), key=lambda mention: mention.start)

    def _repair(self, spelt: Sequence[str]) -> list[str]:
        """The words, those read as aliases' words that lie within a slip or two of one."""
        read: list[str] = []
        left = MAX_UNKNOWN
        for word in spelt:
            if (
                left > 0
                and len(word) >= LEAST
                and word not in self._exact
                and word not in self._known
                and not word.isdigit()
            ):
                left -= 1
                reach = 2 if len(word) >= REACH_TWO else 1
                best = process.extractOne(word, self._vocabulary, scorer=OSA.distance, score_cutoff=reach)
                if best is not None and (len(word) > LEAST or best[0][0] == word[0]):
                    word = best[0]  # noqa: PLW2901 - the word as read
            read.append(word)
        return read

    @staticmethod
    def _close(written: str, alias: str) -> bool:
        """Whether a single word with a slip may stand for an alias by itself."""
        return len(written) >= ALONE and written[0] == alias[0]

    def _cued(self, joined: str, read: Sequence[str], start: int, end: int) -> bool:
        """Whether an everyday word that is also an alias stands where the alias would."""
        if len(read) - (end - start) <= 1:
            return True
        _, before, after = self._guards[joined]
        return (start > 0 and read[start - 1] in before) or (end < len(read) and read[end] in after)

    def _programs(self, spelt: Sequence[str], mentions: Sequence[Mention]) -> tuple[str, ...]:
        """Programs named, the one aimed at first; those set aside are left out if another remains."""
        ranked: list[tuple[int, int, str]] = []
        asks_why = "why" in spelt
        for at, mention in enumerate(mentions):
            rank = self._contrast.rank(spelt, mention.start, mention.end, asks_why=asks_why)
            ranked.append((rank, at, mention.id))
        if any(rank < ASIDE for rank, _, _ in ranked):
            aside = {name for rank, _, name in ranked if rank == ASIDE}
            wanted = {name for rank, _, name in ranked if rank < ASIDE}
            ranked = [item for item in ranked if item[2] not in aside - wanted and item[0] < ASIDE]
        return tuple(dict.fromkeys(name for _, _, name in sorted(ranked)))

    def _audience(self, spelt: Sequence[str], mentions: Sequence[Mention]) -> str | None:
        """The audience named; agencies before freelancers, since everybody here is a freelancer."""
        kept = [
            found.id
            for found in mentions
            if self._contrast.rank(spelt, found.start, found.end, asks_why=False) < ASIDE
        ]
        named = kept or [found.id for found in mentions]
        return "agency" if "agency" in named else (named[0] if named else None)
