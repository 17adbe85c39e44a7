"""Rasa's NLU YAML (version 3) in and out of the catalogue's form.

Read are intents with their examples, entity annotations of both kinds (`[plus](program)` and
`[plus]{"entity": "program", "value": "top_rated_plus"}`), and responses selectors (`faq/ask`). Synonyms,
lookup tables and regular expressions have their home in `entities.yaml`: they are counted and reported,
not read. The format: https://rasa.com/docs/rasa/nlu-training-data/
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from intents.load import ContentError, Problem, read_tree
from intents.model import Catalogue

VERSION = "3.1"
BACKGROUND = "nlu_fallback"
"""The intent that stands for texts no intent should claim, as Rasa's fallback classifier names it."""

_ANNOTATION = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\((?P<entity>[^()]+)\)|(?P<data>\{[^{}]*\}))")
_UNFIT = re.compile(r"[^a-z0-9_]+")
_OTHER = ("synonym", "lookup", "regex")


@dataclass(frozen=True)
class Annotation:
    """A piece of an example that names an entity; `value` where it differs from the text."""

    text: str
    entity: str
    value: str


@dataclass
class Imported:
    """What an NLU file held.

    `examples` are plain texts by intent in file order, each once; `annotations` what they had marked, by
    intent; `left_out` counts what has no place in a catalogue, by kind and name.
    """

    examples: dict[str, list[str]] = field(default_factory=dict)
    background: list[str] = field(default_factory=list)
    annotations: dict[str, list[Annotation]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)

    def aliases(self) -> dict[str, dict[str, list[str]]]:
        """Entity -> value -> the texts that were marked as it: material for `entities.yaml`."""
        found: dict[str, dict[str, list[str]]] = {}
        for marks in self.annotations.values():
            for mark in marks:
                texts = found.setdefault(mark.entity, {}).setdefault(mark.value, [])
                if mark.text not in texts:
                    texts.append(mark.text)
        return found


def read_nlu(path: Path) -> Imported:
    """Read one NLU file. Raises ContentError with file and line for what is not of the format."""
    data, lines = read_tree(path)
    if not isinstance(data, dict) or not isinstance(data.get("nlu"), list):
        cure = "name a file of Rasa's NLU training data"
        raise ContentError([Problem(path.name, 1, "no `nlu` list here", cure)])
    found = Imported()
    problems: list[Problem] = []
    for index, item in enumerate(data["nlu"]):
        wrong = _entry(found, item)
        if wrong is not None:
            problems.append(Problem(path.name, lines.get(("nlu", index), 1), *wrong))
    for section in data:
        if section not in ("nlu", "version"):
            found.left_out[str(section)] = found.left_out.get(str(section), 0) + 1
    if problems:
        raise ContentError(problems)
    return found


def _entry(found: Imported, item: Any) -> tuple[str, str] | None:
    """Take in one entry of `nlu`; what is wrong with it and the cure, if anything."""
    if not isinstance(item, dict):
        return "an entry of `nlu` is no mapping", "write `- intent: name` with `examples: |`"
    texts = _texts(item.get("examples"))
    other = next((kind for kind in _OTHER if kind in item), None)
    if other is not None:
        name = f"{other} {item[other]}"
        found.left_out[name] = found.left_out.get(name, 0) + len(texts or ())
        return None
    if not isinstance(item.get("intent"), str):
        return "an entry names no intent", "add `intent: name`"
    if texts is None:
        return f"the examples of {item['intent']} cannot be read", "begin each with `- `"
    _add(found, item["intent"], texts)
    return None


def _add(found: Imported, name: str, texts: Sequence[str]) -> None:
    plain = [_plain(text) for text in texts]
    if name == BACKGROUND:
        found.background += [text for text, _ in plain if text and text not in found.background]
        return
    intent = intent_id(name)
    if intent != name:
        found.renamed[name] = intent
    examples = found.examples.setdefault(intent, [])
    seen = set(examples)
    for text, marks in plain:
        if text and text not in seen:
            seen.add(text)
            examples.append(text)
        if marks:
            found.annotations.setdefault(intent, []).extend(marks)


