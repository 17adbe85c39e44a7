"""Reading the knowledge from its YAML files. Numbers with a point become exact decimals.

Every error names the file, the line and a cure; all errors of a run are reported together. intents/load.py
says the same in the same words, with a reader of its own: neither package may know the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from knowledge.model import Knowledge, Program, Source, Topic, Wording
from knowledge.offer import Offer
from knowledge.points import Point
from knowledge.practice import Advice, Practice

DIRECTORY = Path(__file__).parent
"""Where the knowledge that comes with the package stands."""

Place = tuple[str | int, ...]
Content = TypeVar("Content")
Entry = TypeVar("Entry", Program, Topic, Offer)

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = yaml.constructor.SafeConstructor()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a content file, and what to do about it. `line` counts from 1."""

    file: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.cure}"


class ContentError(Exception):
    """The content cannot be used. `problems` has every reason; the message has one per line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def load(directory: Path = DIRECTORY) -> Knowledge:
    """Everything under `directory`: four single files, and programs/, topics/, offers/, points/.

    Raises ContentError with all problems found: unreadable YAML, unknown or missing keys, wrong types, a
    file whose name is not its id, an unknown source.
    """
    reader = _Reader(directory)
    sources = reader.read("sources.yaml", list[Source]) or []
    wording = reader.read("wording.yaml", Wording)
    practice = reader.read("practice.yaml", Practice)
    advice = reader.read("advice.yaml", Advice)
    programs = sorted(reader.folder("programs", Program), key=lambda program: program.order)
    topics = reader.folder("topics", Topic)
    offers = reader.folder("offers", Offer)
    points = reader.points()
    reader.once("sources.yaml", [source.id for source in sources])
    if reader.problems or wording is None or practice is None or advice is None:
        raise ContentError(reader.problems)
    knowledge = Knowledge(
        sources={source.id: source for source in sources},
        programs={program.id: program for program in programs},
        topics={topic.id: topic for topic in topics},
        offers={offer.id: offer for offer in offers},
        wording=wording,
        practice=practice,
        advice=advice,
        points=points,
        lines=reader.lines,
    )
    unknown = list(_unknown_sources(knowledge))
    if unknown:
        raise ContentError(unknown)
    return knowledge


def read_file(path: Path, kind: type[Content]) -> Content:
    """One content file as `kind`. Raises ContentError with all problems found."""
    reader = _Reader(path.parent)
    content = reader.read(path.name, kind)
    if content is None or reader.problems:
        raise ContentError(reader.problems)
    return content


class _Reader:
    """Reads files one after the other and keeps their lines and problems."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.lines: dict[str, dict[Place, int]] = {}
        self.problems: list[Problem] = []

    def folder(self, name: str, kind: type[Entry]) -> list[Entry]:
        entries: list[Entry] = []
        for path in sorted((self.directory / name).glob("*.yaml")):
            file = f"{name}/{path.name}"
            entry = self.read(file, kind)
            if entry is None:
                continue
            if entry.id != path.stem:
                line = self.lines[file].get(("id",), 1)
                self._report(file, line, f"the id is {entry.id}", f"name the file {entry.id}.yaml")
            entries.append(entry)
        return entries

    def points(self) -> dict[str, Point]:
        """All points by id; an id or a wording that stands twice is reported."""
        found: dict[str, Point] = {}
        asked: dict[str, str] = {}
        for path in sorted((self.directory / "points").glob("*.yaml")):
            file = f"points/{path.name}"
            for number, point in enumerate(self.read(file, list[Point]) or []):
                line = self.lines[file].get((number,), 1)
                if point.id in found:
                    self._report(
                        file, line, f"the id {point.id} stands twice", "remove or rename one of them"
                    )
                for ask in point.asks:
                    if asked.setdefault(ask.casefold(), point.id) != point.id:
                        other = asked[ask.casefold()]
                        self._report(
                            file, line, f"“{ask}” is asked by {other}, too", "leave it to one of them"
                        )
                found[point.id] = point.model_copy(update={"file": file, "line": line})
        return found

    def read(self, file: str, kind: type[Content]) -> Content | None:
        lines = self.lines.setdefault(file, {})
        try:
            node = yaml.compose((self.directory / file).read_text("utf-8"), Loader=_Loader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self._report(file, *_unreadable(error))
            return None
        if node is None:
            self._report(file, 1, "the file is empty", "fill or remove it")
            return None
        before = len(self.problems)
        data = self._construct(file, node, (), lines)
        if len(self.problems) > before:  # what does not fit then only follows
            return None
        try:
            return TypeAdapter(kind).validate_python(data)
        except ValidationError as error:
            details = error.errors()
            for detail in details:
                if not _follows(detail, details):
                    self._report(file, _line(lines, detail["loc"]), *_explain(detail))
            return None

    def once(self, file: str, names: list[str]) -> None:
        """Report ids that stand more than once in a list."""
        for number, name in enumerate(names):
            if name in names[:number]:
                line = self.lines[file].get((number,), 1)
                self._report(file, line, f"the id {name} stands twice", "remove or rename one of them")

    def _construct(self, file: str, node: Any, place: Place, lines: dict[Place, int]) -> Any:
        lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(file, item, (*place, n), lines) for n, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            mapping: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = self._scalar(file, key_node)
                if key in mapping:
                    line = key_node.start_mark.line + 1
                    self._report(file, line, f"the key {key} stands twice", "remove one of them")
                mapping[key] = self._construct(file, value_node, (*place, key), lines)
                lines[(*place, key)] = key_node.start_mark.line + 1
            return mapping
        return self._scalar(file, node)

    def _scalar(self, file: str, node: Any) -> Any:
        """A value or a key; None where it is neither, as 30 February, and that is reported."""
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode):
            self._report(file, line, "a list or mapping stands as a key", "name the key with a word")
            return None
        try:
            if node.tag == "tag:yaml.org,2002:float":
                return Decimal(node.value.replace("_", ""))
            return _SCALARS.construct_object(node)
        except (ValueError, ArithmeticError, yaml.YAMLError):
            self._report(file, line, f"{node.value} cannot be read", "mend the value")
            return None

    def _report(self, file: str, line: int, what: str, cure: str) -> None:
        self.problems.append(Problem(f"{self.directory.name}/{file}", line, what, cure))


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


