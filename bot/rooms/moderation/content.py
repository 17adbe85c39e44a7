"""What moderators can add: the bodies of content items, checked against the content that they stand on."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from bot.asking import markup
from bot.asking.standard import StandardAnswer, Wording
from bot.asking.taught import Lesson
from intents.model import Catalogue
from knowledge.model import Knowledge
from knowledge.statement import Model


class Kind(StrEnum):
    """What an item is: a wording for something that is answered already, or an answer of its own."""

    EXAMPLE = "example"
    ANSWER = "answer"


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


Body = Example | StandardAnswer


class ConflictError(Exception):
    """An item cannot stand on the content as it is. Its text says why, as a key of moderation/conflicts."""


def body_of(kind: str, body: Mapping[str, Any]) -> Body:
    """An item's body. Raises ConflictError where it is none (any more)."""
    try:
        return (StandardAnswer if kind == Kind.ANSWER else Example).model_validate(body)
    except ValidationError as error:
        raise ConflictError("shape") from error


def stands(body: Body, catalogue: Catalogue, knowledge: Knowledge) -> None:
    """Whether what it names is there. Raises ConflictError."""
    if isinstance(body, StandardAnswer):
        paths = {located.path for located in knowledge.cells()}
        if not paths.issuperset(markup.facts_in(body.text)):
            raise ConflictError("fact")
    elif body.intent not in catalogue:
        raise ConflictError("intent")
    elif body.point is not None and body.point not in knowledge.points:
        raise ConflictError("point")


def lessons_of(body: Body) -> list[Lesson]:
    """The wordings that it adds."""
    if isinstance(body, StandardAnswer):
        return [Lesson(text, body.intent) for text in (body.title, *body.wordings)]
    return [Lesson(text, body.intent, body.point) for text in body.texts]


def merged(body: Body, base: Collection[Body], said: Callable[[str], tuple[str, str | None] | None]) -> bool:
    """Whether the base holds it already. `said` gives the (intent, point) that a wording is an example of.

    Raises ConflictError where the base says something else in its place.
    """
    if isinstance(body, StandardAnswer):
        same = [one for one in base if isinstance(one, StandardAnswer) and one.id == body.id]
        if same and same[0] != body:
            raise ConflictError("newer")
        return bool(same)
    held = [said(text) for text in body.texts]
    if all(one == (body.intent, body.point) for one in held):
        return True
    if any(one is not None and one[0] != body.intent for one in held):
        raise ConflictError("elsewhere")
    return False
