"""Advice: how far off a criterion is and what to do about it, as a finished sentence.

A function per criterion picks the sentence and its figures; the sentences are in advice.yaml.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from knowledge.case import Case
from knowledge.criteria import BARRED, largest_contract, standing_against
from knowledge.display import date_text, number
from knowledge.facts import last_day, last_ended_week, months_before
from knowledge.model import Knowledge
from knowledge.record import Standing
from knowledge.record_words import Interview, StandingKind
from knowledge.rules import Rule
from knowledge.status import Finding, ProgramStatus, Status

Figure = str | int
Said = tuple[str, dict[str, Figure]]
"""The key of a sentence and its figures."""

CENT = Decimal("0.01")


class Voice:
    """Puts figures into the sentences of the knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.words = knowledge.wording

    def say(self, key: str, figures: Mapping[str, Figure] | None = None) -> str:
        """The sentence for `key`. Raises KeyError for an unknown key or a missing figure."""
        figures = figures or {}
        pattern = self.knowledge.advice[key]
        if isinstance(pattern, dict):
            pattern = pattern["one" if figures["count"] == 1 else "other"]
        return pattern.format(**{k: number(v) if isinstance(v, int) else v for k, v in figures.items()})

    def word(self, key: str, name: str) -> str:
        """One of a family of words, such as the kinds of what stands against an account."""
        family = self.knowledge.advice[key]
        return family[name] if isinstance(family, dict) else family

    def money(self, amount: Decimal) -> str:
        """$1,000 or $41.28."""
        exact = amount.quantize(CENT, ROUND_HALF_UP)
        whole = exact == exact.to_integral_value()
        return self.words.units["usd"].format(value=f"{exact:,.0f}" if whole else f"{exact:,.2f}")

    def percent(self, value: Decimal | float) -> str:
        """90% or 89.5%."""
        return self.words.units["percent"].format(value=f"{float(value):g}")

    def date(self, day: dt.date) -> str:
        """A date in words."""
        return date_text(self.words, day)

    def joined(self, parts: list[str]) -> str:
        """A list in words; at least one part."""
        *others, last = parts
        return self.say("and", {"first": ", ".join(others), "last": last}) if others else last


def advise(voice: Voice, case: Case, rule: Rule, finding: Finding) -> str | None:
    """The advice for a criterion that is not met or not known; None for one that is met."""
    if finding.status is Status.MET:
        return None
    if case.stale:
        return voice.say("stale", {"count": case.age_days or 0})
    function = _ADVICE.get(rule.id)
    said = None if function is None else function(voice, case, rule, finding)
    return voice.say(*(said or ("missing", {})))


Adviser = Callable[[Voice, Case, Rule, Finding], Said | None]


def _jss(voice: Voice, _case: Case, rule: Rule, finding: Finding) -> Said:
    if finding.status is Status.UNKNOWN:
        return "jss_missing", {}
    if not isinstance(finding.value, float):
        return "jss_none", {}
    required = float(rule.number)
    figures = {"value": finding.value, "gap": required - finding.value, "required": required}
    return "jss_short", {name: voice.percent(figure) for name, figure in figures.items()}


def _no_jss(voice: Voice, _case: Case, _rule: Rule, finding: Finding) -> Said:
    if not isinstance(finding.value, float):
        return "jss_missing", {}
    return "no_jss_has", {"value": voice.percent(finding.value)}


def _jss_weeks(voice: Voice, case: Case, rule: Rule, finding: Finding) -> Said:
    needed, window, jss = rule.figure("needed"), rule.figure("window"), rule.figure("jss")
    weeks = [counts for _, counts in case.measures.weeks(window, jss, case.practice.record_days)]
    good = sum(counts is True for counts in weeks)
    if finding.status is Status.UNKNOWN:
        missing = sum(counts is None for counts in weeks)
        return "jss_weeks_missing", {"good": good, "needed": needed, "count": missing, "window": window}
    # With each good week the oldest leaves the window; the first number that suffices is what is left.
    count = next(n for n in range(1, window + 1) if n + sum(c is True for c in weeks[: window - n]) >= needed)
    date = last_ended_week(case.measures.day) + dt.timedelta(weeks=count, days=6)
    score = case.measures.score(case.practice.record_days)
    on_track = score.rising_talent is True or (score.value is not None and score.value >= jss)
    figures: dict[str, Figure] = {"count": count, "window": window, "date": voice.date(date)}
    return (
        ("jss_weeks_short", figures) if on_track else ("jss_weeks_low", figures | {"jss": voice.percent(jss)})
    )


def _first_contract_age(voice: Voice, case: Case, rule: Rule, finding: Finding) -> Said | None:
    if finding.status is Status.UNKNOWN:
        return None
    first, _ = case.measures.first_contract()
    if first is None:
        return "first_contract_none", {"required": int(rule.number)}
    on = first + dt.timedelta(days=int(rule.number) + 1)
    return "first_contract_short", {"count": (on - case.measures.day).days, "date": voice.date(on)}


def _earnings(voice: Voice, _case: Case, rule: Rule, finding: Finding) -> Said:
    if isinstance(finding.value, Decimal) and finding.status is Status.UNMET:
        return "earnings_short", {"gap": voice.money(rule.number - finding.value)}
    return "earnings_missing", {}


