"""From a question to the reply in its place.

It is thought about outside of any transaction (a record may come from far away), and what that came to is
written in the one that ends the question's job: the reply to send, the turn to remember, the words of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, conversations, missed
from bot.asking.answered import Answered, memory, recalled
from bot.asking.conversation import Conversation
from bot.asking.conversations import Place, Role
from bot.delivery import outbox
from bot.delivery.outbox import Job, enqueue
from bot.delivery.outside import Outside
from bot.markup import plain
from bot.messages import Asked, Surface, Where, Who, is_dm
from bot.store.types import fitted
from intents.model import Tier, Turn

log = structlog.get_logger(__name__)

KIND = "answer"
"""The kind of job that a question had of its own up to release 1; such jobs may still be queued."""
REPLY = "reply:"  # how the key of a reply's line begins; that of its question follows
BLOCK_ID = 255  # characters, Slack's limit and that of a line's key
PATIENCE = 3  # attempts after which a defect of ours is admitted to the person


@dataclass(frozen=True, slots=True)
class _Question:
    """A question with what was remembered when it came. `respond`: Slack's address for an ephemeral reply."""

    asked: Asked
    turn: Turn | None
    respond: str | None
    none_of_these: bool


async def ask(
    session: AsyncSession,
    conversation: Conversation,
    *,
    key: str,
    who: Who,
    where: Where,
    text: str,
    now: datetime,
    mentioned: bool = True,
    direct: str | None = None,
    files: Sequence[str] = (),
    respond: str | None = None,
    none_of_these: bool = False,
) -> Outside:
    """How to answer a question: whoever handles its job returns this to have it answered and written down.

    `respond` is Slack's address for an ephemeral reply.
    """
    turn = recalled(await conversations.recall(session, place_of(who, where)))
    asked = Asked(text, who, where, key, now, mentioned, direct, tuple(files))
    question = _Question(asked, turn, respond, none_of_these)
    return Outside(partial(_think, conversation, question), partial(_keep, conversation, question))


async def take_back(session: AsyncSession, key: str) -> None:
    """Do not answer the question of that key any more: it was deleted. What was posted already stays."""
    for job in (key, f"answer:{key}", f"{REPLY}{key}", f"{REPLY}{key}:copy"):
        await outbox.cancel(session, job)


async def resume(session: AsyncSession, job: Job, now: datetime, conversation: Conversation) -> Outside:
    """Answer a question that was stored as a job of its own, under release 1."""
    del now
    payload = job.payload
    return await ask(
        session,
        conversation,
        key=payload["key"],
        who=Who(payload["team"], payload["user"]),
        where=Where(payload["channel"], Surface(payload["surface"]), payload["thread"], payload["ts"]),
        text=payload["text"],
        now=datetime.fromisoformat(payload["at"]),
        mentioned=payload["mentioned"],
        direct=payload["direct"],
        files=payload["files"],
        respond=payload["respond"],
        none_of_these=payload["none"],
    )


async def _think(conversation: Conversation, question: _Question, attempt: int) -> Answered:
    """What to reply. A defect is admitted in the end: nobody waits for a reply that never comes."""
    asked, turn = question.asked, question.turn
    try:
        if question.none_of_these:
            return await conversation.none_of_these(asked, turn, asked.at)
        return await conversation.answer(asked, turn, asked.at)
    except Exception:  # whatever it is, the person gets a word and we get a line in the log
        if attempt < PATIENCE:
            raise
        log.exception("answer.failed", key=asked.key)
        return Answered((), conversation.renderer.message("replies/error.j2", {"key": asked.key}), turn)


async def _keep(
    conversation: Conversation, question: _Question, session: AsyncSession, answered: Answered, now: datetime
) -> None:
    """Write the words down, remember the turn and have the reply sent, in one transaction."""
    asked, message = question.asked, answered.message
    intents = [one.intent for one in answered.understood]
    surface = asked.where.surface.value
    tier = answered.tier.value
    log.info("answered", surface=surface, tier=tier, intents=intents, silent=message is None)
    place = place_of(asked.who, asked.where)
    theirs: dict[str, Any] = {"role": Role.PERSON, "text": asked.text, "at": asked.at}
    if message is None:
        if asked.text:
            await conversations.write_down(session, place, key=fitted(asked.key), **theirs)
        if conversation.overheard is not None:
            await conversation.overheard(session, asked, answered.understood, now)
        return
    conversation.told(tier, surface)
    turn = memory(answered.turn, asked.who.user)
    remembered = await conversations.remember(session, place, turn, now)
    if asked.text:
        await conversations.add_line(session, remembered, key=fitted(asked.key), **theirs)
    line = line_of(asked.key)
    # What only an answer to a command holds passes away in Slack: nobody can ask about it later.
    stays = question.respond is None or answered.private
    kept = _kept(question, intents) if stays else None
    words = plain(message["text"])
    words = words.partition("\n")[0] if answered.own else words
    await conversations.add_line(session, remembered, key=line, role=Role.BOT, text=words, at=now, asked=kept)
    await _note_missed(session, question, answered, now)
    await answers.note(
        session,
        key=asked.key,
        who=asked.who,
        surface=surface,
        intent=next(iter(intents), None),
        category=conversation.replies.category(answered.first.intent or "") if answered.first else None,
        tier=tier,
        at=now,
    )
    await send(
        session,
        key=f"reply:{asked.key}",
        who=asked.who,
        where=asked.where,
        message=_marked(dict(message), line),
        private=answered.private,
        respond=question.respond,
        now=now,
    )


