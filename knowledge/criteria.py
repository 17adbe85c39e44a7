"""Judging one criterion: measures and a rule in force give a finding. Every figure comes from the rule.

The status has three values. A record that leaves the answer open gives unknown, and so does a criterion that
is not in the registry, so that one can be added as data before there is code that judges it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from knowledge.facts import Measures, Work, months_before
from knowledge.ledger import Span
from knowledge.practice import Practice
from knowledge.record import AgencyFigures, Standing
from knowledge.record_words import AccountStatus, Interview, StandingKind
from knowledge.rules import Rule
from knowledge.status import Finding, ProgramStatus, Status

TWELVE_MONTHS = 12  # "earnings_12m" and the large contract of the last 12 months carry it in their names


@dataclass(frozen=True, slots=True)
class Context:
    """What a criterion may look at besides the measures: its program, our practice, other programs."""

    program: str
    practice: Practice
    status: Callable[[str], ProgramStatus]


Judge = Callable[[Measures, Rule, Context], Finding]


def judge(measures: Measures, rule: Rule, context: Context) -> Finding:
    """The finding for `rule` by the function registered for its id."""
    function = REGISTRY.get(rule.id)
    return Finding(Status.UNKNOWN) if function is None else function(measures, rule, context)


def jss(measures: Measures, rule: Rule, context: Context) -> Finding:
    """The current score reaches the figure."""
    score = measures.score(context.practice.record_days)
    met = (score.value is not None and score.value >= rule.number) if score.known else None
    return Finding(_status(met), score.value, rule.number)


def no_jss(measures: Measures, _rule: Rule, context: Context) -> Finding:
    """There is no score yet."""
    score = measures.score(context.practice.record_days)
    return Finding(_status(score.value is None if score.known else None), score.value)


def jss_weeks(measures: Measures, rule: Rule, context: Context) -> Finding:
    """Enough of the latest ended weeks count; missing weeks decide only where they could."""
    needed, window = rule.figure("needed"), rule.figure("window")
    good = bad = 0
    for _, counts in measures.weeks(window, rule.figure("jss"), context.practice.record_days):
        good += counts is True
        bad += counts is False
    met = True if good >= needed else False if bad > window - needed else None
    return Finding(_status(met), good, needed)


def first_contract_age(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The first contract began more than so many days ago."""
    first, complete = measures.first_contract()
    age = None if first is None else (measures.day - first).days
    met = True if age is not None and age > rule.number else False if complete else None
    return Finding(_status(met), age, rule.number)


