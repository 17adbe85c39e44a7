"""The verdict cards of somebody's own case: each row with where its value comes from and how old that is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from bot.rooms.people.card import cards, shown
from bot.rooms.people.card_parts import Line, Provenance
from bot.rooms.people.card_view import Card
from bot.rooms.people.own.case import Origin, OwnCase
from bot.rooms.people.own.facts import FOR_RULE, Told
from knowledge.advice import Voice
from knowledge.rules import Rule
from knowledge.status import Status


def own_cards(case: OwnCase, told: Told, programs: Iterable[str] = ()) -> list[Card]:
    """The cards of the programs named, else of all that can be had on the day."""
    return [_own(case, told, card) for card in cards(case, programs)]


def _own(case: OwnCase, told: Told, card: Card) -> Card:
    rules = {rule.id: rule for rule in case.era(card.program).rules}
    lines = tuple(_line(case, told, card.program, rules[line.id], line) for line in card.lines)
    weeks = next((line.provenance for line in lines if line.id == "jss_weeks"), None)
    drawn = weeks is not None and weeks.origin == Origin.RECORD  # of a number told nobody knows the order
    return replace(
        card,
        lines=lines,
        squares=card.squares if drawn else (),
        recorded=case.layers[0].origin is Origin.RECORD,
        told=bool(told),
    )


def _line(case: OwnCase, told: Told, program: str, rule: Rule, line: Line) -> Line:
    tells = line.status == Status.UNKNOWN and rule.id in FOR_RULE
    return replace(line, provenance=_provenance(case, told, program, rule), tells=tells)


def _provenance(case: OwnCase, told: Told, program: str, rule: Rule) -> Provenance | None:
    origin = case.origin(program, rule)
    if origin is None:
        return None
    day, on = case.measures.day, _on(case, told, rule, origin)
    voice = Voice(case.rulebook.knowledge)
    others = tuple(
        (other.value, shown(voice, rule, finding.value)) for other, finding in case.others(program, rule)
    )
    return Provenance(
        origin=origin.value,
        days=None if on is None else max((day - on).days, 0),
        aged=origin is not Origin.RECORD and on is not None and (day - on).days > case.practice.told_days,
        others=tuple(pair for pair in others if pair[1]),
    )


def _on(case: OwnCase, told: Told, rule: Rule, origin: Origin) -> dt.date | None:
    """The day of what a value comes from."""
    match origin:
        case Origin.RECORD:
            return case.layers[0].case.measures.record.as_of_day
        case Origin.DOWNLOAD:
            return None if told.ledger is None else told.ledger.read_on
        case Origin.TOLD:
            fact = told.latest(rule.id)
            return None if fact is None else fact.on
