"""What to do next: the open rows of a program in the order in which they can be met, as a plan."""

import asyncio
import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.asking import programs
from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.people.answers.person import Person, person, without_record
from bot.rooms.people.card_parts import Line
from bot.rooms.people.card_view import Card, grounds
from bot.rooms.people.facade import People
from bot.rooms.people.own.case import OwnCase
from knowledge.model import Audience
from knowledge.outlook import holds
from knowledge.status import ProgramStatus
from knowledge.way import Step, way

LADDER = ("top_rated", "top_rated_plus")
"""What somebody who names no program is on the way to: the first of these that is not met yet."""


class Heading(StrEnum):
    """What heads a plan: the verdict where there is nothing to plan, the steps, or that all of it is open."""

    VERDICT = "verdict"
    STEPS = "steps"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Planned:
    """A step as the reply shows it: its row on the card, and when. `through`: the program it belongs to."""

    line: Line
    now: bool
    on: dt.date | None
    known: bool
    through: str


async def plan(question: Question, people: People) -> Reply:
    """The asker's own way to the program named, else to the next one; without a record what is asked for."""
    asker = await person(question, people)
    if not asker.known:
        return await _unknown(question, asker)
    audience = Audience(question.slots.audience) if question.slots.audience else None
    case = people.own_case(asker.record, asker.told, question.day, audience=audience)
    program, card, steps = await asyncio.to_thread(_planned, question, people, asker, case)
    question.k.criteria(program, card.audience)
    known = [step for step in steps if step.known]
    over = card.status == ProgramStatus.DISCONTINUED or not steps
    return question.reply(
        private=True,
        own=card.told,
        card=card,
        heading=Heading.VERDICT if over else Heading.STEPS if known else Heading.OPEN,
        steps=known,
        open=[step for step in steps if not step.known],
        reminder=None if card.outlook is None else card.outlook.reminder,
        grounds=grounds([card]),
        reach=asker.reach.value,
    )


async def _unknown(question: Question, asker: Person) -> Reply:
    """What the program asks for, where one is named; else how to be known."""
    if not question.programs:
        return without_record(question, asker)
    intent = question.resources.catalogue["program.criteria"]
    return await programs.criteria(replace(question, intent=intent))


def _planned(
    question: Question, people: People, asker: Person, case: OwnCase
) -> tuple[str, Card, list[Planned]]:
    known = [name for name in question.programs if name in question.resources.knowledge.programs]
    program = known[0] if known else _next(case)
    found = way(case, program)
    names = list(dict.fromkeys([program, *(step.program for step in found)]))
    cards = {card.program: card for card in people.own_cards(case, asker.told, names)}
    return program, cards[program], [_shown(step, cards[step.program], program) for step in found]


def _next(case: OwnCase) -> str:
    return next((name for name in LADDER if not case.met(name) and not holds(case, name)), LADDER[-1])


def _shown(step: Step, card: Card, program: str) -> Planned:
    line = next(line for line in card.lines if line.id == step.rule.id)
    through = "" if step.program == program else card.name
    return Planned(line, step.now, step.on, step.known, through)
