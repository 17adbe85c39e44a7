"""What moderators can add: the bodies of content items, checked against the content that they stand on."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.asking import markup
from bot.asking.standard import StandardAnswer, Wording
from bot.asking.taught import Lesson
from intents.model import Catalogue
from knowledge.changing import Change, ChangeError, changed, check
from knowledge.load import read_file
from knowledge.model import Knowledge
from knowledge.statement import Model


class Kind(StrEnum):
    """What an item is: a wording for something that is answered already, an answer of its own, or a fact."""

    EXAMPLE = "example"
    ANSWER = "answer"
    FACT = "fact"


class State(StrEnum):
    """How far an item has come. TESTED passed, BLOCKED breaks what is answered rightly today."""

    DRAFT = "draft"
    TESTED = "tested"
    BLOCKED = "blocked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Example(Model):
    """Wordings of an intent, or of one of its points."""

    intent: str
    point: str | None = None
    texts: tuple[Wording, ...]


Body = Example | StandardAnswer | Change
MODELS: Mapping[str, type[Body]] = {
    Kind.EXAMPLE: Example,
    Kind.ANSWER: StandardAnswer,
    Kind.FACT: Change,
}
Said = Callable[[str], tuple[str, str | None] | None]
"""The intent and the point that the files have a wording for."""


class AnswersFile(Model):
    """answers.yaml: the standard answers of the files."""

    answers: tuple[StandardAnswer, ...] = ()


ANSWERS = Path(__file__).with_name("answers.yaml")


def load_answers(path: Path = ANSWERS) -> tuple[StandardAnswer, ...]:
    """The standard answers of the files. Raises ContentError with file, line and cure."""
    return read_file(path, AnswersFile).answers


def lint(answers: Collection[StandardAnswer], knowledge: Knowledge) -> Iterator[str]:
    """Every problem as `file: what; cure`."""
    paths = {located.path for located in knowledge.cells()}
    for answer in answers:
        for name in markup.facts_in(answer.text):
            if name not in paths:
                yield f"{ANSWERS.name}: {answer.id} names {name}, which is no fact; correct it"
    for name, count in Counter(answer.id for answer in answers).items():
        if count > 1:
            yield f"{ANSWERS.name}: {name} stands twice; keep one"


class ConflictError(Exception):
    """An item cannot stand on the content as it is. Its text says why, as a key of moderation/conflicts."""


def body_of(kind: str, body: Mapping[str, Any]) -> Body:
    """An item's body. Raises ConflictError where it is none (any more)."""
    try:
        return MODELS[kind].model_validate(body)
    except (ValidationError, KeyError) as error:
        raise ConflictError("shape") from error


def stands(body: Body, catalogue: Catalogue, knowledge: Knowledge) -> None:
    """Whether what it names is there. Raises ConflictError."""
    if isinstance(body, StandardAnswer):
        paths = {located.path for located in knowledge.cells()}
        if not paths.issuperset(markup.facts_in(body.text)):
            raise ConflictError("fact")
    elif isinstance(body, Change):
        try:
            knowledge.located(body.path)
        except KeyError:
            raise ConflictError("path") from None
    elif body.intent not in catalogue:
        raise ConflictError("intent")
    elif body.point is not None and body.point not in knowledge.points:
        raise ConflictError("point")


def fitting(knowledge: Knowledge, *changes: Change, read: bool = False) -> Knowledge:
    """The knowledge with changes of facts; `read`: the last as `laurel lint` would. Raises ConflictError."""
    try:
        before = changed(knowledge, changes[:-1] if read else changes)
        return check(before, changes[-1]) if read else before
    except ChangeError as error:
        raise ConflictError(error.why) from error


def lessons_of(body: Body) -> list[Lesson]:
    """The wordings that it adds."""
    if isinstance(body, StandardAnswer):
        return [Lesson(text, body.intent) for text in (body.title, *body.wordings)]
    if isinstance(body, Change):
        return []
    return [Lesson(text, body.intent, body.point) for text in body.texts]


def based(body: Body, base: Collection[StandardAnswer], said: Said, knowledge: Knowledge) -> Any:
    """What the files say in the place of an item, as JSON.

    An answer; a cell's statements; or what each of its wordings means.
    """
    if isinstance(body, Change):
        try:
            statements = knowledge.cell(body.path).statements
        except KeyError:
            return None
        return [one.model_dump(mode="json", by_alias=True) for one in statements]
    if isinstance(body, StandardAnswer):
        same = [one.model_dump(mode="json") for one in base if one.id == body.id]
        return same[0] if same else None
    return [None if found is None else list(found) for found in map(said, body.texts)]


def held(body: Body, below: Any) -> bool:
    """Whether the files, which say `below` in its place, hold the item already."""
    if isinstance(body, StandardAnswer):
        return bool(below == body.model_dump(mode="json"))
    if isinstance(body, Change):
        return any(_says(one, body) for one in below or ())
    return all(one == [body.intent, body.point] for one in below)


def _says(statement: Mapping[str, Any], change: Change) -> bool:
    """Whether a statement of the files, as JSON, is what a change makes."""
    if change.statement is None:
        assert change.ends is not None, "a change is one of both"
        return bool(statement["until"] == change.ends.isoformat())
    wanted = change.statement.model_dump(mode="json", by_alias=True)
    return all(statement[name] == wanted[name] for name in ("from", "value", "source"))
