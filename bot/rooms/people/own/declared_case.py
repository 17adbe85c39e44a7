"""What askers name of themselves, judged by the engine that judges a record.

Each criterion is judged on a record of its own that holds only the fact it looks at: one record of everything
would claim that what was not named is not there (earnings of 970 dollars would be all contracts there are).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from intents.declared import Declared, Earned, Period
from knowledge.advice import Voice, advise
from knowledge.case import Case
from knowledge.criteria import judge
from knowledge.eligibility import CriterionVerdict
from knowledge.facts import Timeline, last_ended_week
from knowledge.ledger import GoesOn
from knowledge.model import Audience
from knowledge.record import Activity, AgencyFigures, Badge, Contract, Payment, Record, Standing, Week
from knowledge.record_words import ActivityKind, PaymentKind, PaymentStatus, StandingKind, UserType
from knowledge.rules import Rule, Rulebook
from knowledge.status import Finding, ProgramStatus, Status

ANY = Decimal(10**9)
"""More than anybody earns: what may have come in besides."""
ABOVE = frozenset({"top_rated", "top_rated_plus"})
"""Badges that nobody holds without meeting Top Rated."""
Fields = Mapping[str, Any]


class DeclaredCase(Case):
    """The case of somebody of whom only what they name is known, told on `told_on`."""

    def __init__(
        self, rulebook: Rulebook, declared: Declared, day: dt.date, audience: Audience, category: str | None
    ) -> None:
        self.declared = declared
        self.category = category
        self.audience = audience
        self.told_on = day
        self.goes_on: GoesOn | None = None
        self._timelines: dict[int, Timeline | None] = {}
        badges = tuple(Badge(program=name, from_=day) for name in declared.held) or None
        super().__init__(rulebook, Timeline(self._record({"badges": badges})).on(day))

    def on(self, day: dt.date, goes_on: GoesOn | None = None) -> Case:
        """The same facts on another day: what was told stays as it was told."""
        moved = self.at(self.measures.timeline.on(day, goes_on))
        moved.goes_on = goes_on
        return moved

    def behind(self, program: str, rule: Rule) -> Case:
        """The case of the one fact that a criterion looks at."""
        del program
        return self._facet(rule) or self

    def verdicts(self, program: str) -> list[CriterionVerdict]:
        """The findings with what to do about them."""
        voice = Voice(self.rulebook.knowledge)
        return [
            CriterionVerdict(rule, finding, advise(voice, self.behind(program, rule), rule, finding), None)
            for rule, finding in self.findings(program)
        ]

    def names(self, rule: Rule) -> bool:
        """Whether a fact was named that the rule looks at."""
        if rule.id == "user_type":
            return self.declared.user_type is not None
        if rule.id == "top_rated":
            return bool(ABOVE & set(self.declared.held)) or self.decides("top_rated")
        return self._facet(rule) is not None

    def decides(self, program: str) -> bool:
        """Whether anything was named that the program looks at, other than a badge that is held."""
        return any(
            self.decides("top_rated") if rule.id == "top_rated" else self.names(rule)
            for rule in self.era(program).rules
        )

    def finding(self, program: str, rule: Rule) -> Finding:
        """What the fact named for a criterion came to; unknown where none was."""
        if rule.id == "top_rated":
            finding = judge(self.measures, rule, self.context(program))
            if finding.status is Status.UNKNOWN and ABOVE & set(self.declared.held):
                return Finding(Status.MET, None, ProgramStatus.ELIGIBLE)
            return finding
        facet = self._facet(rule)
        if facet is None:
            return Finding(Status.UNKNOWN)
        return judge(facet.measures, rule, facet.context(program))

    def _facet(self, rule: Rule) -> Case | None:
        """The record of the one fact, on the case's day; made once for all days."""
        if id(rule) not in self._timelines:
            fields = self._fields(rule)
            self._timelines[id(rule)] = None if fields is None else Timeline(self._record(fields))
        timeline = self._timelines[id(rule)]
        if timeline is None:
            return None
        return Case(self.rulebook, timeline.on(self.measures.day, self._going_on(rule)))

    def _fields(self, rule: Rule) -> Fields | None:
        """What a record has to say for a criterion; None where nothing was named."""
        return _FACETS[rule.id](self, rule) if rule.id in _FACETS else None

    def _going_on(self, rule: Rule) -> GoesOn | None:
        """How the fact goes on: a sum that was named is no habit of earning it."""
        del rule
        return None if self.goes_on is None else replace(self.goes_on, pace_days=None)

    def _record(self, fields: Fields) -> Record:
        return Record(id="declared", audience=self.audience, category=self.category, **fields)


