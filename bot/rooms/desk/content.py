"""The desk's content, read from desk.yaml: categories, priorities, targets, macros, the relay's marker."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.rooms.desk.acknowledging import Acknowledgement
from knowledge.load import read_file
from knowledge.statement import Id, Model

DESK = Path(__file__).with_name("desk.yaml")
"""Where the content that comes with the package stands."""

_SPAN = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_PLACEHOLDERS = {"person", "number", "category", "agent"}
_BRACES = re.compile(r"\{(\w*)\}")


def _span(value: object) -> object:
    """`4h` as a timedelta. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    found = _SPAN.fullmatch(str(value))
    if found is None:
        raise ValueError(f"{value!r} is no span: write it like 30m, 4h or 2d")
    return int(found[1]) * _UNITS[found[2]]


Span = Annotated[timedelta, BeforeValidator(_span)]


def _fillable(text: str) -> str:
    unknown = set(_BRACES.findall(text)) - _PLACEHOLDERS
    if unknown:
        raise ValueError(f"unknown placeholder {{{min(unknown)}}}: use {', '.join(sorted(_PLACEHOLDERS))}")
    return text


class Targets(Model):
    """How soon, in business time."""

    first_reply: Span
    resolution: Span


class Priority(Targets):
    """One step of urgency, the most urgent first in the file."""

    id: Id
    title: str
    sign: str


class Subcategory(Model):
    """What exactly it is about. `popular` are intents answered before a ticket is written."""

    id: Id
    title: str
    priority: Id | None = None
    popular: tuple[str, ...] = ()


class Category(Model):
    """What a ticket is about. `targets` (by priority) replace the priorities' own where given."""

    id: Id
    title: str
    priority: Id | None = None
    targets: dict[Id, Targets] = Field(default={})
    subcategories: tuple[Subcategory, ...] = Field(min_length=1)

    def sub(self, name: str) -> Subcategory:
        """Raises UnknownChoiceError."""
        return _named(self.subcategories, name)


class UnknownChoiceError(KeyError):
    """A choice that is no longer offered, as when a form is older than the content."""


class Choice(Model):
    """Something an agent picks from a list."""

    id: Id
    title: str


class Macro(Choice):
    """A ready reply. `asks`: it waits for the person's answer."""

    text: Annotated[str, AfterValidator(_fillable)]
    asks: bool = False

    def filled(self, **values: str) -> str:
        """The text with its placeholders filled; braces of the values stay as they are."""
        return _BRACES.sub(lambda found: values[found[1]], self.text)


class Relay(Model):
    """How an agent's words reach the person, and how long a message waits for one it overtook."""

    marker: str = Field(min_length=1, pattern=r"^\S+$")
    settle_seconds: float = Field(ge=0, le=30)


class Label(Model):
    """What a form field says to the person."""

    label: str
    hint: str | None = None
    placeholder: str | None = None


class DeskContent(Model):
    """All of desk.yaml."""

    calendar: Id
    reopen_days: int = Field(gt=0)
    attachments: int = Field(ge=0, le=10)
    contact_required: bool
    page: int = Field(gt=0, le=20)
    soon: Span
    warn_at: float = Field(gt=0, lt=1)
    snoozes: tuple[Span, ...]
    relay: Relay
    acknowledgement: Acknowledgement
    priorities: tuple[Priority, ...]
    priority: Id
    form: dict[Id, Label]
    categories: tuple[Category, ...]
    reasons: tuple[Choice, ...]
    macros: tuple[Macro, ...]

    @model_validator(mode="after")
    def _named_right(self) -> Self:
        known = {priority.id for priority in self.priorities}
        used = {self.priority}
        for category in self.categories:
            chosen = (category.priority, *(sub.priority for sub in category.subcategories))
            used |= {step for step in chosen if step is not None} | set(category.targets)
        if used - known:
            raise ValueError(f"unknown priority {min(used - known)}")
        for name, entries in (
            ("priority", self.priorities),
            ("category", self.categories),
            ("macro", self.macros),
            ("reason", self.reasons),
        ):
            ids = [entry.id for entry in entries]
            twice = {entry for entry in ids if ids.count(entry) > 1}
            if twice:
                raise ValueError(f"the {name} {min(twice)} stands twice")
        return self

    @property
    def reopen(self) -> timedelta:
        """How long after its resolution a reply reopens a ticket."""
        return timedelta(days=self.reopen_days)

    def category(self, name: str) -> Category:
        """Raises UnknownChoiceError."""
        return _named(self.categories, name)

    def known_category(self, name: str | None) -> Category:
        """The category of that name, or the last one ("something else")."""
        return next((c for c in self.categories if c.id == name), self.categories[-1])

    def macro(self, name: str) -> Macro:
        """Raises UnknownChoiceError."""
        return _named(self.macros, name)

    def reason(self, name: str) -> Choice:
        """Raises UnknownChoiceError."""
        return _named(self.reasons, name)

    def step(self, name: str) -> Priority:
        """The priority of that name. Raises UnknownChoiceError."""
        return _named(self.priorities, name)

    def priority_of(self, category: str, subcategory: str) -> str:
        """The priority a new ticket begins with."""
        chosen = self.category(category)
        return chosen.sub(subcategory).priority or chosen.priority or self.priority

    def targets(self, category: str, priority: str) -> Targets:
        """The targets for a ticket: its category's where it has some, else the priority's."""
        return self.known_category(category).targets.get(priority) or self.step(priority)


Entry = TypeVar("Entry", Subcategory, Category, Choice, Macro, Priority)


def load_desk(path: Path = DESK) -> DeskContent:
    """The desk's content. Raises ContentError with file, line and cure."""
    return read_file(path, DeskContent)


def _named(entries: tuple[Entry, ...], name: str) -> Entry:
    for entry in entries:
        if entry.id == name:
            return entry
    raise UnknownChoiceError(name)
