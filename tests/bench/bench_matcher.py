"""The matcher beside rapidfuzz's own nearest-example search, in one process.

Run by itself: `python -m tests.bench.bench_matcher [FOLDER]`. FOLDER (or LAUREL_BENCH_DATA) holds JSON Lines
of `text` and `intent`: SET.train.jsonl and SET.train10.jsonl, SET.test.jsonl, SET.test.typos.jsonl and maybe
SET.oos.jsonl. Without it the catalogue is used, every fifth example held out. Figures vary with the machine.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from intents.evaluate import benchmark
from intents.load import load_catalogue
from intents.matcher import Matcher

Example = tuple[str, str]
PEER_QUESTIONS = 300
"""The peer is asked a part of the test, evenly spread: it is slow."""

WORST = {
    "one word of 40,000 letters": "a" * 40_000,
    "10,000 distinct words": " ".join(f"w{n}rd" for n in range(10_000)),
    "words near known ones": " ".join(f"{chr(97 + n % 26)}onnects" for n in range(10_000)),
    "a repeat": "ab ba " * 7_000,
    "ligatures": "\ufdfa" * 10_000,
}


def main() -> None:
    """Print a row for each data set, what doubling the examples costs, and the worst messages."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("LAUREL_BENCH_DATA")
    heads = f"{'set':26} {'accuracy':>8} {'peer':>6} {'p50 ms':>7} {'peer':>7} {'ratio':>6}"
    print(f"{heads} {'train s':>8}  out of scope")
    for name, train, test, outside in _sets(Path(folder)) if folder else [_catalogue()]:
        _row(name, train, test, outside)
    _growth()
    _worst()


def _row(name: str, train: Sequence[Example], test: Sequence[Example], outside: Sequence[str]) -> None:
    ours = benchmark(train, test, outside)
    accuracy, milliseconds = _peer(train, test[:: max(1, len(test) // PEER_QUESTIONS)])
    asked = ours["ms_per_question"] or 0.0
    beyond = f"  {ours['oos_auroc']:.3f} / {ours['oos_recall_at_95']:.3f}" if outside else ""
    print(
        f"{name:26} {ours['accuracy']:8.3f} {accuracy:6.3f} {asked:7.2f} {milliseconds:7.2f} "
        f"{milliseconds / asked:5.1f}x {ours['train_seconds']:8.1f}{beyond}",
        flush=True,
    )


def _peer(train: Sequence[Example], test: Sequence[Example]) -> tuple[float, float]:
    """Accuracy and median milliseconds of the nearest example by rapidfuzz's token_sort_ratio."""
    texts = [text.lower() for text, _ in train]
    right, times = 0, []
    for text, intent in test:
        started = time.perf_counter()
        found = process.extractOne(text.lower(), texts, scorer=fuzz.token_sort_ratio)
        times.append(time.perf_counter() - started)
        right += found is not None and train[found[2]][1] == intent
    return right / len(test), 1000 * statistics.median(times)


def _growth() -> None:
    """What twice the examples cost a question: ratios near 1 mean that nothing is searched in a line."""
    examples = load_catalogue().examples()
    half = examples[::2]
    asked = [text for text, _ in examples[1::20]]
    matchers = [Matcher.train(part) for part in (half, examples)]
    rounds = [[_median(matcher.match, asked) for matcher in matchers] for _ in range(9)]
    small, large = (min(times) for times in zip(*rounds, strict=True))
    sizes = f"{len(half)} -> {len(examples)} examples"
    print(f"\n{sizes}: {small:.2f} -> {large:.2f} ms ({large / small:.2f}x)")


def _worst() -> None:
    match = Matcher.train(load_catalogue().examples()).match
    for name, text in WORST.items():
        print(f"worst case, {name}: {_median(match, [text] * 5):.1f} ms")


def _median(ask: Callable[[str], object], texts: Sequence[str]) -> float:
    times = []
    for text in texts:
        started = time.perf_counter()
        ask(text)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def _catalogue() -> tuple[str, list[Example], list[Example], list[str]]:
    catalogue = load_catalogue()
    examples = catalogue.examples()
    kept = [example for at, example in enumerate(examples) if at % 5]
    return "catalogue, held out", kept, examples[::5], list(catalogue.background)


def _sets(folder: Path) -> list[tuple[str, list[Example], list[Example], list[str]]]:
    found = []
    for file in sorted(folder.glob("*.train*.jsonl")):
        name = file.name.split(".")[0]
        outside = folder / f"{name}.oos.jsonl"
        beyond = [text for text, _ in _read(outside)] if outside.exists() else []
        for test in sorted(folder.glob(f"{name}.test*.jsonl")):
            shown = " ".join(file.name.split(".")[:2] + test.name.split(".")[2:-1])
            found.append((shown, _read(file), _read(test), beyond))
    return found


def _read(file: Path) -> list[Example]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [(item["text"], item["intent"]) for item in map(json.loads, lines)]


if __name__ == "__main__":
    main()
