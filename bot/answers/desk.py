"""Answers about the desk: tickets, specialists, verification, incidents. They show; buttons and forms act."""

from typing import Any

from bot.answers.question import Question
from bot.desk import opening, queues
from bot.desk.numbers import parse_number
from bot.messages import Reply


async def ticket_open(question: Question) -> Reply:
    """A way to a person: the button that opens the form, and when somebody is there."""
    desk = question.rooms.desk
    return question.reply(
        hours=opening.presence(desk.calendar, question.now),
        intent_category=question.intent.category,
    )


async def ticket_status(question: Question) -> Reply:
    """The asker's own tickets, or the one that is named if it is theirs."""
    return question.reply(private=True, **await _own(question))


async def ticket_add(question: Question) -> Reply:
    """Adding something to a ticket: where its thread is."""
    return question.reply(private=True, **await _own(question))


async def ticket_reopen(question: Question) -> Reply:
    """Opening a resolved ticket again, while that is possible."""
    return question.reply(private=True, **await _own(question))


async def _own(question: Question) -> dict[str, Any]:
    desk = question.rooms.desk
    async with question.rooms.store.read() as session:
        found = await queues.own(session, question.asked.who)
    named = parse_number(question.slots.ticket or "")
    chosen = [ticket for ticket in found if ticket.number == named]
    context = queues.own_context(desk, chosen or found, question.now)
    return {
        **context,
        "named": question.slots.ticket,
        "known": bool(chosen),
        "reopen_days": desk.content.reopen_days,
    }


async def specialist(question: Question) -> Reply:
    """Category Specialists: who they are, when they are there, and a way into the queue."""
    return question.reply()


async def job_post(question: Question) -> Reply:
    """A draft of a job post, made with a specialist."""
    return question.reply()


async def verification(question: Question) -> Reply:
    """Identity and video checks."""
    return question.reply()


async def incident(question: Question) -> Reply:
    """Whether something is down."""
    return question.reply()
