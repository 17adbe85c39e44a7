"""A verdict drawn of a case in short texts (card_view.py's Card): criteria, pictures, the way there."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum

from bot.rooms.people.card_parts import Earnings, Fall, Line, Loss, Turn
from bot.rooms.people.card_view import Card
from knowledge import picture
from knowledge.advice import Voice
from knowledge.case import Case
from knowledge.display import date_text, number, value_text
from knowledge.eligibility import CriterionVerdict, verdict
from knowledge.lost import Lost, Turned, why_lost
from knowledge.outlook import at_risk
from knowledge.rules import Rule
from knowledge.status import ProgramStatus, Shown

AGO = frozenset({"first_contract_age", "relevant_proposals", "activity", "availability"})
"""Criteria whose value is a number of days that lie between something and the day."""
PLAIN = frozenset({"no_jss"})
"""Criteria whose label and advice say it all."""


def card(case: Case, program: str) -> Card:
    """The card of one program for a case. Raises KeyError for an unknown program."""
    found = verdict(case, program)
    voice = Voice(case.rulebook.knowledge)
    squares = picture.weeks(case, program) if found.criteria else ()
    bar = picture.earnings(case, program) if found.criteria else None
    risk = at_risk(case, program)
    era = case.era(program)
    ended = era.existence.ended
    return Card(
        program=program,
        name=voice.knowledge.program(program).name,
        audience=found.audience.value,
        on=found.on,
        status=found.status.value,
        holds=found.holds_badge,
        lines=tuple(line(voice, criterion) for criterion in found.criteria),
        squares=tuple(square.state for square in squares),
        earnings=_bar(voice, bar),
        earliest_on=found.earliest_on,
        assumption=found.assumption,
        fall=None if risk is None else Fall(risk.on, _labels(case, program, risk.criteria), risk.assumption),
        loss=_loss(voice, why_lost(case, program)),
        notes=tuple(rule.criterion.label for rule in found.notes),
        begins=found.begins,
        ended_on=ended.until if ended is not None and found.status is ProgramStatus.DISCONTINUED else None,
        stale_days=found.stale_days,
        as_of=case.measures.record.as_of_day,
    )


def cards(case: Case, programs: Iterable[str] = ()) -> list[Card]:
    """The cards of the programs named; of all that can be had on the day, where none is named."""
    wanted = list(programs)
    if not wanted:
        audience = case.measures.record.audience
        wanted = [
            program.id
            for program in case.rulebook.programs(audience)
            if case.status(program.id) is not ProgramStatus.DISCONTINUED and case.era(program.id).exists
        ]
    return [card(case, program) for program in wanted]


def line(voice: Voice, criterion: CriterionVerdict) -> Line:
    """One criterion in short texts."""
    rule = criterion.rule
    words = voice.words
    required = value_text(words, rule.statement, rule.criterion)
    return Line(
        id=rule.id,
        label=rule.criterion.label,
        status=criterion.finding.status.value,
        value=shown(voice, rule, criterion.finding.value),
        # A bare "Yes" beside a label such as "No Job Success Score yet" would only puzzle.
        required="" if required == words.symbols["yes"] else required,
        advice=criterion.advice,
        source=voice.knowledge.sources[rule.statement.source].title,
    )


def shown(voice: Voice, rule: Rule, value: Shown) -> str:
    """A value of the asker's in words; empty where there is none, or where its status says it already."""
    if rule.id in PLAIN or isinstance(value, bool):
        return ""
    if isinstance(value, int) and rule.id in AGO:
        return voice.say("days_ago", {"count": value}) if value > 0 else voice.say("today")
    if isinstance(value, int) and rule.criterion.unit == "weeks":
        return voice.say("weeks", {"count": value})
    return _text(voice, value, rule.criterion.unit)


def _text(voice: Voice, value: Shown, unit: str) -> str:
    words = voice.words
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value).replace("_", " ")
        case dt.date():
            return date_text(words, value)
        case tuple():
            return ", ".join(str(one).replace("_", " ") for one in value)
        case Decimal() if unit == "usd":
            return voice.money(value)
        case float() | Decimal() if unit == "percent":
            return voice.percent(value)
        case float():
            return words.units[unit].format(value=f"{value:g}")
        case int() | Decimal():
            return words.units[unit].format(value=number(value))
        case _:
            return str(value).replace("_", " ")


def _bar(voice: Voice, bar: picture.Bar | None) -> Earnings | None:
    if bar is None or bar.earned is None:
        return None
    return Earnings(int(bar.share * 10), voice.money(bar.earned), voice.money(bar.required))


def _labels(case: Case, program: str, ids: Iterable[str]) -> tuple[str, ...]:
    labels = {row.id: row.label for row in case.rulebook.knowledge.program(program).criteria}
    return tuple(labels.get(name, name) for name in ids)


def _loss(voice: Voice, lost: Lost | None) -> Loss | None:
    if lost is None:
        return None
    return Loss(lost.held_from, lost.held_until, tuple(_turn(voice, turned) for turned in lost.turned))


def _turn(voice: Voice, turned: Turned) -> Turn:
    rule = turned.rule
    before = "" if turned.before is None else shown(voice, rule, turned.before.value)
    after = shown(voice, rule, turned.after.value)
    tells = before and after and before != after
    return Turn(
        label=rule.criterion.label,
        on=turned.on,
        until=turned.until,
        before=before if tells else "",
        after=after if tells else "",
        advice=turned.advice,
    )
