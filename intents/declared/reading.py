"""Declared facts read from a message. Each reader takes its words out, so that nothing is read twice.

A figure counts where the asker states it of themselves ("my", "I", a bare list), not where they ask about the
rule ("do I need 90%", "the 13 of 16 weeks"). Of two readings the careful one is taken: rather nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from intents.declared import work
from intents.declared.facts import Agency, Declared
from intents.declared.figures import in_digits
from intents.declared.text import Text, asks_rule
from intents.text import normalise

_SCORE = (
    r"(?:jss|job success(?: score| rate| rating)?|success (?:score|rate|rating|percentage)|(?<!my )score"
    r"|my score)"
)
_WORDS = (
    r"(?:(?:score|is|are|of|at|was|has|have|had|been|now|currently|only|just|still|stands|sits|to|down|up"
    r"|about|around"
    r"|dropped|fell|went|gone|drops|falls|goes|reached|hit|got|since|today|right|a|an|be)\s){0,6}?"
)
_PERCENT = r"(?P<value>\d{1,3}(?:\.\d+)?)(?!\d|[.,]\d)\s?(?:%|percent|per cent|pct)?"
_NO_UNIT = (
    r"(?!\s?(?:k\b|usd|dollars|bucks|\$|of\b|out of|/|or (?:more|higher|above|better)|and (?:above|up)|\+"
    r"|(?:good |eligible )?weeks?|days?|months?|years?|contracts?|jobs?|required|needed|minimum|rule))"
)
_JSS = (
    re.compile(
        rf"\b{_SCORE}\s?[:=]?\s?{_WORDS}from (?:a )?\d{{1,3}}\s?%?\s+(?:down "
        rf"|up )?to (?:a )?{_PERCENT}{_NO_UNIT}"
    ),
    re.compile(rf"\b{_SCORE}\s?[:=]?\s?{_WORDS}(?<![\d.,]){_PERCENT}{_NO_UNIT}"),
    re.compile(rf"(?<![\d.,$])\b{_PERCENT}\s{_SCORE}\b"),
    re.compile(rf"\bis (?:an? )?(?<![\d.,$]){_PERCENT} enough (?:for|as) (?:an? |the |my )?{_SCORE}\b"),
)
_BARE_JSS = re.compile(r"\bmy (?P<value>\d{1,3}(?:\.\d+)?)\s?(?:%|percent) (?:still )?enough\b")
_NO_JSS = re.compile(
    rf"\b(?:(?:i|we) (?:still )?(?:have|got|do not have|have not got|haven't)(?: got)?(?: an?| any"
    rf"| no)*(?: yet)?|no|without an?)"
    rf" {_SCORE}(?: yet| so far)?"
)
_LAZY_NOT = re.compile(r"\b(do|does|did|is|was|have|has|are)nt\b")
_LAZY = {"m": "am", "ve": "have"}
_LAZY_I = re.compile(r"\bi(m|ve)\b")
_NEGATED = re.compile(r"\b(?:no|not)\b|n't|\bwithout\b")
_WEEKS = (
    re.compile(
        r"(?<![\d.,])(?P<good>\d{1,2})\s?(?:good |eligible |qualifying |of my )*(?:weeks? )?(?:of|out of"
        r"|/|from)\s?"
        r"(?:the |my )?(?:last |past )?(?P<of>\d{1,2})\b(?! (?:members|contracts|jobs))(?: weeks?)?"
    ),
    re.compile(r"(?<![\d.,])(?P<good>\d{1,2})(?P<of>) (?:good|eligible|qualifying) weeks?\b"),
)
_BARE_WEEKS = re.compile(
    r"(?<!since )(?<!for )(?<!last )(?<!past )(?<!in )(?<![\d.,])(?P<good>\d{1,2}) weeks?\b"
    r"(?! (?:ago|old|left|since|of work|off|more|later|long|now))"
)
"""Weeks beside a score: "a score of 91 and 13 weeks"."""
_WINDOW = 16  # of more weeks nobody speaks who means good ones alone
_OWN = re.compile(r"\b(?:i|my|we|our|me|have|got|only|at|with)\b")
_THE = re.compile(r"\b(?:the|are|is|of the|a|what does|what is)\s$")
_PROFILE = (
    re.compile(
        r"(?<!member )(?<!members )(?<!owner )(?<!s )\bprofile(?: is| at| completeness| completion"
        r"| complete| completed|:|"
        rf" only| just| now)*\s{_PERCENT}(?! (?:or|needed))"
    ),
    re.compile(rf"(?<![\d.,$])\b{_PERCENT} (?:complete |completed |full )?profile\b"),
)
_WHOLE_PROFILE = re.compile(
    r"\b(?:profile(?: is)? (?:fully )?(?:complete|completed|full)\b|(?<!in)(?:complete"
    r"|full) profile\b)(?!d? \d)"
)
_HALF_A_YEAR = 26  # weeks; nobody counts good weeks in a longer window
_WHOLE = 100.0
_MOST = 100
_BADGES = (
    ("top_rated_plus", r"(?:top[ -]?rated[ -]?plus|trp|tr plus|plus)"),
    ("top_rated", r"(?:top[ -]?rated|tr)"),
    ("rising_talent", r"rising talent"),
    ("expert_vetted", r"expert[ -]vetted"),
)
_HOLDS = (
    r"\b(?:(?:i am|i m|im|as an?|we are|i have been|we have been|i became|currently|already|been)"
    r"(?: already| currently| an?| now| still)*|i (?:already )?(?:have|hold|got)(?: the| a| already)*|my"
    r"|(?:keep|lose|losing|keeping)(?: my| the)?) "
)
_NOT = re.compile(r"\b(?:not|never|no longer)\b[^.,;]{0,12}$")
_EXCLUSIVE = re.compile(r"\b(?P<non>non[ -]?)?exclusive (?:agency )?(?:member|contractor|freelancer)")
_AGENCY = re.compile(r"\b(?:agency|agencies)\b")
_MEMBERS = re.compile(r"(?<![\d.,$])(?P<value>\d{1,4}) (?:members?|people|freelancers|contractors|of us)\b")
_MEMBER_PROFILES = re.compile(
    rf"\b(?:member|members|members'|member's|team) profiles?(?: are| is| at| average| on average"
    rf"| complete| completeness|:)*\s{_PERCENT}"
)
_OWNER_PROFILE = re.compile(
    rf"\bowner(?:'s| 's|s)? profile(?: is| at| complete| completeness|:)*\s{_PERCENT}"
)


def read(text: str, now: datetime) -> Declared:
    """What `text` states of its asker; `now` is what "80 days ago" is counted from."""
    plain = Text(in_digits(_in_full(normalise(text))), now.date())
    found: dict[str, Any] = {}
    for reader in _READERS:
        reader(plain, found)
    if len(found) == 1 and plain.weak:  # "13 of 16" may be the rule itself
        found.pop("weeks", None)
    return Declared(**found, rest=plain.rest)


def _in_full(text: str) -> str:
    """The text with "dont", "im" and "ive" written out."""
    return _LAZY_I.sub(lambda m: f"i {_LAZY[m[1]]}", _LAZY_NOT.sub(r"\1 not", text))


def _agency(text: Text, found: dict[str, Any]) -> None:
    if not _AGENCY.search(text.rest):
        return
    read_: dict[str, Any] = {}
    for name, pattern in (("member_profiles", _MEMBER_PROFILES), ("owner_profile", _OWNER_PROFILE)):
        match = text.first(pattern, unless=asks_rule)
        if match and float(match["value"]) <= _MOST:
            read_[name] = float(match["value"])
            text.take(match)
    match = text.first(_MEMBERS, unless=asks_rule)
    if match:
        read_["members"] = int(match["value"])
        text.take(match)
    if read_:
        found["agency"] = Agency(**read_)


def _jss(text: Text, found: dict[str, Any]) -> None:
    none = _NO_JSS.search(text.rest)
    if none and _NEGATED.search(none[0]) and not text.rest[none.end() :].lstrip().startswith(("of", "below")):
        found["without_jss"] = True
        text.take(none)
        return
    for pattern in (*_JSS, _BARE_JSS):
        match = text.first(pattern, unless=asks_rule)
        if match and float(match["value"]) <= _MOST:
            found["jss"] = float(match["value"])
            text.take(match)
            return


def _weeks(text: Text, found: dict[str, Any]) -> None:
    for pattern in _WEEKS:
        for match in pattern.finditer(text.rest):
            of = int(match["of"]) if match["of"] else None
            good = int(match["good"])
            if asks_rule(text.rest, match) or (of is not None and good > of) or (of or good) > _HALF_A_YEAR:
                continue
            before = text.clause(match.start())
            if _THE.search(before) and not _OWN.search(before):
                continue
            text.weak = not _OWN.search(before)
            found["weeks"] = (good, of)
            text.take(match)
            return


def _bare_weeks(text: Text, found: dict[str, Any]) -> None:
    match = text.first(_BARE_WEEKS, unless=asks_rule)
    if "weeks" not in found and "jss" in found and match and int(match["good"]) <= _WINDOW:
        found["weeks"] = (int(match["good"]), None)
        text.take(match)


def _profile(text: Text, found: dict[str, Any]) -> None:
    for pattern in _PROFILE:
        match = text.first(pattern, unless=asks_rule)
        if match and float(match["value"]) <= _MOST:
            found["profile"] = float(match["value"])
            text.take(match)
            return
    match = text.first(_WHOLE_PROFILE, unless=asks_rule)
    if match and not _NOT.search(text.clause(match.start())):
        found["profile"] = _WHOLE
        text.take(match)


def _held(text: Text, found: dict[str, Any]) -> None:
    held: list[str] = []
    rest = text.rest
    for badge, name in _BADGES:
        for match in re.finditer(rf"{_HOLDS}{name}\b(?! (?:score|requires?|asks))", rest):
            if not _NOT.search(match[0]) and not _NOT.search(rest[: match.start()]):
                held.append(badge)
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    if held:
        found["held"] = tuple(dict.fromkeys(held))


def _user_type(text: Text, found: dict[str, Any]) -> None:
    match = _EXCLUSIVE.search(text.rest)
    if match and _OWN.search(text.clause(match.start())):
        found["user_type"] = "non_exclusive_agency_member" if match["non"] else "exclusive_agency_member"


_READERS: tuple[Callable[[Text, dict[str, Any]], None], ...] = (
    _user_type, _held, _agency, _weeks, work.contract, work.earned, _jss, work.first_contract, work.joined,
    _bare_weeks, _profile, work.against, work.availability, work.active,
)  # fmt: skip
"""In this order: what is told apart by its words before what is known by a bare number."""
