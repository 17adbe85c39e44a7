"""What a question names: programs, an audience, a category, figures, a day, a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

SlotName = Literal["program", "audience", "category", "amount", "percent", "date", "ticket"]


@dataclass(frozen=True, slots=True)
class Slots:
    """What a question names. `amount` is in US dollars, `percent` in 0..100; all optional."""

    programs: tuple[str, ...] = ()
    audience: str | None = None
    category: str | None = None
    amount: Decimal | None = None
    percent: float | None = None
    on: date | None = None
    ticket: str | None = None

    @property
    def program(self) -> str | None:
        """The first program named, or None."""
        return self.programs[0] if self.programs else None

    def as_dict(self) -> dict[str, Any]:
        """Every field as JSON types, `program` (the first) beside `programs`."""
        return {
            "program": self.program,
            "programs": list(self.programs),
            "audience": self.audience,
            "category": self.category,
            "amount": None if self.amount is None else str(self.amount),
            "percent": self.percent,
            "on": None if self.on is None else self.on.isoformat(),
            "ticket": self.ticket,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Slots:
        """The inverse of `as_dict`; missing keys mean "not named"."""
        programs = data.get("programs") or ([data["program"]] if data.get("program") else [])
        amount, percent, on = data.get("amount"), data.get("percent"), data.get("on")
        return cls(
            programs=tuple(programs),
            audience=data.get("audience"),
            category=data.get("category"),
            amount=None if amount is None else Decimal(str(amount)),
            percent=None if percent is None else float(percent),
            on=None if on is None else date.fromisoformat(on),
            ticket=data.get("ticket"),
        )
