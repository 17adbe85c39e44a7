"""Looking ahead: when a program could be met, and when a held badge would fall.

Both step through the days with the same rules that judge today, over a record that is carried on: the score
stays, each coming week counts with it, and the dated statements and rolling windows move on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from knowledge.advice import Voice
from knowledge.case import Case
from knowledge.ledger import GoesOn
from knowledge.rules import Rule
from knowledge.status import ProgramStatus, Status

STANDS_STILL = frozenset(
    {"jss", "no_jss", "profile_complete", "user_type", "readiness_test", "invitation", "interview",
     "agency_size", "member_profiles", "owner_profile", "activity", "availability", "relevant_proposals"}
)  # fmt: skip
"""Criteria that the passing of time alone never meets: somebody has to do something."""

AVERAGE_MONTH = 30  # days; only for saying what a daily pace comes to


@dataclass(frozen=True, slots=True)
class Outlook:
    """`earliest_on`: the first day on which the whole program would be met; None: not within the horizon.

    `assumption` says in words what is taken for granted. `waits_for` names the criterion that stood in the
    way last, if there is no such day.
    """

    program: str
    earliest_on: dt.date | None
    assumption: str
    waits_for: str | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """A held badge would fall on the day `on`, for the criteria named."""

    program: str
    on: dt.date
    criteria: tuple[str, ...]
    assumption: str


def outlook(case: Case, program: str) -> Outlook | None:
    """The earliest day, from the case's own on, on which everything the program asks for would be met.

    None: the record is too old to say.
    """
    if case.stale:
        return None
    day, practice = case.measures.day, case.practice
    voice = Voice(case.rulebook.knowledge)
    if case.met(program):
        return Outlook(program, day, voice.say("assume_met"))
    goes_on = GoesOn(since=day, pace_days=practice.pace_days, kept_up=True)
    assumption = _assumption(voice, case, goes_on)
    obstacle: tuple[str, Rule] | None = None
    last = day + dt.timedelta(days=practice.horizon_days)
    while day < last:
        day += dt.timedelta(days=1)
        ahead = case.on(day, goes_on)
        if obstacle is not None and _still_there(ahead, *obstacle):
            continue
        if ahead.met(program):
            return Outlook(program, day, assumption)
        obstacle = _obstacle(ahead, program)
        if obstacle is None or obstacle[1].id in STANDS_STILL:
            change = _next_change(ahead, program)
            if change is None or change > last:
                break
            day = change - dt.timedelta(days=1)
            obstacle = None
    return Outlook(program, None, assumption, obstacle[1].id if obstacle else None)


def at_risk(case: Case, program: str) -> Risk | None:
    """The day within our practice's `risk_days` on which a badge held on the case's day would fall.

    Taken for granted: the score stays, and nothing else happens. None: not held, not at risk, or the record
    is too old to say.
    """
    if case.stale or not holds(case, program):
        return None
    since = case.measures.day
    goes_on = GoesOn(since=since, pace_days=None, kept_up=False)
    for days in range(case.practice.risk_days + 1):
        ahead = case.on(since + dt.timedelta(days=days), goes_on)
        if ahead.status(program) is ProgramStatus.NOT_ELIGIBLE:
            unmet = [rule.id for rule, finding in ahead.findings(program) if finding.status is Status.UNMET]
            assumption = _assumption(Voice(case.rulebook.knowledge), case, goes_on)
            return Risk(program, ahead.measures.day, tuple(unmet), assumption)
    return None


def holds(case: Case, program: str) -> bool | None:
    """Whether the badge of `program` was held on the day; None where the record does not say."""
    day, badges = case.measures.day, case.measures.record.badges
    if badges is None:
        return None
    return any(b.program == program and b.from_ <= day <= (b.until or dt.date.max) for b in badges)


def _obstacle(case: Case, program: str) -> tuple[str, Rule] | None:
    """What stands in the way, with its program: first what time alone does not cure; None without rules."""
    open_rules = [(program, rule) for rule, found in case.findings(program) if found.status is not Status.MET]
    open_rules.sort(key=lambda pair: pair[1].id not in STANDS_STILL)
    if open_rules and open_rules[0][1].id == "top_rated":
        return _obstacle(case, "top_rated") or open_rules[0]
    return open_rules[0] if open_rules else None


def _still_there(case: Case, program: str, rule: Rule) -> bool:
    """Whether the same rule is in force and still not met: then no other needs to be looked at."""
    if not any(rule is current for current in case.era(program).rules):
        return False
    return case.finding(program, rule).status is not Status.MET


def _next_change(case: Case, program: str) -> dt.date | None:
    """The next day on which the rules of `program`, or of what it builds on, change."""
    audience, day = case.measures.record.audience, case.measures.day
    programs = {program} | {rule.id for rule in case.era(program).rules if rule.id == "top_rated"}
    changes = [case.rulebook.next_change(name, audience, day) for name in programs]
    return min((change for change in changes if change is not None), default=None)


def _assumption(voice: Voice, case: Case, goes_on: GoesOn) -> str:
    parts: list[str] = []
    score = case.measures.score(case.practice.record_days)
    if score.value is not None:
        parts.append(voice.say("assume_score", {"jss": voice.percent(score.value)}))
    elif score.rising_talent:
        parts.append(voice.say("assume_rising"))
    daily = case.measures.timeline.earnings.pace(goes_on)
    if goes_on.pace_days is not None and daily:
        monthly = voice.money(daily * AVERAGE_MONTH)
        parts.append(voice.say("assume_pace", {"days": goes_on.pace_days, "monthly": monthly}))
    else:
        parts.append(voice.say("assume_no_pace"))
    if goes_on.kept_up:
        parts += [voice.say("assume_kept_up"), voice.say("assume_rest")]
    else:
        parts.append(voice.say("assume_not_kept_up"))
    return voice.say("assume", {"list": voice.joined(parts)})