def _jss(case: DeclaredCase, _rule: Rule) -> Fields | None:
    said, day = case.declared, case.told_on
    if said.without_jss:
        return {"weeks": ()}
    monday = day - dt.timedelta(days=day.weekday())
    return None if said.jss is None else {"weeks": (Week(week_of=monday, jss=said.jss),)}


def _weeks(case: DeclaredCase, rule: Rule) -> Fields | None:
    """The good weeks are taken to be the newest; the weeks to come are as the score named is."""
    if case.declared.weeks is None:
        return None
    window = rule.figure("window")
    good, of = case.declared.weeks
    if (of or window) > window or good > window:
        return None
    monday = last_ended_week(case.told_on)
    ended = [
        Week(week_of=monday - dt.timedelta(weeks=at), jss=100 if at < good else 0)
        for at in range(of or window)
    ]
    score = case.declared.jss
    now = [] if score is None else [Week(week_of=monday + dt.timedelta(weeks=1), jss=score)]
    return {"weeks": (*now, *ended)}


def _earnings(case: DeclaredCase, rule: Rule) -> Fields | None:
    """The sum named; without one a contract that alone reaches it."""
    earned, largest = case.declared.earned, case.declared.contract
    if earned is None and largest is not None and largest >= rule.number:
        earned = Earned(largest, Period.AT_LEAST)
    if earned is None:
        return None
    pay = partial(_payment, case.told_on)
    payments = {
        Period.YEAR: (pay(earned.amount),),
        Period.AT_LEAST: (pay(earned.amount), pay(ANY, settled=False)),
        Period.AT_MOST: (pay(earned.amount, settled=False),),
    }[earned.period]
    return {"contracts": (Contract(id="declared", via_agency=False, payments=payments),)}


def _contract(case: DeclaredCase, _rule: Rule) -> Fields | None:
    largest = case.declared.contract
    if largest is None:
        return None
    paid = (_payment(case.told_on, largest),)
    return {"contracts": (Contract(id="declared", via_agency=False, payments=paid),)}


def _payment(day: dt.date, amount: Decimal, *, settled: bool = True) -> Payment:
    status = PaymentStatus.SETTLED if settled else None
    return Payment(on=day, amount=amount, kind=PaymentKind.PAYMENT, status=status)


def _first_contract(case: DeclaredCase, _rule: Rule) -> Fields | None:
    on = case.declared.first_contract_on
    return None if on is None else {"contracts": (Contract(id="declared", started_on=on),)}


def _profile(case: DeclaredCase, _rule: Rule) -> Fields | None:
    share = case.declared.profile
    return None if share is None else {"profile_completeness": share}


def _user_type(case: DeclaredCase, _rule: Rule) -> Fields | None:
    """Who names no agency is taken to work on their own."""
    return {"user_type": UserType(case.declared.user_type or UserType.FREELANCER)}


def _standing(case: DeclaredCase, _rule: Rule) -> Fields | None:
    entry = case.declared.against
    if entry is not None:
        until = None if entry.lasting else entry.on
        return {"standing": (Standing(on=entry.on, until=until, kind=StandingKind(entry.kind)),)}
    return {"standing": ()} if case.declared.clear else None


def _activity(case: DeclaredCase, _rule: Rule) -> Fields | None:
    on, joined = case.declared.active_on, case.declared.joined_on
    if on is None:
        return None if joined is None else {"joined_on": joined}
    return {"joined_on": joined, "contracts": (), "activity": (Activity(on=on, kind=ActivityKind.PROPOSAL),)}


def _availability(case: DeclaredCase, _rule: Rule) -> Fields | None:
    on = case.declared.availability_on
    return None if on is None else {"availability_updated_on": on}


def _agency(name: str, case: DeclaredCase, _rule: Rule) -> Fields | None:
    figures = case.declared.agency
    value = None if figures is None else getattr(figures, name)
    return None if value is None else {"agency": AgencyFigures(**{name: value})}


_FACETS: Mapping[str, Callable[[DeclaredCase, Rule], Fields | None]] = {
    "jss": _jss,
    "no_jss": _jss,
    "jss_weeks": _weeks,
    "first_contract_age": _first_contract,
    "earnings_12m": _earnings,
    "large_contract": _contract,
    "profile_complete": _profile,
    "user_type": _user_type,
    "account_standing": _standing,
    "activity": _activity,
    "availability": _availability,
    "agency_size": partial(_agency, "members"),
    "member_profiles": partial(_agency, "member_profiles"),
    "owner_profile": partial(_agency, "owner_profile"),
}
"""What a record has to say for a criterion, by the criterion's id; None where nothing was named."""
