"""The controls and tabs that belong to answering itself: next questions, choices, sources, feedback."""

from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import NO_INTENT
from bot.desk import queues
from bot.learning import answers
from bot.messages import Surface, Where, Who
from bot.slack.answering import ask, send
from bot.slack.front import Front
from bot.surfaces import Pressed, Surfaces, View

log = structlog.get_logger(__name__)

TICKETS = 5  # of a person's own, as many as their home shows; all others are a question away


def surfaces(front: Front) -> Surfaces:
    """What this room takes."""
    return Surfaces(
        presses={
            "ask": asked,
            "choose": chose,
            "sources": partial(sources, front=front),
            "feedback.up": partial(feedback, front=front, helpful=True),
            "feedback.down": partial(feedback, front=front, helpful=False),
        },
        common_home=partial(home, front=front),
    )


async def asked(session: AsyncSession, pressed: Pressed, now: datetime) -> None:
    """A next question: answered like one that was typed, without matching."""
    await ask(
        session,
        key=pressed.key,
        who=pressed.who,
        where=place(pressed),
        text=pressed.label,
        direct=pressed.value,
        respond=pressed.respond,
        now=now,
    )


async def chose(session: AsyncSession, pressed: Pressed, now: datetime) -> None:
    """One of "did you mean", or none of them."""
    none = pressed.value == NO_INTENT
    log.info("chosen", intent=pressed.value.partition("|")[0])
    await ask(
        session,
        key=pressed.key,
        who=pressed.who,
        where=place(pressed),
        text=pressed.label,
        direct=None if none else pressed.value,
        respond=pressed.respond,
        none_of_these=none,
        now=now,
    )


async def sources(session: AsyncSession, pressed: Pressed, now: datetime, *, front: Front) -> None:
    """Where an answer comes from."""
    await send(
        session,
        key=f"sources:{pressed.key}",
        who=pressed.who,
        where=place(pressed),
        message=dict(front.conversation.behind(pressed.value, now)),
        respond=pressed.respond,
        now=now,
    )


async def feedback(
    session: AsyncSession, pressed: Pressed, now: datetime, *, front: Front, helpful: bool
) -> None:
    """Keep what the asker said of the answer; thanks, or a way on where it did not help."""
    intent, _, key = pressed.value.partition("|")
    await answers.rate(session, key, who=pressed.who, helpful=helpful)
    log.info("feedback", intent=intent, helpful=helpful)
    category = front.conversation.category(intent)
    message = front.renderer.message("replies/feedback.j2", {"helpful": helpful, "category": category})
    await send(
        session,
        key=f"feedback:{pressed.key}",
        who=pressed.who,
        where=place(pressed),
        message=dict(message),
        private=True,
        respond=pressed.respond,
        now=now,
    )


async def home(who: Who, now: datetime, wanted: str, *, front: Front) -> View | None:
    """The home tab of somebody that no other room has a part for, with their own tickets."""
    del wanted
    async with front.store.read() as session:
        found = await queues.own(session, who, limit=TICKETS)
    own = queues.own_context(front.conversation.rooms.desk, found, now)
    return View("home/person.j2", {"questions": front.conversation.prompts(), **own})


def place(pressed: Pressed) -> Where:
    """Where the reply to a press goes: below the message it stands in."""
    where = pressed.where
    if where.surface is Surface.CHANNEL:
        return Where(where.channel, where.surface, where.thread or where.ts, where.ts)
    return where
