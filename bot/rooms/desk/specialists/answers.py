"""Answers about specialists, job posts and video checks. They show; buttons and forms act."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.asking import hours
from bot.asking.kinds import Answer
from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.desk.specialists import places
from bot.rooms.desk.specialists.content import CHAT, VIDEO
from bot.rooms.desk.specialists.duty import staffing
from bot.rooms.desk.specialists.room import Specialists

SPECIALISTS = "specialists"  # their calendar


def kinds(room: Specialists) -> Mapping[str, Answer]:
    """Each kind of reply with its function."""
    return {
        "specialist": partial(specialist, room=room),
        "job_post": partial(job_post, room=room),
        "verification": partial(verification, room=room),
    }


async def specialist(question: Question, room: Specialists) -> Reply:
    """Category Specialists: who they are, whether they are there, and a way into the queue."""
    calendar = question.resources.calendars[SPECIALISTS]
    return question.reply(
        asked=hours.named(
            question.understood.text if question.asked.direct is None else "", calendar, question.now
        ),
        weekly=calendar.hours(),
        zone_title=calendar.zone_title,
        today_closed=calendar.holiday(calendar.local(question.now).date()),
        **await _queue(question, room, CHAT),
    )


async def job_post(question: Question, room: Specialists) -> Reply:
    """A draft of a job post, made with a specialist where there are some."""
    return question.reply(**await _queue(question, room, CHAT))


async def verification(question: Question, room: Specialists) -> Reply:
    """Identity and video checks, and the way into the queue for one."""
    return question.reply(**await _queue(question, room, VIDEO))


async def _queue(question: Question, room: Specialists, name: str) -> dict[str, Any]:
    """How a queue stands: who is there, who waits, the asker's own place (None: they do not wait)."""
    who = question.asked.who
    async with question.resources.store.read() as session:
        waiting = await places.waiting_of(session, name, who)
        return {
            "staffing": await staffing(session, room, name, who.team, question.now),
            "place": None if waiting is None else await places.place_of(session, waiting),
            "works": room.works(name),
        }
