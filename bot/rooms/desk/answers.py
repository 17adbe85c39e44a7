"""Answers about tickets. They show; buttons and forms act."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.asking.kinds import Answer
from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.desk import queues
from bot.rooms.desk.room import Desk

OWN = 5
"""Tickets shown in an answer; the newest ones."""


def kinds(desk: Desk) -> Mapping[str, Answer]:
    """Each kind of reply with its function."""
    return {
        "ticket.open": partial(ticket_open, desk=desk),
        "ticket.about": partial(ticket_about, desk=desk),
        "ticket.status": partial(ticket_status, desk=desk),
        "ticket.add": partial(ticket_add, desk=desk),
        "ticket.reopen": partial(ticket_reopen, desk=desk),
    }


async def ticket_open(question: Question, desk: Desk) -> Reply:
    """A way to a person: the button that opens the form, and when somebody is there."""
    return question.reply(
        hours=_hours(question, desk.content.calendar),
        category=None,
        intent_category=question.intent.category,
    )


async def ticket_about(question: Question, desk: Desk) -> Reply:
    """How a ticket goes and how fast the desk answers, by its own calendar and promises."""
    content = desk.content
    return question.reply(
        hours=_hours(question, content.calendar),
        today_closed=question.resources.calendars[content.calendar].holiday(question.day),
        first_reply=content.step(content.priority).first_reply,
        reopen_days=content.reopen_days,
        intent_category=question.intent.category,
    )


async def ticket_status(question: Question, desk: Desk) -> Reply:
    """The asker's own tickets, or the one named."""
    return await _own(question, desk)


async def ticket_add(question: Question, desk: Desk) -> Reply:
    """Adding something to a ticket: in its thread."""
    return await _own(question, desk)


async def ticket_reopen(question: Question, desk: Desk) -> Reply:
    """Opening a resolved ticket again."""
    return await _own(question, desk)


async def _own(question: Question, desk: Desk) -> Reply:
    number = question.slots.ticket
    async with question.resources.store.read() as session:
        found = list(await queues.own(session, question.asked.who, limit=OWN if number is None else 100))
        named = [ticket for ticket in found if ticket.number == number]
        context = queues.own_context(desk, named or found[:OWN], question.now)
    return question.reply(
        private=True,
        named=number,
        known=bool(named),
        reopen_days=desk.content.reopen_days,
        **context,
    )


def _hours(question: Question, name: str) -> Mapping[str, Any]:
    """When a calendar's people are there: their hours, and when they open (None: they are there now)."""
    calendar = question.resources.calendars[name]
    open_now = calendar.is_open(question.now)
    opens = None if open_now else calendar.local(calendar.next_open(question.now))
    return {
        "open": open_now,
        "opens": opens,
        "hours": calendar.hours(),
        "zone_title": calendar.zone_title,
    }
