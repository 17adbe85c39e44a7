"""Changing what is known while it is read: a dated statement is appended to a cell, or one of its own ends.

What was said of a day that is over is never rewritten: a statement begins after all others of its rank, and
only one that goes on can be given a last day. Pure: the changed knowledge is another object.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Self

from pydantic import BaseModel, model_validator

from knowledge.lint import lint
from knowledge.model import Cell, Knowledge, Located, Model, Program, Source, Statement, Topic


class ChangeError(Exception):
    """A change that cannot be made.

    `why`: path, source, earlier, nothing, over or lint; `problem` says what lint found.
    """

    def __init__(self, why: str, problem: str = "") -> None:
        super().__init__(problem or why)
        self.why = why
        self.problem = problem


class Change(Model):
    """One change of the cell at `path`.

    `statement` is appended, with `source` where the files have none of its name; or what holds on the day
    before `ends` gets that as its last day, with what stands in its place.
    """

    path: str
    statement: Statement | None = None
    source: Source | None = None
    ends: dt.date | None = None
    replaced_by: str | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """What `model_dump_json` wrote. Texts stay texts, also where they look like figures."""
        return cls.model_validate(json.loads(text))

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.statement is None) == (self.ends is None):
            raise ValueError("either a statement or an end")
        return self


def changed(knowledge: Knowledge, changes: Iterable[Change]) -> Knowledge:
    """The knowledge with these, in order. Raises ChangeError at the first that cannot be made."""
    for change in changes:
        knowledge = _changed(knowledge, change)
    return knowledge


def check(knowledge: Knowledge, change: Change) -> Knowledge:
    """As `changed` with one, also read as `laurel lint` reads content. Raises ChangeError."""
    after = _changed(knowledge, change)
    known = {(problem.file, problem.what) for problem in lint(knowledge)}
    for problem in lint(after):
        if (problem.file, problem.what) not in known:
            raise ChangeError("lint", f"{problem.what}; {problem.cure}")
    return after


def _changed(knowledge: Knowledge, change: Change) -> Knowledge:
    try:
        located = knowledge.located(change.path)
    except KeyError:
        raise ChangeError("path") from None
    sources = dict(knowledge.sources)
    if change.source is not None and sources.setdefault(change.source.id, change.source) != change.source:
        raise ChangeError("source")
    if change.statement is not None:
        cell = _appended(located.cell, change.statement, sources)
    else:
        cell = _ended(located.cell, change, sources)
    return _with(knowledge, located, cell, sources, change)


def _appended(cell: Cell, statement: Statement, sources: Mapping[str, Source]) -> Cell:
    if any(name not in sources for name in statement.names):
        raise ChangeError("source")
    kind = sources[statement.source].kind
    same = [one for one in cell.statements if sources[one.source].kind is kind]
    if any(one.from_ >= statement.from_ for one in same):
        raise ChangeError("earlier")
    return Cell((*cell.statements, statement))


def _ended(cell: Cell, change: Change, sources: Mapping[str, Source]) -> Cell:
    assert change.ends is not None, "the change is an end"
    holding = cell.on(change.ends, sources).statement
    if holding is None:
        raise ChangeError("nothing")
    if holding.until is not None:
        raise ChangeError("over")
    update = {"until": change.ends, "replaced_by": change.replaced_by or holding.replaced_by}
    ended = holding.model_copy(update=update)
    return Cell(tuple(ended if one is holding else one for one in cell.statements))


def _with(
    knowledge: Knowledge, located: Located, cell: Cell, sources: Mapping[str, Source], change: Change
) -> Knowledge:
    """The knowledge with another cell in that place."""
    folder, _, name = located.file.removesuffix(".yaml").partition("/")
    changes = (*knowledge.changes, change.model_dump_json(by_alias=True))
    after = replace(
        knowledge,
        sources=sources,
        changes=changes,
        revised=_revised(knowledge, located, cell, change, sources),
    )
    if folder == "programs":
        program: Program = _put(knowledge.programs[name], located.place, cell)
        return replace(after, programs={**knowledge.programs, name: program})
    topic: Topic = _put(knowledge.topics[name], located.place, cell)
    return replace(after, topics={**knowledge.topics, name: topic})


def _revised(
    knowledge: Knowledge, located: Located, cell: Cell, change: Change, sources: Mapping[str, Source]
) -> Mapping[str, dt.date]:
    """From when on cells say something else than in the files: a sentence written for them may be wrong."""
    if change.statement is None:
        assert change.ends is not None, "a change is one of both"
        day = change.ends + dt.timedelta(days=1)
    else:
        day = change.statement.from_
        if knowledge.on(located.cell, day).value == cell.on(day, sources).value:
            return knowledge.revised  # the same, or from a source that does not decide
    earlier = knowledge.revised.get(change.path, day)
    return {**knowledge.revised, change.path: min(day, earlier)}


def _put(where: Any, place: tuple[str | int, ...], cell: Cell) -> Any:
    """A copy of `where` with the cell at a place inside of it."""
    head, rest = place[0], place[1:]
    if isinstance(where, tuple):
        at = int(head)
        inner = _put(where[at], rest, cell) if rest else cell
        return (*where[:at], inner, *where[at + 1 :])
    if isinstance(where, dict):
        return {**where, head: _put(where[head], rest, cell) if rest else cell}
    assert isinstance(where, BaseModel), "content is made of models"
    name = str(head)
    return where.model_copy(update={name: _put(getattr(where, name), rest, cell) if rest else cell})
