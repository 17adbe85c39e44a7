"""The controls that belong to answering itself: next questions, choices, sources, feedback."""

from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, missed
from bot.asking.answering import ask, send
from bot.asking.conversation import NO_INTENT, Conversation
from bot.delivery.outside import Outside
from bot.messages import Surface, Where
from bot.render import Message
from bot.surfaces import Commanded, Pressed, Surfaces

log = structlog.get_logger(__name__)


def surfaces(conversation: Conversation) -> Surfaces:
    """What this room takes."""
    return Surfaces(
        presses={
            "ask": partial(asked, conversation=conversation),
            "choose": partial(chose, conversation=conversation),
            "sources": partial(sources, conversation=conversation),
            "feedback.up": partial(feedback, conversation=conversation, helpful=True),
            "feedback.down": partial(feedback, conversation=conversation, helpful=False),
        },
    )


async def asked(
    session: AsyncSession, pressed: Pressed, now: datetime, *, conversation: Conversation
) -> Outside:
    """A next question: answered like one that was typed, without matching."""
    return await ask(
        session,
        conversation,
        key=pressed.key,
        who=pressed.who,
        where=place(pressed),
        text=pressed.label,
        direct=pressed.value,
        respond=pressed.respond,
        now=now,
    )


async def chose(
    session: AsyncSession, pressed: Pressed, now: datetime, *, conversation: Conversation
) -> Outside:
    """One of "did you mean", or none of them."""
    none = pressed.value == NO_INTENT
    log.info("chosen", intent=pressed.value.partition("|")[0])
    return await ask(
        session,
        conversation,
        key=pressed.key,
        who=pressed.who,
        where=place(pressed),
        text=pressed.label,
        direct=None if none else pressed.value,
        respond=pressed.respond,
        none_of_these=none,
        now=now,
    )


async def sources(
    session: AsyncSession, pressed: Pressed, now: datetime, *, conversation: Conversation
) -> None:
    """Where an answer comes from."""
    await reply(session, pressed, conversation.behind(pressed.value, now), now, name="sources")


async def feedback(
    session: AsyncSession, pressed: Pressed, now: datetime, *, conversation: Conversation, helpful: bool
) -> None:
    """Keep what the asker said of the answer; thanks, or a way on where it did not help."""
    intent, _, key = pressed.value.partition("|")
    rated = await answers.rate(session, key, who=pressed.who, helpful=helpful)
    if rated and not helpful:
        down = missed.Reason.DOWN
        await missed.by_key(session, key, who=pressed.who, reason=down, intent=intent, now=now)
    log.info("feedback", intent=intent, helpful=helpful)
    replies = conversation.replies
    context = {
        "helpful": helpful,
        "category": replies.category(intent),
        "community": replies.discussed(key),
    }
    message = conversation.renderer.message("replies/feedback.j2", context)
    await reply(session, pressed, message, now, name="feedback", private=True)


async def reply(
    session: AsyncSession,
    pressed: Pressed,
    message: Message,
    now: datetime,
    *,
    name: str,
    private: bool = False,
) -> None:
    """Send what a press is answered with, once per press and `name`; `private`: to the person alone."""
    await send(
        session,
        key=f"{name}:{pressed.key}",
        who=pressed.who,
        where=place(pressed),
        message=dict(message),
        private=private,
        respond=pressed.respond,
        now=now,
    )


async def answer_command(
    session: AsyncSession, command: Commanded, message: Message, now: datetime, *, name: str
) -> None:
    """Send what a command is answered with, once per command and `name`: to the person alone."""
    await send(
        session,
        key=f"{name}:{command.key}",
        who=command.who,
        where=command.where,
        message=dict(message),
        respond=command.respond or None,
        now=now,
    )


def place(pressed: Pressed) -> Where:
    """Where the reply to a press goes: below the message it stands in."""
    where = pressed.where
    if where.surface is Surface.CHANNEL:
        return Where(where.channel, where.surface, where.thread or where.ts, where.ts)
    return where
