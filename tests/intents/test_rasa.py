"""Rasa's NLU YAML comes in, goes out, and comes back the same."""

import random
from pathlib import Path

import pytest

from intents.load import ContentError, load_catalogue
from intents.model import Catalogue
from intents.rasa import Annotation, families, intent_id, read_nlu, write_nlu

NLU = """\
version: "3.1"
nlu:
  - intent: badge.lost
    examples: |
      - my [plus badge](program) is gone
      - I lost [TR+]{"entity": "program", "value": "top_rated_plus"} yesterday
      - I lost [TR+]{"entity": "program", "value": "top_rated_plus"} yesterday
      - what does [this] mean (really)
  - intent: faq/ask_hours
    examples:
      - text: |
          when are you open
        metadata: {sentiment: neutral}
  - intent: greet
    examples: |
      - hey there
  - intent: nlu_fallback
    examples: |
      - bake me a cake
  - synonym: top_rated_plus
    examples: |
      - plus badge
      - TRP
  - lookup: city
    examples: |
      - Rome
  - regex: ticket
    examples: |
      - LRL-.*
responses:
  utter_greet:
    - text: hi
"""


def test_examples_come_in_without_their_annotations(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(NLU, encoding="utf-8")
    found = read_nlu(file)
    assert found.examples == {
        "badge.lost": [
            "my plus badge is gone",
            "I lost TR+ yesterday",
            "what does [this] mean (really)",
        ],
        "faq.ask_hours": ["when are you open"],
        "imported.greet": ["hey there"],
    }
    assert found.background == ["bake me a cake"]
    assert found.renamed == {"faq/ask_hours": "faq.ask_hours", "greet": "imported.greet"}
    assert found.annotations["badge.lost"][:2] == [
        Annotation("plus badge", "program", "plus badge"),
        Annotation("TR+", "program", "top_rated_plus"),
    ]
    assert found.aliases() == {"program": {"plus badge": ["plus badge"], "top_rated_plus": ["TR+"]}}


def test_what_has_no_place_in_a_catalogue_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(NLU, encoding="utf-8")
    assert read_nlu(file).left_out == {
        "synonym top_rated_plus": 2,
        "lookup city": 1,
        "regex ticket": 1,
        "responses": 1,
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("rules: []\n", 1, "no `nlu` list"),
        ("nlu:\n  - hello\n", 2, "no mapping"),
        ("nlu:\n  - examples: |\n      - hi\n", 2, "names no intent"),
        ("nlu:\n  - intent: a.b\n    examples: |\n      hi\n", 2, "cannot be read"),
        ("nlu: [\n", 2, ""),
    ],
)
def test_what_is_no_training_data_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as error:
        read_nlu(file)
    told = str(error.value)
    assert told.startswith(f"nlu.yml:{line}: ")
    assert words in told


@pytest.mark.parametrize(
    ("name", "intent"),
    [
        ("greet", "imported.greet"),
        ("faq/Ask Price", "faq.ask_price"),
        ("jss.drop", "jss.drop"),
        ("42/x", "f_42.x"),
        ("a/b/c", "a.b_c"),
    ],
)
def test_every_name_becomes_an_id(name: str, intent: str) -> None:
    assert intent_id(name) == intent


def test_the_catalogue_goes_out_and_comes_back_the_same(tmp_path: Path, catalogue: Catalogue) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text(write_nlu(catalogue), encoding="utf-8")
    found = read_nlu(file)
    assert found.examples == {intent.id: list(intent.examples) for intent in catalogue}
    assert found.background == list(catalogue.background)
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for name, text in families(found, catalogue).items():
        (folder / name).write_text(text, encoding="utf-8")
    again = load_catalogue(folder)
    assert dict(again.intents) == dict(catalogue.intents)
    assert again.background == catalogue.background


def test_a_file_of_real_size_goes_round(tmp_path: Path) -> None:
    chance = random.Random(7)
    parts = [
        "what",
        "über",
        "€",
        "it's",
        '"so"',
        "a: b",
        "# no",
        "- dash",
        "100%",
        "[x",
        "y]",
        "{z}",
        "'",
        "|",
        "😀",
    ]
    lines = ['version: "3.1"', "nlu:"]
    total = 0
    for number in range(120):
        lines += [f"  - intent: family{number % 12}.intent{number}", "    examples: |"]
        for example in range(50):
            text = " ".join(chance.choices(parts, k=5)) + f" {number} {example}"
            mark = ' [TRP]{"entity": "program", "value": "top_rated_plus"}' if example % 5 == 0 else ""
            lines.append(f"      - {text}{mark}")
            total += 1
    file = tmp_path / "nlu.yml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    first = read_nlu(file)
    assert sum(map(len, first.examples.values())) == total
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for name, text in families(first).items():
        (folder / name).write_text(text, encoding="utf-8")
    catalogue = load_catalogue(folder)
    out = tmp_path / "out.yml"
    out.write_text(write_nlu(catalogue), encoding="utf-8")
    second = read_nlu(out)
    assert second.examples == first.examples
