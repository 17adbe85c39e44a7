"""The way to a program as a plan: what is open, in the order in which it can be met."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from knowledge.advice import Voice, advise
from knowledge.case import Case
from knowledge.eligibility import plain
from knowledge.ledger import GoesOn
from knowledge.outlook import STANDS_STILL
from knowledge.rules import Rule
from knowledge.status import Finding, Status

TOP_RATED = "top_rated"


@dataclass(frozen=True, slots=True)
class Step:
    """A criterion that is not met, of the program that asks for it.

    `now`: time alone never meets it, somebody has to do something. `on` is the first day on which it would be
    met by itself, the record carried on as the outlook does; None where that is not within the horizon.
    `known` is False where the record does not say: then nobody can tell what is left.
    """

    program: str
    rule: Rule
    finding: Finding
    now: bool
    on: dt.date | None

    @property
    def known(self) -> bool:
        """Whether it is known that the criterion is not met."""
        return self.finding.status is Status.UNMET

    @property
    def missing(self) -> Decimal | None:
        """How much is lacking, in the criterion's unit; None where it asks for no amount, or that is open."""
        value, required = self.finding.value, self.finding.required
        if not (self.known and _is_amount(value) and _is_amount(required)):
            return None
        short = Decimal(str(required)) - Decimal(str(value))
        return short if short > 0 else None


def way(case: Case, program: str) -> list[Step]:
    """The open criteria of a program and of what it builds on: to do now, then by their days, then the rest.

    Empty where all is met, or the record is too old to say.
    """
    if case.stale:
        return []
    steps = list(_steps(case, program))
    return sorted(
        steps, key=lambda step: (not step.known, not step.now, step.on or dt.date.max, step.rule.id)
    )


def plan(case: Case, program: str) -> list[dict[str, Any]]:
    """The way as plain JSON. `program` and `id` name the row of the verdict that a step is about."""
    voice = Voice(case.rulebook.knowledge)
    return [
        {
            "program": step.program,
            "id": step.rule.id,
            "known": step.known,
            "now": step.now,
            "on": plain(step.on, unit),
            "missing": plain(step.missing, unit),
            "unit": unit,
            "advice": advise(voice, case.behind(step.program, step.rule), step.rule, step.finding),
        }
        for step in way(case, program)
        for unit in [step.rule.criterion.unit]
    ]


def _is_amount(value: object) -> bool:
    return isinstance(value, Decimal | float | int) and not isinstance(value, bool)


def _steps(case: Case, program: str) -> list[Step]:
    found: list[Step] = []
    for rule, finding in case.findings(program):
        if finding.status is Status.MET:
            continue
        if rule.id == TOP_RATED and program != TOP_RATED:
            found += _steps(case, TOP_RATED)
            continue
        known, still = finding.status is Status.UNMET, rule.id in STANDS_STILL
        on = _met_on(case, program, rule) if known and not still else None
        found.append(Step(program, rule, finding, known and still, on))
    return found


def _met_on(case: Case, program: str, rule: Rule) -> dt.date | None:
    """The first day within our practice's horizon on which time and the usual pace meet a criterion."""
    day, practice = case.measures.day, case.practice
    goes_on = GoesOn(since=day, pace_days=practice.pace_days, kept_up=True)
    for days in range(1, practice.horizon_days + 1):
        ahead = case.on(day + dt.timedelta(days=days), goes_on)
        if ahead.finding(program, rule).status is Status.MET:
            return ahead.measures.day
    return None
