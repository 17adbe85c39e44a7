"""The matcher's features in plain words: which of somebody's words weighed, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from intents.lexicon import concepts, stem

PIECES = 3  # runs of letters that stand for a word's spelling


@dataclass(frozen=True, slots=True)
class Weight:
    """Something in the words that speaks for the first choice, and its share (0..1) of all that does.

    `kind`: "word", "together" (words of one message, in any order) or "spelling". `words` are as said,
    `meanings` the concepts that they were counted as, `pieces` runs of letters ("bad…", "…adg…").
    """

    kind: str
    words: tuple[str, ...]
    share: float
    meanings: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()


def weights(features: Sequence[tuple[str, float]], spelt: Sequence[str]) -> list[Weight]:
    """What the matcher's features say of the words `spelt`, heaviest first.

    Features that a reader could not tell apart count as one: a word and what it may mean, a pair in and out
    of order, all runs of letters of one word. Shares are of all that speaks for the intent, 0..1.
    """
    total = sum(share for _, share in features)
    shares: dict[tuple[str, tuple[str, ...]], float] = {}
    details: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
    for feature, share in features:
        kind, said, detail = _read(feature, spelt)
        shares[kind, said] = shares.get((kind, said), 0.0) + share
        details.setdefault((kind, said), {}).update(dict.fromkeys(detail))
    found = []
    for (kind, said), share in sorted(shares.items(), key=lambda entry: -entry[1]):
        detail = tuple(details[kind, said])
        if kind == "spelling":
            found.append(Weight(kind, said, share / total, pieces=_pieces(said[0], detail)))
        else:
            roots = {stem(word) for word in said}
            meanings = tuple(meaning for meaning in detail if stem(meaning) not in roots)
            found.append(Weight(kind, said, share / total, meanings))
    return found


def _read(feature: str, spelt: Sequence[str]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A feature of intents/features.py: its kind, the words it was found in, meanings or letters."""
    if feature.startswith("~"):
        piece = feature[1:]
        inside = next((word for word in spelt if piece in f"#{word}#"), piece.strip("#"))
        return "spelling", (inside,), (piece,)
    if " " in feature:
        return "together", _in_order(feature.split(" "), spelt), ()
    parts = [part for part in feature.split("&") if part]
    said = list(dict.fromkeys(_said(part, spelt) for part in parts))  # two meanings may be of one word
    meanings = tuple(part[1:] for part in parts if part.startswith("="))
    return ("together" if len(said) > 1 else "word"), _in_order(said, spelt), meanings


def _said(part: str, spelt: Sequence[str]) -> str:
    """The word that a stem or a concept ("=lose") came from."""
    for word in spelt:
        if part in (stem(word), *concepts(word)):
            return word
    return part.removeprefix("=")


def _pieces(word: str, runs: Sequence[str]) -> tuple[str, ...]:
    """The heaviest runs of letters that lie in no other of them, in the word's order: "bad…", "…dge".

    None where one of them is the whole word.
    """
    if any(run.strip("#") == word for run in runs):
        return ()
    whole = [run for run in runs if not any(run != other and run in other for other in runs)][:PIECES]
    whole.sort(key=f"#{word}#".find)
    return tuple(
        f"{'' if run.startswith('#') else '…'}{run.strip('#')}{'' if run.endswith('#') else '…'}"
        for run in whole
    )


def _in_order(said: Sequence[str], spelt: Sequence[str]) -> tuple[str, ...]:
    places = {word: at for at, word in reversed(list(enumerate(spelt)))}
    return tuple(sorted(said, key=lambda word: places.get(word, len(spelt))))