def _follows(detail: Any, details: Sequence[Any]) -> bool:
    """Whether a list only seems too short because of what is wrong with its items."""
    loc = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details
    )


def _explain(detail: Any) -> tuple[str, str]:
    """What is wrong and what cures it, from one of pydantic's error details."""
    keys = [str(part) for part in detail["loc"]]
    where = ".".join(keys) or "the file"
    if detail["type"] == "extra_forbidden":
        return f"unknown key {where}", "remove it or mend its name"
    if detail["type"] == "missing":
        return f"{where} is missing", f"add {keys[-1]}"
    return f"{where}: {detail['msg']}", "mend the value"


def _line(lines: dict[Place, int], place: Place) -> int:
    """The line of the deepest known part of a place (pydantic adds parts of its own)."""
    known: Place = ()
    for part in place:
        if (*known, part) in lines:
            known = (*known, part)
    return lines.get(known, 1)


def _unknown_sources(knowledge: Knowledge) -> Iterable[Problem]:
    cure = "add it to sources.yaml or mend the id"
    for found in knowledge.cells():
        for number, statement in enumerate(found.cell.statements):
            for name in statement.names:
                if name not in knowledge.sources:
                    line = knowledge.lines[found.file].get((*found.place, number), 1)
                    what = f"{found.path} names the unknown source {name}"
                    yield Problem(f"knowledge/{found.file}", line, what, cure)
    for offer in knowledge.offers.values():
        if offer.source not in knowledge.sources:
            file = f"offers/{offer.id}.yaml"
            line = knowledge.lines[file].get(("source",), 1)
            yield Problem(f"knowledge/{file}", line, f"unknown source {offer.source}", cure)
