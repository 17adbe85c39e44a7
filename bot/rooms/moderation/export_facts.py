"""A changed fact, written into the YAML: one line more, or a last day in the line that is there."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.rooms.moderation.export_error import ExportError
from knowledge.changing import Change, changed
from knowledge.load import load
from knowledge.model import Source, Statement

FOLDER, SOURCES = Path("knowledge"), Path("knowledge", "sources.yaml")
Read = Callable[[Path], str]


def with_change(root: Path, change: Change, read: Read, earlier: Sequence[Change] = ()) -> Mapping[Path, str]:
    """The texts of the files that it changes, comments kept; `earlier` changes are in what `read` gives.

    Raises ExportError where no file has the fact.
    """
    knowledge = changed(load(root / FOLDER), earlier)
    try:
        located = knowledge.located(change.path)
    except KeyError:
        raise ExportError(f"{change.path}: no file has this fact; withdraw the item") from None
    path = FOLDER / located.file
    text = read(path)
    cell = _at(yaml.compose(text), located.place)
    if change.statement is None:
        assert change.ends is not None, "a change is one of both"
        holding = located.cell.on(change.ends, knowledge.sources).statement
        if holding is None:
            raise ExportError(f"{change.path}: nothing holds on {change.ends}; withdraw the item")
        node = cell.value[located.cell.statements.index(holding)]
        given = {"until": change.ends, "replaced_by": change.replaced_by}
        return {path: _with_end(text, node, {name: one for name, one in given.items() if one is not None})}
    last = cell.value[-1]
    lines = text.splitlines(keepends=True)
    at = last.end_mark.line + (1 if last.end_mark.column else 0)
    line = f"{' ' * (last.start_mark.column - 2)}- {_flow(_fields(change.statement))}\n"
    texts = {path: "".join([*lines[:at], line, *lines[at:]])}
    if change.source is not None and f"id: {change.source.id}\n" not in read(SOURCES):
        texts[SOURCES] = f"{read(SOURCES).rstrip()}\n\n{_source(change.source)}"
    return texts


def _at(node: Any, place: tuple[str | int, ...]) -> Any:
    """The node at a place inside of a document."""
    for part in place:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[int(part)]
        else:
            node = next(value for key, value in node.value if key.value == part)
    return node


def _with_end(text: str, node: Any, given: Mapping[str, Any]) -> str:
    """The text with these keys in a statement, whether it stands on one line or on several."""
    if node.flow_style:
        at = node.end_mark.index - 1
        return f"{text[:at]}, {_flow(given)[1:-1]}{text[at:]}"
    last = node.value[-1][1]
    at = text.index("\n", last.end_mark.index - 1)
    indent = " " * node.start_mark.column
    return text[:at] + "".join(f"\n{indent}{name}: {_one(one)}" for name, one in given.items()) + text[at:]


def _fields(statement: Statement) -> dict[str, Any]:
    """What a statement says, without what goes without saying."""
    given = statement.model_dump(by_alias=True)
    wanted = ("from", "until", "value", "source", "confidence", "note", "replaced_by", "show")
    return {name: given[name] for name in wanted if given[name] is not None or name == "value"}


def _flow(fields: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {_one(value)}" for name, value in fields.items()) + "}"


def _one(value: Any) -> str:
    """A value as YAML has it on one line."""
    if isinstance(value, Mapping):
        return _flow(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_one, value)) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | Decimal | date):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _source(source: Source) -> str:
    given = {name: one for name, one in source.model_dump(mode="json").items() if one is not None}
    plain = {"id", "kind", "date"}
    rows = [f"{name}: {one if name in plain else _one(one)}" for name, one in given.items()]
    return "- " + "\n  ".join(rows) + "\n"
