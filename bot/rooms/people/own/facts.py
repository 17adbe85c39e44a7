"""The facts that a person can tell of themselves, as they are kept: a name, plain text, a day, a source."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.rooms.people.statements.ledger import Ledger
from intents.declared import Against, Agency, Declared, Earned, Period

CLEAR = "clear"
"""The value of `standing` that says: nothing is against the account."""
NONE = "none"
"""The value of `jss` that says: there is no score."""
AGENCY = ("members", "member_profiles", "owner_profile")
"""What only an agency has."""

FOR_RULE: Mapping[str, tuple[str, ...]] = {
    "jss": ("jss",),
    "no_jss": ("jss",),
    "jss_weeks": ("weeks",),
    "earnings_12m": ("earned",),
    "large_contract": ("contract", "category"),
    "first_contract_age": ("first_contract_on",),
    "profile_complete": ("profile",),
    "account_standing": ("standing", "hold_on"),
    "availability": ("availability_on",),
    "activity": ("active_on",),
    "user_type": ("user_type",),
    "top_rated": ("held",),
    "agency_size": ("members",),
    "member_profiles": ("member_profiles",),
    "owner_profile": ("owner_profile",),
}
"""The facts that a criterion can be judged by."""
NAMES = (
    "jss", "weeks", "earned", "contract", "category", "first_contract_on", "profile", "standing", "hold_on",
    "availability_on", "active_on", "held", "user_type", *AGENCY,
)  # fmt: skip
"""Every fact, in the order in which they are asked for and shown."""


class Source(StrEnum):
    """How a fact was told."""

    FORM = "form"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its value as plain text (a number, an ISO date, an id), and when and how it was told."""

    name: str
    value: str
    on: dt.date
    source: Source

    def aged(self, day: dt.date, told_days: int) -> bool:
        """Whether it was told so long ago that it may be true no longer."""
        return (day - self.on).days > told_days


@dataclass(frozen=True, slots=True)
class Told:
    """All that a person told, by name, and what their downloads show (None: no download)."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    ledger: Ledger | None = None

    def __bool__(self) -> bool:
        return bool(self.facts) or self.ledger is not None

    def value(self, name: str) -> str | None:
        """A fact's value; None where it was not told."""
        fact = self.facts.get(name)
        return None if fact is None else fact.value

    def latest(self, rule: str) -> Fact | None:
        """The fact that a criterion was judged by; of several the one told last."""
        found = [self.facts[name] for name in FOR_RULE.get(rule, ()) if name in self.facts]
        return max(found, key=lambda fact: fact.on, default=None)


def declared(told: Told) -> Declared:
    """The facts as a question would name them."""
    value = told.value
    held = value("held")
    figures = [value(name) for name in AGENCY]
    members, member_profiles, owner_profile = figures
    score = value("jss")
    weeks = value("weeks")
    earned = _money(value("earned"))
    return Declared(
        jss=None if score in (None, NONE) else float(score),
        without_jss=score == NONE,
        weeks=None if weeks is None else (int(weeks), None),
        earned=None if earned is None else Earned(earned),
        contract=_money(value("contract")),
        first_contract_on=_day(value("first_contract_on")),
        profile=_number(value("profile")),
        against=_against(told),
        clear=value("standing") == CLEAR,
        availability_on=_day(value("availability_on")),
        active_on=_day(value("active_on")),
        held=() if held is None else (held,),
        user_type=value("user_type"),
        agency=None
        if not any(figures)
        else Agency(
            None if members is None else int(members), _number(member_profiles), _number(owner_profile)
        ),
    )


def named(said: Declared, category: str | None, window: int) -> dict[str, str]:
    """What a question names, as facts to keep. A sum of another time than the 12 months is none.

    `window` is the number of weeks that are looked at.
    """
    found: dict[str, object] = {
        "jss": NONE if said.without_jss else _plain(said.jss),
        "weeks": said.weeks[0] if said.weeks and said.weeks[1] in (None, window) else None,
        "earned": said.earned.amount if said.earned and said.earned.period is Period.YEAR else None,
        "contract": said.contract,
        "category": category,
        "first_contract_on": said.first_contract_on,
        "profile": _plain(said.profile),
        "standing": said.against.kind if said.against else CLEAR if said.clear else None,
        "hold_on": said.against.on if said.against else None,
        "availability_on": said.availability_on,
        "active_on": said.active_on,
        "held": next(iter(said.held), None),
        "user_type": said.user_type,
    }
    if said.agency is not None:
        found |= {
            "members": said.agency.members,
            "member_profiles": _plain(said.agency.member_profiles),
            "owner_profile": _plain(said.agency.owner_profile),
        }
    return {name: str(value) for name, value in found.items() if value is not None}


def _against(told: Told) -> Against | None:
    kind, on = told.value("standing"), _day(told.value("hold_on"))
    return None if on is None or kind in (None, CLEAR) else Against(kind, on)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _plain(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"
