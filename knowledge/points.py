"""Points: single lines of the knowledge with questions of their own and a lead that answers them at once.

A point stands in `points/*.yaml`. Its lead rests on cells of the tables and prints their text, so that a
figure has one home; what holds on a day is told by the cell, never by the point.
"""

from __future__ import annotations

import datetime as dt
import string
from typing import Annotated

from pydantic import Field, model_validator

from knowledge.statement import Id, Model

Dotted = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")]
"""An id with its family: `jss.unpaid_job`."""


class Earlier(Model):
    """A lead as it was said up to a day, that day included."""

    until: dt.date
    lead: str


class Point(Model):
    """One line of knowledge.

    `asks` are wordings of people. `facts` names cells by their paths; the lead rests on the first of them
    and is said while that is in force, `ended` once it has ended, `unknown` where its value is not known.
    Where no cell tells, `until` is the last day on which the lead holds (for offers). `was` holds leads of
    earlier times, the oldest first, where the same sentence would not be true of them. `{name}` in a text
    prints the cell of that name. A Yes or No at the beginning of a lead changes places where the question has
    one of the words `turns` in it ("is it gone" for "does it exist"). `intent` is whose page tells more (and
    answers by itself where there is no lead: it looks at what the question names); `program` and `audience`
    are the slots that the page is asked with. The loader fills in `file` and `line`, where it stands.
    """

    id: Dotted
    intent: Dotted
    program: Id | None = None
    audience: Id | None = None
    facts: dict[Id, str] = Field(default_factory=dict)
    asks: tuple[str, ...] = Field(min_length=1)
    until: dt.date | None = None
    turns: tuple[str, ...] = ()
    lead: str | None = None
    ended: str | None = None
    unknown: str | None = None
    was: tuple[Earlier, ...] = ()
    more: tuple[str, ...] = Field(default=(), max_length=3)
    file: str = ""
    line: int = 0

    @model_validator(mode="after")
    def _placeholders_are_named(self) -> Point:
        earlier = [one.lead for one in self.was]
        for text in (self.lead, self.ended, self.unknown, *earlier, *self.more):
            for name in named(text or ""):
                if name not in self.facts:
                    raise ValueError(f"{{{name}}} is none of its facts; name the cell under facts")
        if list(self.was) != sorted(self.was, key=lambda one: one.until):
            raise ValueError("was: name the oldest lead first")
        return self

    def said_on(self, day: dt.date) -> str | None:
        """The lead of an earlier time that was said on `day`; None where today's holds."""
        return next((one.lead for one in self.was if day <= one.until), None)


def named(text: str) -> list[str]:
    """The cells that a lead prints."""
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
