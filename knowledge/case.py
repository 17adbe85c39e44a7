"""One record on one day: every program's findings and where they leave the person, each worked out once."""

from __future__ import annotations

import copy
import datetime as dt
from functools import cached_property
from typing import Self

from knowledge.criteria import Context, judge
from knowledge.facts import Measures, Timeline
from knowledge.ledger import GoesOn
from knowledge.model import Award, Knowledge
from knowledge.record import Record
from knowledge.rules import Era, Rule, Rulebook
from knowledge.status import Finding, ProgramStatus, Status

INVITATION = "invitation"
_NOT_IN_ONES_HANDS = frozenset({INVITATION, "interview"})

_WHEN_MET = {
    Award.AUTOMATIC: ProgramStatus.ELIGIBLE,
    Award.DISCRETION: ProgramStatus.AT_DISCRETION,
    Award.INVITATION: ProgramStatus.BY_INVITATION,
}


class Case:
    """The measures of a day judged by the rules of that day."""

    def __init__(self, rulebook: Rulebook, measures: Measures) -> None:
        self.rulebook = rulebook
        self.measures = measures
        self.practice = rulebook.knowledge.practice
        self._findings: dict[str, tuple[tuple[Rule, Finding], ...]] = {}
        self._statuses: dict[str, ProgramStatus] = {}

    @classmethod
    def of(cls, record: Record, knowledge: Knowledge | Rulebook, day: dt.date) -> Case:
        """The case of `record` on `day`. For many records hand over one `Rulebook`: it keeps what it read."""
        return cls(Rulebook.of(knowledge), Timeline(record).on(day))

    def on(self, day: dt.date, goes_on: GoesOn | None = None) -> Case:
        """The same record on another day, carried on where `goes_on` says how."""
        return Case(self.rulebook, self.measures.timeline.on(day, goes_on))

    def at(self, measures: Measures) -> Self:
        """A copy of this case for other measures, of which nothing is judged yet."""
        copied = copy.copy(self)
        copied.__dict__.update(measures=measures, _findings={}, _statuses={})
        return copied

    @cached_property
    def age_days(self) -> int | None:
        """How old the record is on the day; a record carried on stays as old as it is."""
        written = self.measures.record.as_of_day
        return None if written is None else (self.measures.known_until - written).days

    @cached_property
    def stale(self) -> bool:
        """Whether the record is too old to decide anything."""
        return self.age_days is not None and self.age_days > self.practice.record_days

    def era(self, program: str) -> Era:
        """What the program asks on the day."""
        return self.rulebook.era(program, self.measures.record.audience, self.measures.day)

    def context(self, program: str) -> Context:
        """What the program's criteria may look at besides the measures."""
        return Context(program, self.practice, self.status)

    def findings(self, program: str) -> tuple[tuple[Rule, Finding], ...]:
        """Each criterion in force with what it came to; nothing is decided by a stale record."""
        if program not in self._findings:
            rules = self.era(program).rules
            self._findings[program] = tuple((rule, self.finding(program, rule)) for rule in rules)
        return self._findings[program]

    def finding(self, program: str, rule: Rule) -> Finding:
        """What one criterion came to."""
        found = judge(self.measures, rule, self.context(program))
        return Finding(Status.UNKNOWN, found.value, found.required) if self.stale else found

    def behind(self, program: str, rule: Rule) -> Case:
        """The case whose measures a criterion is judged by: this one, where there is but one."""
        del program, rule
        return self

    def status(self, program: str) -> ProgramStatus:
        """Where the person stands: one criterion unmet decides, then one unknown, then how it is awarded.

        Where nothing but the invitation (and its interview) is lacking, it is by invitation: that is not in
        one's hands.
        """
        if program not in self._statuses:
            self._statuses[program] = self._status(program)
        return self._statuses[program]

    def met(self, program: str) -> bool:
        """Whether everything that the program asks for is met: an invitation that has not come is not."""
        return self.status(program).met and all(
            finding.status is Status.MET for _, finding in self.findings(program)
        )

    def _status(self, program: str) -> ProgramStatus:
        era = self.era(program)
        if not era.exists:
            return ProgramStatus.DISCONTINUED if era.ended else ProgramStatus.NOT_ELIGIBLE
        findings = self.findings(program)
        unmet = {rule.id for rule, finding in findings if finding.status is Status.UNMET}
        unknown = {rule.id for rule, finding in findings if finding.status is Status.UNKNOWN}
        if INVITATION in unmet and not (unmet | unknown) - _NOT_IN_ONES_HANDS:
            return ProgramStatus.BY_INVITATION
        if unmet:
            return ProgramStatus.NOT_ELIGIBLE
        if not findings or unknown:
            return ProgramStatus.UNKNOWN
        return _WHEN_MET[self.rulebook.award(program)]
