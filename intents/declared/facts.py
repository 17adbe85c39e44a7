"""Declared facts as plain values: None (or an empty tuple) wherever the text says nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Period(StrEnum):
    """How a declared sum stands to the last 12 months: it is that sum, or a bound of it."""

    YEAR = "year"
    AT_LEAST = "at_least"  # of fewer months: more may have come in before
    AT_MOST = "at_most"  # of a whole career: some of it may be older


@dataclass(frozen=True, slots=True)
class Earned:
    """A sum of earnings in USD and the time it is of."""

    amount: Decimal
    period: Period = Period.YEAR


@dataclass(frozen=True, slots=True)
class Against:
    """Something against the account on a day; `lasting`: it still goes on."""

    kind: str
    on: date
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency's figures: members, their profiles on average and the owner's, in percent."""

    members: int | None = None
    member_profiles: float | None = None
    owner_profile: float | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a text states of its asker.

    `weeks` are the good weeks and out of how many (None: unsaid). `clear`: nothing is against the account.
    `held` are badges held. `rest` is the text without what was read, for whoever looks for other dates in it.
    """

    jss: float | None = None
    without_jss: bool = False
    weeks: tuple[int, int | None] | None = None
    earned: Earned | None = None
    contract: Decimal | None = None
    first_contract_on: date | None = None
    joined_on: date | None = None
    profile: float | None = None
    against: Against | None = None
    clear: bool = False
    availability_on: date | None = None
    active_on: date | None = None
    held: tuple[str, ...] = ()
    user_type: str | None = None
    agency: Agency | None = None
    rest: str = ""

    @property
    def figures(self) -> int:
        """How many facts are declared that a criterion can be judged by; a badge held is none."""
        said = (
            self.jss, self.weeks, self.earned, self.contract, self.first_contract_on, self.profile,
            self.against, self.availability_on, self.active_on, self.agency,
        )  # fmt: skip
        firm = self.without_jss + self.clear + (self.user_type == "exclusive_agency_member")
        return sum(one is not None for one in said) + firm
