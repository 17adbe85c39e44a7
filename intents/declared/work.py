"""Declared facts of work and account: earnings, contracts, dates, what stands against the account."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from intents.declared import dates
from intents.declared.facts import Against, Earned, Period
from intents.declared.figures import MONEY, money
from intents.declared.text import Text, asks_rule

_SOFT = (
    r"(?:(?:only|just|about|around|over|almost|nearly|exactly|so far|already|now|a total of|total|me|some"
    r"|like|around)\s)*"
)
_JOB = r"(?:contract|job|project|gig|deal|client contract|client)"
_BIG = r"(?:best|biggest|largest|highest|single|top|large)"
_COUNTED = (
    r"(?!\s?(?:jobs?|contracts?|projects?|proposals?|connects?|reviews?|weeks?|days?|months?|years?"
    r"|stars?|hours?|%"
    r"|percent|of\b|members|people|jss|job success))"
)
_CONTRACT = (
    re.compile(
        rf"\b{_BIG}(?: single| paid| large)? {_JOB}(?: so far| ever| on upwork)?\s?[:=-]?\s?"
        rf"(?:(?:is|was|of|at|paid|earned|made|brought|in|worth|has|have|been|are|with"
        rf"|for)\s)*{_SOFT}{MONEY}{_COUNTED}"
    ),
    re.compile(
        rf"(?<![\d.,]){MONEY} (?:on|from|for|with|in|through) (?:a|an|one|my)(?: (?:single|one|best"
        rf"|biggest|largest|big|large|long"
        rf"|fixed[ -]price|hourly|same|first|last))*(?: \w+)? {_JOB}\b"
    ),
    re.compile(
        rf"\b(?:i|we) (?:have|had|have had|did|finished|completed|closed|got|just finished"
        rf"|just closed)(?: done)? (?:a|an|one)"
        rf"(?: single| large| big)* {MONEY}\s?(?:design|writing|marketing|\w+)? ?{_JOB}\b"
    ),
)
_YEAR = r"(?:in )?(?:the )?(?:last |past |this |a |1 |my )?(?:12|twelve|year)(?: months?)?\b"
_EARNED = (
    re.compile(
        rf"\b(?:earned|made|earn|billed|grossed|earnings?|income|revenue|turnover|make)(?: (?:are|is|of"
        rf"|at|were|in (?:the )?(?:last |past )?"
        rf"(?:12 months|year)|this year|so far|total|have been"
        rf"|was))*\s?[:=]?\s?{_SOFT}(?<![\d.,]){MONEY}{_COUNTED}"
    ),
    re.compile(
        rf"(?<![\d.,]){MONEY} (?:usd )?(?:earned|in earnings|earnings|made|{_YEAR}|this year|last year"
        rf"|in total|over (?:the )?"
        r"(?:last |past )?(?:12 months|year)|per year|yearly|annually)"
    ),
)
_BARE = re.compile(
    rf"\b(?:with|because of|is|are)(?: only| just)? (?<![\d.,]){MONEY}{_COUNTED}"
    r"(?= enough\b|\s*$|\s*[.,;?!]|(?: in the| in| over the)? (?:last|past|this) |(?: a| per) year)"
)
"""A sum without a verb of earning: "is 9,500 enough for plus", "can i get plus with 8k"."""
_LEAST = 100  # USD; a smaller bare number is a score, weeks or something else
_ASKS_HOW = re.compile(r"\b(?:to|do i|can i|should i|if i|when i|will|once i|must i)(?: only| just)?\s$")
_SHORTER = re.compile(
    r"(?:in|over|for|during|within)?\s?(?:the |my )?(?:last |past "
    r"|first )?(?P<count>\d{1,2}) (?P<unit>week|month|day)s?\b"
    r"|(?:this|last) (?P<near>month|week|quarter)"
)
_WHOLE = 12  # months
_DAYS = 360  # about a year
_LONGER = re.compile(
    r"\b(?:in total|total|overall|lifetime|all time|altogether|since i (?:joined|started)|ever)\b"
)
_FIRST = re.compile(rf"\b(?:first|1st|oldest) {_JOB}\b")
_STARTED = re.compile(
    r"\b(?:(?:i (?:have )?)?(?:started|begun|began)(?: working| freelancing)?(?: here| on upwork| on here)?"
    r"|(?:i have )?been (?:working|freelancing)(?: here| on upwork| on here)?)(?= (?:\d|a\b|an\b|in\b"
    r"|since|for|last|about))"
)
_JOINED = re.compile(
    r"\b(?:joined|signed up|registered|been (?:here|on upwork|a member|on the platform)|on upwork"
    r"|account was (?:opened|created))\b"
)
_CLEAR = re.compile(
    r"\b(?:(?:no|never(?: had)?|without)(?: an?| any)?(?: account| recent| active)* (?:holds?"
    r"|suspensions?|violations?|warnings?)"
    r"(?:(?:,? (?:or|and|no) |/)(?:holds?|suspensions?|violations?|warnings?))*|(?:in )?good standing"
    r"|never (?:been )?suspended)\b"
)
_AGAINST = re.compile(r"\b(?:on hold|holds?|suspended|suspension|violation|performance notice)\b")
_KINDS = (("suspen", "suspension"), ("violation", "violation"), ("notice", "performance_notice"))
_OF_OTHERS = re.compile(r"\b(?:contract|job|client|money|funds?|payments?|risk)\b")
_NOW = re.compile(r"\b(?:am|is|still|currently|now|has|have)\b[^.,;?!]{0,20}$")
_OVER = re.compile(r"\b(?:was|had|last|ended|lifted|over|got|ago|after)\b")
_AVAILABILITY = re.compile(r"\bavailability(?: badge| status| setting)?\b")
_KEPT = re.compile(r"\b(?:set|updated|confirmed|changed|current|up to date|refreshed|on)\b")
_NOT_KEPT = re.compile(r"\bnot\b|\bnever\b|n't")
_ACTIVE = re.compile(r"\b(?<!in)(?<!last )active\b(?! (?:contract|job|client|project|member))")
_LAST = re.compile(
    r"\b(?:last (?:active|proposal|application|activity)|(?:sent|submitted|made|applied)(?: out)?(?: an?"
    r"| some| my| \d+)*(?: last)?"
    r"(?: proposals?| applications?)?)\b"
)
_IDLE = re.compile(
    r"\b(?:(?:am|was|been|account is) inactive"
    r"|(?:no|not) (?:proposals?|activity|applied|active|been active|worked)(?: sent)?)\b"
)


def contract(text: Text, found: dict[str, Any]) -> None:
    """The largest single contract."""
    for pattern in _CONTRACT:
        match = text.first(pattern, unless=asks_rule)
        if match:
            found["contract"] = money(match)
            text.take(match)
            return


def earned(text: Text, found: dict[str, Any]) -> None:
    """Earnings, and how they stand to the last 12 months."""
    for pattern in _EARNED:
        for match in pattern.finditer(text.rest):
            if asks_rule(text.rest, match) or _ASKS_HOW.search(text.rest[: match.start()]):
                continue
            after = text.onwards(match.end("number"))
            before = text.clause(match.start("number"))
            found["earned"] = Earned(money(match), _period(after, before))
            text.cut(match.start(), max(match.end(), match.end("number") + _period_end(after)))
            return
    bare = text.first(_BARE, unless=asks_rule)
    if bare and money(bare) >= _LEAST:
        found["earned"] = Earned(money(bare))
        text.take(bare)


def _period(after: str, before: str) -> Period:
    shorter = _SHORTER.search(after) or _SHORTER.search(before)
    if shorter and not (shorter["count"] and shorter["unit"] == "month" and int(shorter["count"]) >= _WHOLE):
        if shorter["unit"] == "day" and int(shorter["count"]) >= _DAYS:
            return Period.YEAR
        return Period.AT_LEAST
    longer = _LONGER.search(after) or _LONGER.search(before)
    return Period.AT_MOST if longer and "year" not in after and "12 months" not in after else Period.YEAR


def _period_end(after: str) -> int:
    ends = [match.end() for match in (_SHORTER.search(after), _LONGER.search(after)) if match]
    near = re.search(r"\b(?:this|last|past) year\b", after)
    return max([*ends, near.end() if near else 0])


def first_contract(text: Text, found: dict[str, Any]) -> None:
    """When the first contract began; what began as "working" is taken for it."""
    for pattern in (_FIRST, _STARTED):
        match = text.first(pattern, unless=lambda _text, _match: False)
        on = match and _dated(text, match)
        if on:
            found["first_contract_on"] = on
            return


def joined(text: Text, found: dict[str, Any]) -> None:
    """When the account was opened."""
    match = _JOINED.search(text.rest)
    on = match and _dated(text, match)
    if on:
        found["joined_on"] = on


def against(text: Text, found: dict[str, Any]) -> None:
    """What stands against the account, or that nothing does."""
    match = _CLEAR.search(text.rest)
    if match:
        found["clear"] = True
        text.take(match)
        return
    match = _AGAINST.search(text.rest)
    if match is None:
        return
    kind = next((name for sign, name in _KINDS if sign in match[0]), "hold")
    clause = f"{text.clause(match.start())}{text.onwards(match.start())}"
    if not re.search(r"\b(?:i|my|we|our|had|last)\b", clause) or _OF_OTHERS.search(clause):
        return
    on = _dated(text, match)
    if on:
        since = "since" in clause and not _OVER.search(clause)
        found["against"] = Against(kind, on, lasting=since and kind != "violation")
    elif (
        _NOW.search(text.clause(match.start()))
        and match[0] in ("on hold", "suspended")
        and not _OVER.search(clause)
    ):
        found["against"] = Against(kind, text.today, lasting=True)


def availability(text: Text, found: dict[str, Any]) -> None:
    """When the availability was last set or confirmed."""
    match = _AVAILABILITY.search(text.rest)
    if match is None:
        return
    before, after = text.clause(match.start()), text.onwards(match.end())
    if re.search(r"\b(?:must|need|have to|should|do i)\b", before):
        return
    on = _dated(text, match)
    kept = _KEPT.search(before) or _KEPT.search(after)
    if on and (kept or "since" in after):
        found["availability_on"] = on
    elif kept and not _NOT_KEPT.search(before + after):
        found["availability_on"] = text.today
    text.take(match)


def active(text: Text, found: dict[str, Any]) -> None:
    """The latest sign of activity."""
    for pattern in (_IDLE, _LAST):
        match = pattern.search(text.rest)
        on = match and _dated(text, match)
        if on:
            found["active_on"] = on
            return
    match = text.first(_ACTIVE, unless=asks_rule)
    if match and not re.search(r"\b(?:not|never|to be|have to|be|how)\b", text.clause(match.start())):
        since = re.match(r"\s?since\b", text.onwards(match.end()))
        on = _dated(text, match)
        found["active_on"] = on if on and not since else text.today
        text.take(match)


def _dated(text: Text, match: re.Match[str]) -> date | None:
    """The date in the rest of the clause, else before the words in it; it is taken out with them."""
    after = dates.when(text.onwards(match.end()), text.today)
    if after:
        text.cut(match.start(), match.end() + after[1])
        return after[0]
    before = text.clause(match.start())
    earlier = dates.when(before, text.today)
    if earlier:
        text.cut(match.start() - len(before), match.end())
        return earlier[0]
    return None