async def _note_missed(session: AsyncSession, question: _Question, answered: Answered, now: datetime) -> None:
    """Keep what was not understood, and what none of the choices was, for those who can teach it."""
    asked = question.asked
    text, key, reason = asked.text, asked.key, missed.Reason.UNSURE
    if question.none_of_these:
        before = await conversations.transcript(session, place_of(asked.who, asked.where), limit=6)
        theirs = [line for line in before if line.role == Role.PERSON and line.key != asked.key]
        if not theirs:
            return
        text, key, reason = theirs[-1].text, theirs[-1].key, missed.Reason.NONE
    elif answered.first is None or answered.tier is not Tier.UNSURE or asked.direct is not None:
        return
    intent = answered.first.intent if answered.first else None
    await missed.note(session, key=key, who=asked.who, text=text, reason=reason, intent=intent, now=now)


async def send(
    session: AsyncSession,
    *,
    key: str,
    who: Who,
    where: Where,
    message: dict[str, Any],
    now: datetime,
    private: bool = False,
    respond: str | None = None,
) -> None:
    """Send a message where it belongs: the thread, the DM, or to the person alone with a copy in the DM.

    What a command in a DM asks for in private stands there once: in our DM with the person, where it lasts.
    """
    key = key[:240]
    if private and is_dm(where.channel):
        respond = None
    body = {"text": message["text"], "blocks": message["blocks"]}
    thread = where.thread or (where.ts if where.surface is Surface.CHANNEL else None)
    lane = f"out:{where.channel}:{thread or who.user}"
    order = where.ts or f"{now.timestamp():.6f}"
    channel = {"channel": where.channel, "thread_ts": thread}
    copied = {"key": f"{key}:copy", "kind": "slack.dm", "payload": {"user": who.user, **body}}
    jobs: list[dict[str, Any]]
    if respond is not None:
        jobs = [{"key": key, "kind": "slack.respond", "payload": {"url": respond, **body}}]
        jobs += [copied] if private else []
    elif where.surface is Surface.CHANNEL and private:
        jobs = [{"key": key, "kind": "slack.ephemeral", "payload": {**channel, "user": who.user, **body}}]
        jobs.append(copied)
    elif where.surface in {Surface.HOME, Surface.COMMAND}:
        jobs = [{"key": key, "kind": "slack.dm", "payload": {"user": who.user, **body}}]
    else:
        jobs = [{"key": key, "kind": "slack.post", "payload": {**channel, **body}}]
    for job in jobs:
        await enqueue(session, lane=lane, order=order, now=now, **job)


def line_of(key: str) -> str:
    """The key of the line that holds the reply to a question; the reply carries it as the id of a block."""
    return f"{REPLY}{key}"[:BLOCK_ID]


def _kept(question: _Question, intents: Sequence[str | None]) -> dict[str, Any]:
    """What it takes beside a question's words to say later why they were understood so."""
    return {
        "direct": question.asked.direct,
        "none": question.none_of_these,
        "at": question.asked.at.isoformat(),
        "before": None if question.turn is None else question.turn.as_dict(),
        "intents": list(intents),
    }


def _marked(message: dict[str, Any], line: str) -> dict[str, Any]:
    """The message with `line` as the id of its first block that has none."""
    blocks = list(message["blocks"])
    for at, block in enumerate(blocks):
        if "block_id" not in block:
            blocks[at] = {**block, "block_id": line}
            break
    return {**message, "blocks": blocks}


def place_of(who: Who, where: Where) -> Place:
    """Where a conversation is remembered: its thread, or the person where there is none."""
    if where.surface is Surface.CHANNEL:
        return Place(who.team, where.channel, where.thread or where.ts or who.user)
    return Place(who.team, where.channel, where.thread or who.user)
