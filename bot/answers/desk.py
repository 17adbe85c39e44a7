"""Answers about the desk: tickets, specialists, verification, incidents. They show; buttons and forms act."""

from collections.abc import Mapping
from typing import Any

from bot.answers import hours
from bot.answers.question import Question
from bot.desk import queues
from bot.incidents import incidents
from bot.messages import Reply
from bot.specialists import places
from bot.specialists.content import CHAT, VIDEO
from bot.specialists.duty import staffing

SPECIALISTS = "specialists"  # their calendar
OWN = 5
"""Tickets shown in an answer; the newest ones."""


async def ticket_open(question: Question) -> Reply:
    """A way to a person: the button that opens the form, and when somebody is there."""
    return question.reply(
        hours=_hours(question, question.rooms.desk.content.calendar),
        category=None,
        intent_category=question.intent.category,
    )


async def ticket_status(question: Question) -> Reply:
    """The asker's own tickets, or the one named."""
    return await _own(question)


async def ticket_add(question: Question) -> Reply:
    """Adding something to a ticket: in its thread."""
    return await _own(question)


async def ticket_reopen(question: Question) -> Reply:
    """Opening a resolved ticket again."""
    return await _own(question)


async def specialist(question: Question) -> Reply:
    """Category Specialists: who they are, whether they are there, and a way into the queue."""
    calendar = question.rooms.calendars[SPECIALISTS]
    return question.reply(
        asked=hours.named(
            question.understood.text if question.asked.direct is None else "", calendar, question.now
        ),
        weekly=calendar.hours(),
        zone_title=calendar.zone_title,
        today_closed=calendar.holiday(calendar.local(question.now).date()),
        **await _queue(question, CHAT),
    )


async def job_post(question: Question) -> Reply:
    """A draft of a job post, made with a specialist where there are some."""
    return question.reply(**await _queue(question, CHAT))


async def verification(question: Question) -> Reply:
    """Identity and video checks, and the way into the queue for one."""
    return question.reply(**await _queue(question, VIDEO))


async def incident(question: Question) -> Reply:
    """Whether something is down."""
    rooms, who = question.rooms, question.asked.who
    async with rooms.store.read() as session:
        current = await incidents.current(session, rooms.incidents, who.team)
        told = await incidents.subscribed(session, who)
    return question.reply(incidents=current, told=told)


async def _queue(question: Question, name: str) -> dict[str, Any]:
    """How a queue stands: who is there, who waits, the asker's own place (None: they do not wait)."""
    room, who = question.rooms.specialists, question.asked.who
    async with question.rooms.store.read() as session:
        waiting = await places.waiting_of(session, name, who)
        return {
            "staffing": await staffing(session, room, name, who.team, question.now),
            "place": None if waiting is None else await places.place_of(session, waiting),
            "works": room.works(name),
        }


async def _own(question: Question) -> Reply:
    rooms, number = question.rooms, question.slots.ticket
    async with rooms.store.read() as session:
        found = list(await queues.own(session, question.asked.who, limit=OWN if number is None else 100))
        named = [ticket for ticket in found if ticket.number == number]
        context = queues.own_context(rooms.desk, named or found[:OWN], question.now)
    return question.reply(
        private=True,
        named=number,
        known=bool(named),
        reopen_days=rooms.desk.content.reopen_days,
        **context,
    )


def _hours(question: Question, name: str) -> Mapping[str, Any]:
    """When a calendar's people are there: their hours, and when they open (None: they are there now)."""
    calendar = question.rooms.calendars[name]
    open_now = calendar.is_open(question.now)
    opens = None if open_now else calendar.local(calendar.next_open(question.now))
    return {
        "open": open_now,
        "opens": opens,
        "hours": calendar.hours(),
        "zone_title": calendar.zone_title,
    }
