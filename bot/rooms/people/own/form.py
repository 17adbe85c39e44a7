"""The form for a person's own figures: which fields it shows, and what was typed as facts."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.rooms.people.own.facts import CLEAR, FOR_RULE, NAMES, NONE, Told
from knowledge.model import Audience, Knowledge
from knowledge.record_words import StandingKind, UserType
from knowledge.rules import Rulebook

MOST = Decimal(10) ** 9
"""Dollars: nobody earned more."""
MEMBERS = 100_000
UNSAID = "unsaid"
"""The choice of not saying: Slack lets nobody take a choice back."""
_MONEY = re.compile(r"\$?\s?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]{1,2})?")


class Input(StrEnum):
    """How a fact is asked for."""

    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"


class Mistake(StrEnum):
    """What is wrong with a field; the words are in templates/people/own_mistake.j2."""

    NO_PERCENT = "no_percent"
    NO_WEEKS = "no_weeks"
    NO_MONEY = "no_money"
    NO_COUNT = "no_count"
    NO_DAY = "no_day"
    FUTURE = "future"
    NO_CHOICE = "no_choice"
    CLEAR_AND_DAY = "clear_and_day"
    DAY_MISSING = "day_missing"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the form shows it. `options` are pairs of (label, value); `value` is what is kept."""

    name: str
    input: Input
    value: str | None
    options: tuple[tuple[str, str], ...] = ()


class FormError(Exception):
    """The form cannot be taken as it is: field name -> what is wrong."""

    def __init__(self, mistakes: Mapping[str, Mistake]) -> None:
        super().__init__(", ".join(f"{name}: {mistake}" for name, mistake in mistakes.items()))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class OwnForm:
    """The form by the knowledge: its categories and programs, and the weeks that are looked at."""

    knowledge: Knowledge
    window: int

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> "OwnForm":
        """The form as of a day. `window` is the longest that a program looks at."""
        eras = [
            rulebook.era(program.id, Audience.FREELANCER, day)
            for program in rulebook.programs(Audience.FREELANCER)
        ]
        windows = [rule.figure("window") for era in eras for rule in era.rules if rule.id == "jss_weeks"]
        return cls(rulebook.knowledge, max(windows, default=0))

    def names(self, rule: str | None) -> tuple[str, ...]:
        """The facts that the form asks for: those of one criterion, or all."""
        return FOR_RULE.get(rule or "", ()) or NAMES

    def fields(self, names: Iterable[str], told: Told) -> list[Field]:
        """The fields for these facts, filled with what is kept."""
        return [Field(name, _INPUTS[name], told.value(name), self._options(name)) for name in names]

    def read(self, names: Iterable[str], given: Mapping[str, Any], day: dt.date) -> dict[str, str]:
        """What was typed, as facts; those left empty are not among them. Raises FormError."""
        found: dict[str, str] = {}
        mistakes: dict[str, Mistake] = {}
        for name in names:
            text = str(given.get(name) or "").strip()
            if text in ("", UNSAID):
                continue
            read = self._read(name, text, day)
            if isinstance(read, Mistake):
                mistakes[name] = read
            else:
                found[name] = read
        standing, held_on = found.get("standing"), found.get("hold_on")
        if standing == CLEAR and held_on is not None:
            mistakes["hold_on"] = Mistake.CLEAR_AND_DAY
        elif standing not in (None, CLEAR) and held_on is None and "hold_on" not in mistakes:
            mistakes["hold_on"] = Mistake.DAY_MISSING
        elif standing is None and held_on is not None:
            found["standing"] = StandingKind.HOLD.value
        if mistakes:
            raise FormError(mistakes)
        return found

    def _read(self, name: str, text: str, day: dt.date) -> str | Mistake:
        if name == "weeks":
            return _count(text, self.window, Mistake.NO_WEEKS)
        if _INPUTS[name] is Input.CHOICE:
            return text if text in {value for _, value in self._options(name)} else Mistake.NO_CHOICE
        return _READERS[name](text, day)

    def _options(self, name: str) -> tuple[tuple[str, str], ...]:
        """Labels and values; where the label is empty, the template has the words."""
        match name:
            case "category":
                known = [(title, key) for key, title in self.knowledge.wording.categories.items()]
            case "held":
                known = [(program.name, key) for key, program in self.knowledge.programs.items()]
            case "user_type":
                known = [("", kind.value) for kind in UserType]
            case "standing":
                known = [("", CLEAR), *(("", kind.value) for kind in StandingKind)]
            case _:
                return ()
        return (("", UNSAID), *known)


def _percent(text: str, day: dt.date) -> str | Mistake:
    del day
    bare = text.removesuffix("%").strip()
    if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,2})?", bare) or Decimal(bare) > 100:  # noqa: PLR2004 - percent
        return Mistake.NO_PERCENT
    return f"{float(bare):g}"


def _score(text: str, day: dt.date) -> str | Mistake:
    return NONE if text.casefold() in {NONE, "no", "-"} else _percent(text, day)


def _money(text: str, day: dt.date) -> str | Mistake:
    del day
    if not _MONEY.fullmatch(text):
        return Mistake.NO_MONEY
    value = Decimal(text.replace("$", "").replace(",", "").strip())
    return str(value) if value <= MOST else Mistake.NO_MONEY


def _members(text: str, day: dt.date) -> str | Mistake:
    del day
    return _count(text, MEMBERS, Mistake.NO_COUNT)


def _count(text: str, most: int, mistake: Mistake) -> str | Mistake:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > most:
        return mistake
    return str(int(text))


def _day(text: str, day: dt.date) -> str | Mistake:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return Mistake.NO_DAY
    return Mistake.FUTURE if found > day else found.isoformat()


_READERS: Mapping[str, Callable[[str, dt.date], str | Mistake]] = {
    "jss": _score,
    "earned": _money,
    "contract": _money,
    "first_contract_on": _day,
    "profile": _percent,
    "hold_on": _day,
    "availability_on": _day,
    "active_on": _day,
    "members": _members,
    "member_profiles": _percent,
    "owner_profile": _percent,
}
"""How what was typed into a field is read, by the fact's name."""
_CHOICES = frozenset({"category", "held", "user_type", "standing"})
_INPUTS = {
    name: Input.CHOICE if name in _CHOICES else Input.DAY if name.endswith("_on") else Input.TEXT
    for name in NAMES
}
