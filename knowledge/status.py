"""What judging comes to: of one criterion, and of a program."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """Whether a criterion is met."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class ProgramStatus(StrEnum):
    """Where somebody stands with a program."""

    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"
    ELIGIBLE = "eligible"
    AT_DISCRETION = "eligible_at_discretion"
    BY_INVITATION = "by_invitation"
    DISCONTINUED = "discontinued"

    @property
    def met(self) -> bool:
        """Whether all criteria are met, or all but an invitation; `Case.met` tells these two apart."""
        return self in _ALL_MET


_ALL_MET = frozenset({ProgramStatus.ELIGIBLE, ProgramStatus.AT_DISCRETION, ProgramStatus.BY_INVITATION})


Shown = Decimal | float | int | str | bool | dt.date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a criterion came to: the asker's value and what is required, in the criterion's unit."""

    status: Status
    value: Shown = None
    required: Shown = None