def _large_contract(voice: Voice, case: Case, rule: Rule, finding: Finding) -> Said | None:
    best = largest_contract(case.measures, rule)
    if case.measures.record.contracts is None:
        return None
    if best is None or (best.recent.high is not None and best.recent.high <= 0):
        return "large_contract_none", {}
    if best.recent.exact is None or best.lifetime.low is None:
        return "large_contract_missing", {}
    recent = voice.money(best.recent.exact)
    if best.threshold is None:
        known = {name: value for name, value in rule.figures.items() if value is not None}
        categories = case.rulebook.knowledge.wording.categories
        listed = [f"{categories.get(name, name)} {voice.money(value)}" for name, value in known.items()]
        if not listed:
            return "large_contract_unknown", {"recent": recent}
        return "large_contract_category", {"recent": recent, "known": voice.joined(listed)}
    required = voice.money(best.threshold)
    if finding.status is Status.UNKNOWN:
        lifetime = voice.money(best.lifetime.low)
        return "large_contract_life", {"required": required, "lifetime": lifetime, "recent": recent}
    return "large_contract_short", {
        "gap": voice.money(best.threshold - best.recent.exact),
        "required": required,
    }


def _gap(key: str) -> Adviser:
    def advice(voice: Voice, _case: Case, rule: Rule, finding: Finding) -> Said | None:
        if not isinstance(finding.value, float):
            return None
        return key, {"gap": voice.percent(float(rule.number) - finding.value)}

    return advice


def _user_type(_voice: Voice, _case: Case, _rule: Rule, finding: Finding) -> Said | None:
    return None if finding.status is Status.UNKNOWN else ("user_type_exclusive", {})


def _account_standing(voice: Voice, case: Case, rule: Rule, finding: Finding) -> Said | None:
    if finding.status is Status.UNKNOWN:
        return None
    measures = case.measures
    entry = standing_against(measures, rule)
    status = measures.account_status()
    if status in BARRED:
        return "standing_status", {"status": voice.word("statuses", status)}
    if entry is None:
        return None
    kind = voice.word("kinds", entry.kind)
    if last_day(entry, dt.date.max) == dt.date.max:
        return "standing_lasting", {"kind": kind, "date": voice.date(entry.on)}
    until = _weighs_until(entry, rule)
    return "standing_recent", {"kind": kind, "date": voice.date(entry.on), "until": voice.date(until)}


def _weighs_until(entry: Standing, rule: Rule) -> dt.date:
    """The last day on which the entry bars, found by the rule's own way of counting back."""
    end = last_day(entry, dt.date.max)
    figures = rule.figures
    lengths = [name for name in ("months", "off_platform_months") if name in figures]
    if entry.kind is not StandingKind.OFF_PLATFORM_PAYMENT:
        lengths = [name for name in lengths if name == "months"]
    until = end + dt.timedelta(days=rule.figure("days")) if "days" in figures else end
    for name in lengths:
        day = end
        while months_before(day, rule.figure(name)) < end:
            day += dt.timedelta(days=1)
        until = max(until, day - dt.timedelta(days=1))
    return until


def _proposals(_voice: Voice, case: Case, _rule: Rule, finding: Finding) -> Said | None:
    if finding.status is Status.UNKNOWN:
        return None
    return "proposals_none", {"count": case.practice.proposal_days}


def _activity(_voice: Voice, _case: Case, rule: Rule, finding: Finding) -> Said | None:
    return None if finding.status is Status.UNKNOWN else ("activity_none", {"count": rule.figure("days")})


def _availability(voice: Voice, case: Case, _rule: Rule, _finding: Finding) -> Said | None:
    updated = case.measures.availability()
    return None if updated is None else ("availability_old", {"date": voice.date(updated)})


def _readiness(_voice: Voice, _case: Case, _rule: Rule, _finding: Finding) -> Said:
    return "readiness_none", {}


def _top_rated(_voice: Voice, _case: Case, _rule: Rule, finding: Finding) -> Said:
    unknown = finding.value is ProgramStatus.UNKNOWN
    return ("top_rated_unknown" if unknown else "top_rated_first"), {}


def _invitation(_voice: Voice, _case: Case, _rule: Rule, finding: Finding) -> Said | None:
    return None if finding.status is Status.UNKNOWN else ("invitation_none", {})


def _interview(_voice: Voice, case: Case, _rule: Rule, finding: Finding) -> Said | None:
    if finding.value is Interview.FAILED:
        return "interview_failed", {}
    if finding.status is Status.UNMET:
        return "interview_uninvited", {}
    return None if case.measures.record.invitations is None else ("interview_open", {})


def _agency_size(_voice: Voice, _case: Case, rule: Rule, finding: Finding) -> Said | None:
    if not isinstance(finding.value, int):
        return None
    return "agency_size_short", {"count": int(rule.number) - finding.value}


_ADVICE: dict[str, Adviser] = {
    "jss": _jss,
    "no_jss": _no_jss,
    "jss_weeks": _jss_weeks,
    "first_contract_age": _first_contract_age,
    "earnings_12m": _earnings,
    "large_contract": _large_contract,
    "profile_complete": _gap("profile_short"),
    "user_type": _user_type,
    "account_standing": _account_standing,
    "relevant_proposals": _proposals,
    "activity": _activity,
    "availability": _availability,
    "readiness_test": _readiness,
    "top_rated": _top_rated,
    "invitation": _invitation,
    "interview": _interview,
    "agency_size": _agency_size,
    "member_profiles": _gap("member_profiles_short"),
    "owner_profile": _gap("owner_profile_short"),
}
