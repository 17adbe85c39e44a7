"""Am I eligible, why not, since when, what would change it: the asker's record against the dated rules."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.people.answers.person import Person, person, without_record
from bot.rooms.people.card_view import Card, checked
from bot.rooms.people.facade import People
from knowledge.model import Audience
from knowledge.status import ProgramStatus
from knowledge.what_if import WhatIfError

REMINDERS = 3
"""Programs of a check that have a button to be reminded of."""

_IMAGINED = re.compile(r"\b(what if|if i|if my|if we|suppose|would|imagine)\b", re.IGNORECASE)


async def check(question: Question, people: People) -> Reply:
    """A verdict for each program named, else for all that run; to the asker alone."""
    asker = await person(question, people)
    if not asker.known:
        return without_record(question, asker)
    imagined = _imagined(question) if asker.record is not None else {}
    try:
        cards = await _cards(question, people, asker, question.programs, imagined)
    except WhatIfError:  # a figure that cannot be: the record as it is
        imagined = {}
        cards = await _cards(question, people, asker, question.programs)
    _source(question, cards)
    aged = any(line.provenance and line.provenance.aged for card in cards for line in card.lines)
    told = any(card.told for card in cards)
    context = {"imagined": imagined, "viewed": None, "reach": asker.reach.value, "aged": aged, "told": told}
    return question.reply(private=True, own=told, **context, **checked(cards), **_offers(cards))


async def lost(question: Question, people: People) -> Reply:
    """Why a badge went: in general, and the asker's own loss or risk where a record shows one."""
    return await _with_own(question, people, lambda card: card.loss is not None or card.fall is not None)


async def regain(question: Question, people: People) -> Reply:
    """How to get a badge back: in general, and the asker's own way where a record shows a loss."""
    return await _with_own(question, people, lambda card: card.loss is not None)


async def weeks(question: Question, people: People) -> Reply:
    """The 13-of-16 rule with a worked example, and the asker's own weeks where a record is there."""
    return await _with_own(question, people, lambda card: bool(card.squares))


async def threshold(question: Question) -> Reply:
    """What counts as a large contract, by category."""
    return question.reply()


async def _with_own(question: Question, people: People, tells: Callable[[Card], bool]) -> Reply:
    """The general reply; privately with the asker's cards that have something to tell, if there are any."""
    asker = await person(question, people)
    cards: list[Card] = []
    if asker.known:
        cards = [card for card in await _cards(question, people, asker, question.programs) if tells(card)]
        _source(question, cards)
    own = any(card.told for card in cards)
    return question.reply(private=bool(cards), own=own, viewed=None, **checked(cards))


def _offers(cards: list[Card]) -> dict[str, Any]:
    """What can be done about a check: reminders, the plan for the first program with several things open."""
    short = (card for card in cards if card.status == ProgramStatus.NOT_ELIGIBLE and len(card.open) > 1)
    return {
        "reminders": [card for card in cards if card.reminder][:REMINDERS],
        "plan": next((card.program for card in short), None),
        "unknown": any(card.status == ProgramStatus.UNKNOWN for card in cards),
    }


async def _cards(
    question: Question,
    people: People,
    asker: Person,
    programs: tuple[str, ...],
    changes: Mapping[str, object] | None = None,
) -> list[Card]:
    """The cards, in a thread: looking ahead for all programs takes a while."""
    known = [name for name in programs if name in question.resources.knowledge.programs]
    audience = Audience(question.slots.audience) if question.slots.audience else None
    case = people.own_case(asker.record, asker.told, question.day, changes=changes, audience=audience)
    return await asyncio.to_thread(people.own_cards, case, asker.told, known)


def _source(question: Question, cards: list[Card]) -> None:
    """The rules behind the cards count as said, so that the reply can name where they come from."""
    for card in cards:
        question.k.criteria(card.program, card.audience)


def _imagined(question: Question) -> dict[str, object]:
    """What the question asks to imagine: so much more earned, such a score."""
    if not _IMAGINED.search(question.understood.text):
        return {}
    amount, percent = question.slots.amount, question.slots.percent
    changes: dict[str, object] = {}
    if amount is not None:
        changes["earnings"] = amount
    if percent is not None:
        changes["jss"] = percent
    return changes