def intent_id(name: str) -> str:
    """Rasa's intent name as a catalogue id: `family.name`; a name without a family goes to `imported`."""
    family, _, rest = name.lower().replace("/", ".").partition(".")
    parts = [_UNFIT.sub("_", part).strip("_") for part in (family, rest)]
    if not parts[1]:
        parts = ["imported", parts[0]]
    if not parts[0][:1].isalpha():
        parts[0] = f"f_{parts[0]}".rstrip("_")
    return f"{parts[0]}.{parts[1] or 'intent'}"


def _texts(examples: Any) -> list[str] | None:
    """The example lines of an entry: a block of `- text` lines, or a list of texts or `{text: …}`."""
    if examples is None:
        return []
    if isinstance(examples, str):
        texts: list[str] = []
        for line in examples.splitlines():
            if not line.strip():
                continue
            if line.startswith(("- ", "-\t")) or line.strip() == "-":
                texts.append(line[2:].strip())
            elif texts:
                texts[-1] = f"{texts[-1]} {line.strip()}"  # a long example goes on
            else:
                return None
        return texts
    if isinstance(examples, list):
        found = [item.get("text") if isinstance(item, dict) else item for item in examples]
        if all(isinstance(text, str) for text in found):
            return [" ".join(str(text).removeprefix("- ").split()) for text in found]
    return None


def _plain(text: str) -> tuple[str, list[Annotation]]:
    """An example without its annotations, and what they marked. What is no annotation stays as written."""
    marks: list[Annotation] = []

    def strip(match: re.Match[str]) -> str:
        if match["data"] is None:
            entity, _, value = match["entity"].partition(":")  # the older form (entity:value)
            marks.append(Annotation(match["text"], entity, value or match["text"]))
            return match["text"]
        try:
            data = json.loads(match["data"])
        except json.JSONDecodeError:
            return match[0]
        if not isinstance(data, dict) or "entity" not in data:
            return match[0]
        marks.append(Annotation(match["text"], str(data["entity"]), str(data.get("value", match["text"]))))
        return match["text"]

    return " ".join(_ANNOTATION.sub(strip, text).split()), marks


def families(imported: Imported, known: Catalogue | None = None) -> dict[str, str]:
    """The imported intents as catalogue files: file name -> YAML text.

    What the catalogue knows of an intent (title, slots, reply …) is kept; a new one gets a title from its
    name and the reply `topic`, for its writer to complete.
    """
    by_family: dict[str, list[dict[str, Any]]] = {}
    for intent, examples in imported.examples.items():
        if known is not None and intent in known:
            entry = known[intent].model_dump(mode="json", exclude={"examples"}, exclude_defaults=True)
        else:
            title = intent.split(".", 1)[1].replace("_", " ").capitalize()
            entry = {"id": intent, "title": title[:60].ljust(3, "."), "reply": "topic", "category": "other"}
        entry["examples"] = examples
        by_family.setdefault(intent.split(".", 1)[0], []).append(entry)
    files = {
        f"{family}.yaml": _dump({"family": family, "intents": intents})
        for family, intents in by_family.items()
    }
    if imported.background:
        files["background.yaml"] = _dump({"background": imported.background})
    return files


def write_nlu(catalogue: Catalogue) -> str:
    """The catalogue as Rasa's NLU YAML; its background becomes the intent `nlu_fallback`."""
    groups: Mapping[str, Sequence[str]] = {
        **{intent.id: intent.examples for intent in catalogue},
        **({BACKGROUND: catalogue.background} if catalogue.background else {}),
    }
    nlu = [
        {"intent": name, "examples": _Block("".join(f"- {_escape(text)}\n" for text in texts))}
        for name, texts in groups.items()
    ]
    return _dump({"version": VERSION, "nlu": nlu})


def _escape(text: str) -> str:
    """An example that Rasa would read as an annotation loses its brackets."""
    plain = " ".join(text.split())
    return _ANNOTATION.sub(lambda match: match["text"], plain)


class _Block(str):
    """Text that is written as a `|` block."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
)


def _dump(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
