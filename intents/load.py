"""Reading the catalogue and the entities from YAML, with errors that name file, line and cure.

knowledge/load.py reads YAML of its own: neither package may know the other. What both find wrong they say in
the same words, and a test holds them to it; here every scalar is a word, there it has its type.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from intents.model import Asked, AskedFile, Background, Catalogue, Family, Intent

CATALOGUE = Path(__file__).with_name("catalogue")
"""The catalogue that ships with the package."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where there is one: ten times as fast
BACKGROUND = "background.yaml"
ASKED = "asked.yaml"

Path_ = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a content file, and what to do about it. Prints as `file:line: what; cure`."""

    file: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.cure}"


class ContentError(Exception):
    """Content cannot be used. `problems` holds every one found; `str()` is a line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read every `*.yaml` of a folder: one family each, `background.yaml` and `asked.yaml`.

    Raises ContentError with all problems of all files at once.
    """
    problems: list[Problem] = []
    intents: dict[str, Intent] = {}
    places: dict[str, str] = {}
    background: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    files = sorted(Path(path).glob("*.yaml"))
    if not files:
        raise ContentError([Problem(str(path), 1, "no catalogue files here", "name a folder of *.yaml")])
    for file in files:
        try:
            if file.name == BACKGROUND:
                background = read(file, Background)[0].background
                continue
            if file.name == ASKED:
                asked = _asked(file, places)
                continue
            family, lines = read(file, Family)
        except ContentError as error:
            problems += error.problems
            continue
        for index, intent in enumerate(family.intents):
            line = lines.get(("intents", index), 1)
            if not intent.id.startswith(family.family + "."):
                what = f"intent {intent.id} stands in family {family.family}"
                problems.append(Problem(file.name, line, what, "move it to its family's file"))
            if intent.id in intents:
                what = f"intent {intent.id} is also at {places[intent.id]}"
                problems.append(Problem(file.name, line, what, "keep one of them"))
            intents[intent.id] = intent
            places[intent.id] = f"{file.name}:{line}"
    if problems:
        raise ContentError(problems)
    return Catalogue(intents=intents, background=background, asked=asked, places=places)


def _asked(file: Path, places: dict[str, str]) -> tuple[Asked, ...]:
    """The questions of `asked.yaml`; `places` learns where each stands."""
    content, lines = read(file, AskedFile)
    for at, group in enumerate(content.asked):
        for number, text in enumerate(group.questions):
            line = lines.get(("asked", at, "questions", number), 1)
            places.setdefault(text, f"{file.name}:{line}")
    return content.asked


def read(file: Path, model: type[M]) -> tuple[M, dict[Path_, int]]:
    """Read one YAML file as `model`; also return the line (from 1) on which each value stands.

    Raises ContentError where the file is missing, is no YAML, or does not fit the model.
    """
    data, lines = read_tree(file)
    try:
        return model.model_validate(data), lines
    except ValidationError as error:
        details = error.errors()
        raise ContentError(
            _explain(file.name, detail, lines) for detail in details if not _follows(detail, details)
        ) from error


def read_tree(file: Path) -> tuple[Any, dict[Path_, int]]:
    """One YAML file as mappings, lists and texts, and the line (from 1) on which each value stands.

    Raises ContentError where the file is missing or is no YAML.
    """
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError([Problem(file.name, *_unreadable(error))]) from error
    if node is None:
        raise ContentError([Problem(file.name, 1, "the file is empty", "fill or remove it")])
    lines: dict[Path_, int] = {}
    problems: list[Problem] = []
    data = _value(node, (), lines, problems, file.name)
    if problems:
        raise ContentError(problems)
    return data, lines


def _unreadable(error: Exception) -> tuple[int, str, str]:
    """The line of a file that cannot be read, what is wrong and what cures it."""
    if isinstance(error, FileNotFoundError):
        return 1, "the file is missing", "put it in its place"
    if isinstance(error, OSError):
        return 1, error.strerror or str(error), "check the path"
    if isinstance(error, UnicodeDecodeError):
        return 1, "not UTF-8 text", "save the file as UTF-8"
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return 1 if mark is None else mark.line + 1, f"no valid YAML: {reason}", "mend the line"


def _value(node: yaml.Node, at: Path_, lines: dict[Path_, int], problems: list[Problem], file: str) -> Any:
    """The plain value of a YAML node, noting each value's line and each key given twice."""
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node)
            if key in result:
                line = key_node.start_mark.line + 1
                problems.append(Problem(file, line, f"the key {key} is given twice", "remove one of them"))
            result[key] = _value(value_node, (*at, key), lines, problems, file)
            lines[(*at, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*at, i), lines, problems, file) for i, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """A scalar's text, or None for an empty one. Content is words: `no` and `2` stay as written."""
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)


def _follows(detail: Any, details: Sequence[Any]) -> bool:
    """Whether a list only seems too short because of what is wrong with its items."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details
    )


def _explain(file: str, detail: Any, lines: dict[Path_, int]) -> Problem:
    """A pydantic error as a line that a content writer can act on."""
    at: Path_ = tuple(detail["loc"])
    where = at
    while where and where not in lines:
        where = where[:-1]
    name = ".".join(map(str, at)) or "the file"
    kind = detail["type"]
    if kind == "extra_forbidden":
        what, cure = f"unknown key {name}", "remove it or mend its name"
    elif kind == "missing":
        what, cure = f"{name} is missing", f"add {at[-1]}"
    else:
        what, cure = f"{name}: {detail['msg']}", "mend the value"
    return Problem(file, lines.get(where, 1), what, cure)
