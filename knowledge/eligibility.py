"""The verdict on a person and a program on a day: every criterion with its reason, and the way there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from knowledge.advice import Voice, advise
from knowledge.case import Case
from knowledge.model import Audience, Knowledge
from knowledge.outlook import holds, outlook
from knowledge.record import Record
from knowledge.rules import Rule, Rulebook
from knowledge.status import Finding, ProgramStatus, Shown, Status

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """One criterion: the rule in force, what it came to, and what to do (None where it is met)."""

    rule: Rule
    finding: Finding
    advice: str | None
    as_of: dt.date | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON: money as decimal strings, dates in ISO form, the source by its id."""
        unit = self.rule.criterion.unit
        return {
            "id": self.rule.id,
            "status": self.finding.status.value,
            "value": plain(self.finding.value, unit),
            "required": plain(self.finding.required, unit),
            "unit": unit,
            "source": self.rule.statement.source,
            "as_of": plain(self.as_of, unit),
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where somebody stands with a program on the day `on`.

    `notes` are rules of which nobody knows whether they still ask for anything. `begins` is set for a
    program that was not there yet; `stale_days` for a record too old to decide.
    """

    program: str
    audience: Audience
    on: dt.date
    status: ProgramStatus
    criteria: tuple[CriterionVerdict, ...]
    earliest_on: dt.date | None
    assumption: str | None
    holds_badge: bool | None
    notes: tuple[Rule, ...] = ()
    begins: dt.date | None = None
    stale_days: int | None = None

    @property
    def met(self) -> bool:
        """Whether every criterion is met."""
        return self.status.met and all(one.finding.status is Status.MET for one in self.criteria)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON, in the order in which it is documented."""
        return {
            "program": self.program,
            "audience": self.audience.value,
            "on": self.on.isoformat(),
            "status": self.status.value,
            "criteria": [criterion.as_dict() for criterion in self.criteria],
            "earliest_on": None if self.earliest_on is None else self.earliest_on.isoformat(),
            "assumption": self.assumption,
            "holds_badge": self.holds_badge,
        }


def check(
    record: Record, knowledge: Knowledge | Rulebook, program: str, day: dt.date, *, look_ahead: bool = True
) -> Verdict:
    """The verdict on one program; `look_ahead` adds the earliest date. Raises KeyError: unknown program."""
    return verdict(Case.of(record, knowledge, day), program, look_ahead=look_ahead)


def check_all(
    record: Record, knowledge: Knowledge | Rulebook, day: dt.date, *, look_ahead: bool = True
) -> list[Verdict]:
    """The verdicts on all programs for the record's audience, in order.

    For many records hand over one `Rulebook`: it keeps what it has worked out.
    """
    case = Case.of(record, knowledge, day)
    programs = case.rulebook.programs(record.audience)
    return [verdict(case, program.id, look_ahead=look_ahead) for program in programs]


def verdict(case: Case, program: str, *, look_ahead: bool = True) -> Verdict:
    """The verdict of a case on one program. Raises KeyError for an unknown program."""
    voice = Voice(case.rulebook.knowledge)
    measures, era = case.measures, case.era(program)
    written = measures.record.as_of_day
    criteria = tuple(
        CriterionVerdict(rule, finding, advise(voice, case.behind(program, rule), rule, finding), written)
        for rule, finding in (case.findings(program) if era.exists else ())
    )
    ahead = outlook(case, program) if look_ahead and not era.ended else None
    upcoming = era.existence.upcoming
    return Verdict(
        program=program,
        audience=measures.record.audience,
        on=measures.day,
        status=case.status(program),
        criteria=criteria,
        earliest_on=ahead.earliest_on if ahead else None,
        assumption=ahead.assumption if ahead else None,
        holds_badge=holds(case, program),
        notes=era.notes,
        begins=upcoming.from_ if upcoming is not None and not era.exists and not era.ended else None,
        stale_days=case.age_days if case.stale else None,
    )


def plain(value: Shown, unit: str) -> Any:
    """A value of a criterion as plain JSON: money as a decimal string, a day in ISO form."""
    if isinstance(value, Decimal) and unit == "usd":
        return str(value.quantize(CENT))
    if isinstance(value, Decimal | float):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
