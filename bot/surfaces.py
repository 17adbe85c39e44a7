"""What reaches the rooms from Slack, in words of our own, and the tables that say who takes what.

A room fills a `Surfaces` with its handlers; bot/app.py puts all of them together. Nothing here knows Slack's
packages. Handlers of what is stored run inside the transaction that finishes the job, so what they enqueue
and write happens exactly once; what asks a question returns how to answer it. Openers run at once, because
Slack takes a modal only for three seconds.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outside import Outside
from bot.messages import Where, Who

DIGITS = 18  # of the largest id that a database counts to


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, a menu or another control that somebody used.

    `action` is its id up to `#`; `value` what it carries or what was chosen. `view` is the id of the modal it
    stands in (None elsewhere), `metadata` that view's private metadata, `fields` what its inputs hold,
    `label` what the button says. `respond` is where a reply goes when the message was for this person alone.
    For a shortcut on a message, `ours` says whether the bot wrote it, `author` is the user who did (empty for
    a bot), and `block_ids` names its blocks.
    """

    action: str
    value: str
    who: Who
    where: Where
    key: str
    at: datetime
    trigger: str = ""
    view: str | None = None
    metadata: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    respond: str | None = None
    ours: bool = False
    author: str = ""
    block_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form that somebody sent. `fields` holds the value of each block by its id."""

    form: str
    who: Who
    fields: Mapping[str, Any]
    metadata: str
    key: str
    at: datetime
    view: str = ""


@dataclass(frozen=True, slots=True)
class Commanded:
    """A slash command's subcommand and the words behind it. `respond` is where a reply to it goes."""

    name: str
    words: str
    who: Who
    where: Where
    key: str
    at: datetime
    trigger: str = ""
    respond: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A message that was edited, or deleted (`text` None). `where.ts` is the message itself.

    `raw` and `before` are the words as Slack has them, now and before; `stamp` is Slack's time of the change.
    """

    who: Who | None
    where: Where
    ts: str
    text: str | None
    key: str
    at: datetime
    raw: str = ""
    before: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Reacted:
    """An emoji that somebody put on the message at `where.ts`, whose thread Slack does not tell."""

    emoji: str
    who: Who
    where: Where
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a room gets to see it before it is answered; `raw` is its text as Slack has it."""

    who: Who
    where: Where
    text: str
    files: tuple[Mapping[str, Any], ...]
    key: str
    at: datetime
    raw: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A modal (or home tab) to show: its template and what it says."""

    template: str
    context: Mapping[str, Any]


class NotOursError(Exception):
    """A control's value or a form's metadata that Laurel did not write: nothing comes of it."""


@contextmanager
def ours() -> Iterator[None]:
    """Around the reading of what Laurel wrote itself. Raises NotOursError where it is something else."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise NotOursError from error


def pack(**values: Any) -> str:
    """A view's private metadata, or a control's value."""
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False)


def unpack(text: str) -> dict[str, Any]:
    """The inverse of `pack`; empty for what is none of ours."""
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def number(value: object) -> int:
    """An id that a control or a form carries; 0, which nothing has, for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0


OnPress = Callable[[AsyncSession, Pressed, datetime], Awaitable[Outside | None]]
OnSubmit = Callable[[AsyncSession, Submitted, datetime], Awaitable[None]]
OnCommand = Callable[[AsyncSession, Commanded, datetime], Awaitable[Outside | None]]
OnReaction = Callable[[AsyncSession, Reacted, datetime], Awaitable[None]]
OnChange = Callable[[AsyncSession, Changed, datetime], Awaitable[None]]
OnSaid = Callable[[AsyncSession, Said, datetime], Awaitable[bool]]
Opener = Callable[[Pressed, datetime], Awaitable[View | None]]
CommandOpener = Callable[[Commanded, datetime], Awaitable[View | None]]
Check = Callable[[Submitted, datetime], Awaitable[Mapping[str, str]]]
Home = Callable[[Who, datetime, str], Awaitable[View | None]]


@dataclass(slots=True)
class Surfaces:
    """Who takes what.

    `presses`: action id -> handler of a stored press. `openers`: action id -> the modal it opens at once.
    `updates`: action id -> the view that takes the place of the one it was used in, at once.
    `forms`: callback id -> handler of a stored form. `checks`: callback id -> errors by block id, before it
    is stored (none: it is taken). `commands` and `command_openers`: subcommand -> handler.
    `shortcuts`: callback id -> the modal it opens. `reactions`: channel and emoji -> handler of a stored
    reaction. `said`: asked in turn about each message in a DM or a thread we know; the first that takes it
    (True) is the last. `changed`: told of edits and deletions.
    `homes`: each asked for its part of a person's home tab, with what the tab was asked to show; the parts
    stand below each other. `common_home`: the tab of whoever no room has a part for. `own_homes`: what is
    about the person alone, below whatever tab they have.
    """

    presses: dict[str, OnPress] = field(default_factory=dict)
    openers: dict[str, Opener] = field(default_factory=dict)
    updates: dict[str, Opener] = field(default_factory=dict)
    forms: dict[str, OnSubmit] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    commands: dict[str, OnCommand] = field(default_factory=dict)
    command_openers: dict[str, CommandOpener] = field(default_factory=dict)
    shortcuts: dict[str, Opener] = field(default_factory=dict)
    reactions: dict[tuple[str, str], OnReaction] = field(default_factory=dict)
    said: list[OnSaid] = field(default_factory=list)
    changed: list[OnChange] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    common_home: Home | None = None
    own_homes: list[Home] = field(default_factory=list)
    channels: set[str] = field(default_factory=set)


def merged(*parts: Surfaces) -> Surfaces:
    """The rooms' tables as one. Raises ValueError when two rooms take the same control."""
    whole = Surfaces()
    for part in parts:
        for name in (
            "presses",
            "openers",
            "updates",
            "forms",
            "checks",
            "commands",
            "command_openers",
            "shortcuts",
            "reactions",
        ):
            mine, theirs = getattr(whole, name), getattr(part, name)
            twice = mine.keys() & theirs.keys()
            if twice:
                raise ValueError(f"{name}: two rooms take {', '.join(map(str, sorted(twice)))}")
            mine.update(theirs)
        whole.said += part.said
        whole.changed += part.changed
        whole.homes += part.homes
        whole.own_homes += part.own_homes
        whole.common_home = part.common_home or whole.common_home
        whole.channels |= part.channels
    return whole
