"""What a draft of a job post says: composed from its fields, checked for what is missing, compared. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from bot.render import Renderer
from bot.rooms.desk.specialists.content import JobPostForm


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as people see it: its text, and hints on what would make it better."""

    text: str
    hints: tuple[str, ...]


def read(form: JobPostForm, values: Mapping[str, Any]) -> dict[str, str]:
    """The form's fields from what was typed, trimmed to what a field may hold; empty ones are left out."""
    found = {}
    for field in form.fields:
        text = str(values.get(field.id) or "").strip()[: field.limit].strip()
        if text:
            found[field.id] = text
    return found


def missing(form: JobPostForm, values: Mapping[str, Any]) -> list[str]:
    """The required fields that say nothing."""
    given = read(form, values)
    return [field.id for field in form.fields if field.required and field.id not in given]


def hints(form: JobPostForm, values: Mapping[str, str]) -> tuple[str, ...]:
    """What is missing or too short to help, in the order of the form."""
    return tuple(field.want for field in form.fields if len(values.get(field.id, "")) < field.least)


def compose(
    renderer: Renderer, form: JobPostForm, values: Mapping[str, str], categories: Mapping[str, str]
) -> Draft:
    """The draft as text, and what could be better. `categories`: titles by id."""
    given = {field.id: values.get(field.id) for field in form.fields}
    if given.get("category") is not None:
        given["category"] = categories.get(str(given["category"]), given["category"])
    context = {
        "post": given,
        "skills": _parts(given.get("skills"), ","),
        "questions": _lines(given.get("questions")),
    }
    text = renderer.text("desk/specialists/job_post_text.j2", context)
    return Draft(text.strip(), hints(form, values))


class Fate(StrEnum):
    """What became of some words from one version to the other."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row with the same fate."""

    text: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Change:
    """A field that says something else, word by word. `label` is the form's."""

    label: str
    pieces: tuple[Piece, ...]


def changes(
    form: JobPostForm, before: Mapping[str, str], after: Mapping[str, str], categories: Mapping[str, str]
) -> tuple[Change, ...]:
    """What differs between two versions, in the order of the form. `categories`: titles by id."""
    found = []
    for field in form.fields:
        old, new = before.get(field.id, ""), after.get(field.id, "")
        if field.chosen:
            old, new = categories.get(old, old), categories.get(new, new)
        if old != new:
            found.append(Change(field.label, tuple(_compared(old, new))))
    return tuple(found)


def _compared(old: str, new: str) -> Iterator[Piece]:
    words, others = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    for what, a, b, c, d in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("".join(words[a:b]), Fate.KEPT)
            continue
        if a < b:
            yield Piece("".join(words[a:b]), Fate.REMOVED)
        if c < d:
            yield Piece("".join(others[c:d]), Fate.ADDED)


def _parts(text: str | None, mark: str) -> Sequence[str]:
    return [part.strip() for part in (text or "").split(mark) if part.strip()]


def _lines(text: str | None) -> Sequence[str]:
    return [line.strip(" \t-•*") for line in (text or "").splitlines() if line.strip(" \t-•*")]
