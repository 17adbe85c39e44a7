"""What a weekly check keeps of a verdict, and which differences between two checks matter. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from knowledge.case import Case
from knowledge.outlook import at_risk, holds
from knowledge.status import ProgramStatus, Status

State = Mapping[str, Any]
"""Where somebody stands with one program, as JSON: `status`; `holds` (true, false, null); where it applies
also `unmet` (criterion ids), `falls` (the ISO date on which a held badge would go, within the days
of risk of our practice), `why` (the criteria it would go for), `again` (a badge was held and lost before)."""
States = Mapping[str, State]
"""A state per program."""


class Kind(StrEnum):
    """The changes that matter, the gravest first."""

    LOST = "lost"
    AT_RISK = "at_risk"
    REGAINED = "regained"
    ELIGIBLE = "eligible"


@dataclass(frozen=True, slots=True)
class Change:
    """One of them: the program, the day a badge would fall, and the criteria that decide."""

    kind: Kind
    program: str
    on: str | None = None
    criteria: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "kind": self.kind.value, "criteria": list(self.criteria)}


def states_of(case: Case) -> dict[str, dict[str, Any]]:
    """Where the person of `case` stands with every program that there is on its day."""
    found = {}
    for program in case.rulebook.programs(case.measures.record.audience):
        if case.era(program.id).exists:
            found[program.id] = _state(case, program.id)
    return found


def changes(before: States | None, now: States) -> list[Change]:
    """What to tell somebody who was last told of `before` (None: nothing yet), the gravest first.

    The first check tells only of a badge at risk: for the rest there is nothing to compare with.
    """
    found: list[Change] = []
    for program, state in now.items():
        last: State | None = (before or {}).get(program)
        kind = _kind(last, state)
        if kind is Kind.AT_RISK:
            found.append(Change(kind, program, state["falls"], tuple(state.get("why", ()))))
        elif kind is not None:
            found.append(Change(kind, program, criteria=tuple(state.get("unmet", ()))))
    order = list(Kind)
    return sorted(found, key=lambda change: order.index(change.kind))


def carried(before: States | None, now: States) -> States:
    """`now` as the next thing to compare with: what is unknown this time is taken from `before`."""
    return {program: _carried((before or {}).get(program), state) for program, state in now.items()}


def _state(case: Case, program: str) -> dict[str, Any]:
    held = holds(case, program)
    state: dict[str, Any] = {"status": case.status(program).value, "holds": held}
    unmet = [rule.id for rule, finding in case.findings(program) if finding.status is Status.UNMET]
    if unmet:
        state["unmet"] = unmet
    risk = at_risk(case, program) if held else None
    if risk is not None:
        state["falls"] = risk.on.isoformat()
        state["why"] = list(risk.criteria)
    if held and _held_before(case, program):
        state["again"] = True
    return state


def _held_before(case: Case, program: str) -> bool:
    return any(
        badge.program == program and (badge.until or dt.date.max) < case.measures.day
        for badge in case.measures.record.badges or ()
    )


def _kind(last: State | None, state: State) -> Kind | None:
    if last is not None and last["holds"] is True and state["holds"] is False:
        return Kind.LOST
    if "falls" in state and (last is None or "falls" not in last):
        return Kind.AT_RISK
    if last is None:
        return None
    if last["holds"] is False and state["holds"] is True:
        return Kind.REGAINED if state.get("again") else None
    if state["holds"] is not True and _met(state) is True and _met(last) is False:
        return Kind.ELIGIBLE
    return None


def _met(state: State) -> bool | None:
    status = ProgramStatus(state["status"])
    return None if status is ProgramStatus.UNKNOWN else status.met and not state.get("unmet")


def _carried(last: State | None, state: State) -> State:
    if last is None:
        return state
    result = dict(state)
    if result["holds"] is None:
        result["holds"] = last["holds"]
    if state["status"] == ProgramStatus.UNKNOWN:
        result["status"] = last["status"]
        for name in ("falls", "why"):
            if name in last:
                result[name] = last[name]
    return result
