"""What is published, written into the YAML: one line more where a wording is added, comments kept.

Wordings go behind the last one of their list, in its indentation, so that the difference is that line alone.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from bot.asking.standard import StandardAnswer
from bot.rooms.moderation.content import Body, Example
from bot.rooms.moderation.export_error import ExportError
from bot.rooms.moderation.export_facts import with_change
from intents.text import words
from knowledge.changing import Change

CATALOGUE, POINTS = Path("intents", "catalogue"), Path("knowledge", "points")
ANSWERS = Path("bot", "rooms", "moderation", "answers.yaml")


def export(root: Path, bodies: Sequence[Body]) -> list[Path]:
    """Write these into the files below `root`; the files that changed. Raises ExportError, writing none."""
    texts: dict[Path, str] = {}
    facts: list[Change] = []

    def read(path: Path) -> str:
        return texts.get(path) or (root / path).read_text("utf-8")

    for body in bodies:
        if isinstance(body, StandardAnswer):
            texts[ANSWERS] = _with_answer(read(ANSWERS), body)
        elif isinstance(body, Change):
            texts |= with_change(root, body, read, facts)
            facts.append(body)
        else:
            path, text = _with_example(root, body, read)
            texts[path] = text
    changed = [path for path, text in texts.items() if text != (root / path).read_text("utf-8")]
    for path in changed:
        (root / path).write_text(texts[path], "utf-8")
    return changed


def _with_example(root: Path, body: Example, read: Callable[[Path], str]) -> tuple[Path, str]:
    """The file of an intent or a point, and its text with the wordings."""
    if body.point is None:
        paths = [CATALOGUE / f"{body.intent.partition('.')[0]}.yaml"]
        name, key = body.intent, "examples"
    else:
        paths = [path.relative_to(root) for path in sorted((root / POINTS).glob("*.yaml"))]
        name, key = body.point, "asks"
    for path in paths:
        if not (root / path).is_file():
            continue
        text = read(path)
        for node in _mappings(yaml.compose(text)):
            if _scalar(node.get("id")) == name and isinstance(node.get(key), yaml.SequenceNode):
                return path, _with_lines(text, node[key], body.texts)
    raise ExportError(f"{name}: no file has it; withdraw the item, or teach it anew")


def _with_lines(text: str, found: yaml.SequenceNode, wordings: Sequence[str]) -> str:
    """The text with those of `wordings` that the list does not have, behind its last one."""
    there = {tuple(words(item.value)) for item in found.value}
    fresh = [one for one in wordings if tuple(words(one)) not in there]
    if not fresh:
        return text
    last = found.value[-1]
    lines = text.splitlines(keepends=True)
    indent = " " * (last.start_mark.column - 2)
    at = last.end_mark.line + (1 if last.end_mark.column else 0)
    return "".join([*lines[:at], *(f"{indent}- {_quoted(one)}\n" for one in fresh), *lines[at:]])


def _quoted(text: str) -> str:
    """A text as YAML has it on one line, in quotes where it would be read as something else."""
    try:
        listed = yaml.compose(f"- {text}")
    except yaml.YAMLError:
        listed = None
    plain = listed.value[0] if isinstance(listed, yaml.SequenceNode) else None
    if isinstance(plain, yaml.ScalarNode) and plain.value == text and plain.tag.endswith(":str"):
        return text
    return json.dumps(text, ensure_ascii=False)


def _with_answer(text: str, answer: StandardAnswer) -> str:
    """answers.yaml with that answer, in the place of its earlier version if there is one."""
    keeping = YAML()
    keeping.preserve_quotes = True
    keeping.width = 100_000
    keeping.indent(mapping=2, sequence=4, offset=2)
    data = keeping.load(text)
    given = answer.model_dump(mode="json").items()
    fresh = {name: _kept(value) for name, value in given if value not in (None, [])}
    answers = data["answers"]
    answers.fa.set_block_style()
    for one in answers:
        if str(one["id"]) == answer.id:
            for name in [name for name in one if name not in fresh]:
                del one[name]
            one.update(fresh)
            break
    else:
        answers.append(fresh)
    out = StringIO()
    keeping.dump(data, out)
    return out.getvalue()


def _kept(value: Any) -> Any:
    """A value whose texts stay texts, whatever YAML would take them for."""
    if isinstance(value, list):
        return [_kept(one) for one in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) else value


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of a document, by key."""
    if isinstance(node, yaml.MappingNode):
        yield {str(key.value): value for key, value in node.value}
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item)


def _scalar(node: Any) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None