def earnings_12m(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The earnings of the last 12 months reach the figure."""
    earned = measures.earned(TWELVE_MONTHS)
    met = earned.reaches(rule.number)
    return Finding(_status(met), earned.low if met else earned.exact, rule.number)


@dataclass(frozen=True, slots=True)
class LargeContract:
    """How far one contract comes: its earnings, the threshold of its category, and what that makes of it."""

    work: Work
    category: str | None
    recent: Span
    lifetime: Span
    threshold: Decimal | None

    @property
    def status(self) -> Status:
        """Met by the last 12 months; unknown where only the whole life reaches it (sources disagree)."""
        if self.recent.high is not None and self.recent.high <= 0:
            return Status.UNMET
        if self.threshold is None:
            return Status.UNKNOWN
        within = self.recent.reaches(self.threshold)
        if within is False:
            return _status(False if self.lifetime.reaches(self.threshold) is False else None)
        return _status(None if self.work.doubtful else within)


def largest_contract(measures: Measures, rule: Rule) -> LargeContract | None:
    """The contract that comes furthest; None where the record has none without a negative outcome."""
    contracts: list[LargeContract] = []
    for work, recent, lifetime in measures.contracts(TWELVE_MONTHS):
        category = work.contract.category or measures.record.category
        threshold = rule.figures.get(category) if category else None
        contracts.append(LargeContract(work, category, recent, lifetime, threshold))
    order = {Status.MET: 2, Status.UNKNOWN: 1, Status.UNMET: 0}
    return max(
        contracts, key=lambda c: (order[c.status], c.recent.low or 0, c.lifetime.low or 0), default=None
    )


def large_contract(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """One single contract, not ended badly, reaches its category's threshold."""
    if measures.record.contracts is None:
        return Finding(Status.UNKNOWN)
    best = largest_contract(measures, rule)
    if best is None:
        return Finding(Status.UNMET, Decimal(0))
    return Finding(best.status, best.recent.exact, best.threshold)


def profile_complete(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The profile is as complete as asked."""
    return _at_least(measures.record.profile_completeness, rule)


def user_type(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The person works in one of the ways asked for."""
    value = measures.record.user_type
    return Finding(_status(None if value is None else value in rule.names), value, rule.names)


VIOLATIONS = frozenset({StandingKind.VIOLATION, StandingKind.OFF_PLATFORM_PAYMENT})
BARRED = frozenset({AccountStatus.SUSPENDED, AccountStatus.CLOSED})


def standing_against(measures: Measures, rule: Rule) -> Standing | None:
    """The entry that weighs: a rule in months looks at violations, one in days at holds of any kind too."""
    day, figures = measures.day, rule.figures
    if "off_platform_months" in figures:
        barred = months_before(day, rule.figure("off_platform_months"))
        found = measures.against({StandingKind.OFF_PLATFORM_PAYMENT}, barred)
        if found is not None:
            return found
    if "months" in figures:
        return measures.against(VIOLATIONS, months_before(day, rule.figure("months")))
    return measures.against(StandingKind, day - dt.timedelta(days=rule.figure("days") + 1))


def account_standing(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """Nothing recent stands against the account."""
    if measures.account_status() in BARRED or standing_against(measures, rule) is not None:
        return Finding(Status.UNMET, False, True)
    if measures.record.standing is None:
        return Finding(Status.UNKNOWN, None, True)
    return Finding(Status.MET, True, True)


def relevant_proposals(measures: Measures, _rule: Rule, context: Context) -> Finding:
    """Proposals are sent; whether they fit cannot be seen in a record."""
    return _recent(measures, *measures.last_proposal(), context.practice.proposal_days)


def activity(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """A recent proposal, accepted invitation or earning; where the rule says so, having joined lately."""
    last, possible = measures.last_active()
    days = rule.figure("days")
    if "joined_days" in rule.figures:
        joined = measures.record.joined_on
        if joined is None:
            possible = measures.day
        elif 0 <= (measures.day - joined).days <= rule.figure("joined_days"):
            return Finding(Status.MET, (measures.day - max(last or joined, joined)).days, days)
    return _recent(measures, last, possible, days)


def availability(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The availability was set or confirmed lately."""
    updated = measures.availability()
    return _recent(measures, updated, measures.day if updated is None else None, rule.figure("days"))


def readiness_test(measures: Measures, _rule: Rule, _context: Context) -> Finding:
    """The test was passed by the day."""
    passed = measures.record.readiness_test_passed_on
    return Finding(_status(None if passed is None else passed <= measures.day), passed, True)


def top_rated(_measures: Measures, _rule: Rule, context: Context) -> Finding:
    """The verdict on Top Rated."""
    status = context.status("top_rated")
    met = None if status is ProgramStatus.UNKNOWN else status.met
    return Finding(_status(met), status, ProgramStatus.ELIGIBLE)


def invitation(measures: Measures, _rule: Rule, context: Context) -> Finding:
    """An invitation has come."""
    invited, known = _invited(measures, context.program)
    return Finding(_status(invited if known else None), invited if known else None, True)


def interview(measures: Measures, _rule: Rule, context: Context) -> Finding:
    """The interview of the latest invitation was passed; an open one leaves it unknown."""
    invited, known = _invited(measures, context.program)
    if not known or not invited:
        return Finding(_status(False if known else None), None, Interview.PASSED)
    latest = max(
        (
            i
            for i in measures.record.invitations or ()
            if i.program == context.program and i.on <= measures.day
        ),
        key=lambda i: i.on,
    )
    met = None if latest.interview in (None, Interview.PENDING) else latest.interview is Interview.PASSED
    return Finding(_status(met), latest.interview, Interview.PASSED)


def agency_size(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The agency has enough members."""
    return _at_least(_agency(measures).members, rule)


def member_profiles(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The members' profiles are complete enough on average."""
    return _at_least(_agency(measures).member_profiles, rule)


def owner_profile(measures: Measures, rule: Rule, _context: Context) -> Finding:
    """The owner's profile is as complete as asked."""
    return _at_least(_agency(measures).owner_profile, rule)


REGISTRY: dict[str, Judge] = {
    function.__name__: function
    for function in (
        jss, no_jss, jss_weeks, first_contract_age, earnings_12m, large_contract, profile_complete, user_type,
        account_standing, relevant_proposals, activity, availability, readiness_test, top_rated, invitation,
        interview, agency_size, member_profiles, owner_profile,
    )
}  # fmt: skip
"""The function that judges a criterion, by the criterion's id."""


def _status(met: bool | None) -> Status:
    return Status.UNKNOWN if met is None else Status.MET if met else Status.UNMET


def _at_least(value: float | None, rule: Rule) -> Finding:
    return Finding(_status(None if value is None else value >= rule.number), value, rule.number)


def _recent(measures: Measures, last: dt.date | None, possible: dt.date | None, days: int) -> Finding:
    """Whether `last` lies at most `days` back; unknown where `possible` may have been such a day."""
    age = None if last is None else (measures.day - last).days
    if age is not None and age <= days:
        return Finding(Status.MET, age, days)
    open_ = possible is not None and (measures.day - possible).days <= days
    return Finding(Status.UNKNOWN if open_ else Status.UNMET, age, days)


def _invited(measures: Measures, program: str) -> tuple[bool, bool]:
    """Whether an invitation to `program` had come by the day, and whether that is known."""
    invitations = measures.record.invitations
    return any(
        i.program == program and i.on <= measures.day for i in invitations or ()
    ), invitations is not None


def _agency(measures: Measures) -> AgencyFigures:
    return measures.record.agency or AgencyFigures()
