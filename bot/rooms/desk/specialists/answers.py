"""Answers about specialists, job posts and video checks. They show; buttons and forms act."""

from collections.abc import Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

from bot.asking import hours
from bot.asking.kinds import Answer
from bot.asking.question import Question
from bot.messages import Reply, Surface
from bot.rooms.desk.specialists import places
from bot.rooms.desk.specialists.content import CHAT, VIDEO
from bot.rooms.desk.specialists.duty import staffing
from bot.rooms.desk.specialists.room import Specialists
from bot.rooms.desk.specialists.zones import Zones

SPECIALISTS = "specialists"  # their calendar
HOURS = "specialists.hours"
UNSURE = "U"  # the confidence of what nobody knows for certain
NOON = time(12)


def kinds(room: Specialists, zones: Zones) -> Mapping[str, Answer]:
    """Each kind of reply with its function."""
    return {
        "specialist": partial(specialist, room=room, zones=zones),
        "job_post": partial(job_post, room=room),
        "verification": partial(verification, room=room),
    }


async def specialist(question: Question, room: Specialists, zones: Zones) -> Reply:
    """Category Specialists: who they are, whether they are there, and a way into the queue.

    Where the sources know nothing certain, our own calendar tells the hours; earlier ones are the sources'.
    """
    calendar = question.resources.calendars[SPECIALISTS]
    now = question.now
    if not question.k.today:
        now = datetime.combine(question.day, NOON, calendar.tz)
    home = None if question.asked.where.surface is Surface.TERMINAL else await zones.of(question.asked.who)
    text = question.understood.text if question.asked.direct is None else ""
    return question.reply(
        asked=hours.named(text, calendar, now, home=home),
        ours=question.k.today or question.k.fact(HOURS).confidence == UNSURE,
        weekly=calendar.hours(),
        zone_title=calendar.zone_title,
        today_closed=calendar.holiday(calendar.local(now).date()),
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
