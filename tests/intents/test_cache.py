from __future__ import annotations

from pathlib import Path

import pytest

from intents import matcher as matching
from intents.matcher import Matcher

EXAMPLES = [
    ("my badge is gone", "badge.lost"),
    ("lost my badge", "badge.lost"),
    ("connects price", "connects.cost"),
]


def test_a_second_start_learns_nothing_and_answers_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Matcher.train(EXAMPLES, cache=tmp_path)
    monkeypatch.setattr(matching, "calibrate", lambda *_: pytest.fail("learned again"))
    second = Matcher.train(EXAMPLES, cache=tmp_path)
    assert first.match("badge gone") == second.match("badge gone")


def test_other_examples_are_learned_anew_and_replace_the_file(tmp_path: Path) -> None:
    Matcher.train(EXAMPLES, cache=tmp_path)
    (before,) = tmp_path.iterdir()
    Matcher.train([*EXAMPLES, ("what do connects cost", "connects.cost")], cache=tmp_path)
    (after,) = tmp_path.iterdir()
    assert before.name != after.name


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_damaged_file_is_not_used(tmp_path: Path, damage: str) -> None:
    wanted = Matcher.train(EXAMPLES, cache=tmp_path).match("badge gone")
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    if damage == "flipped":
        content[len(content) // 3] ^= 0xFF
    cut, other = bytes(content[: len(content) // 2]), b"cos\nsystem"
    file.write_bytes({"cut": cut, "empty": b"", "other": other, "flipped": bytes(content)}[damage])
    assert Matcher.train(EXAMPLES, cache=tmp_path).match("badge gone") == wanted
