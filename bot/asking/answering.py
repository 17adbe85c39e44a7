"""From a stored question to the reply in its place.

An `answer` job thinks outside of any transaction (a record may come from far away), and what it came to is
written in the transaction that ends it: the reply to send, the turn to remember, the words for the desk.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import answers, conversations
from bot.asking.conversation import Answered, Conversation, memory, recalled
from bot.asking.conversations import Place, Role
from bot.delivery.outbox import Job, enqueue
from bot.messages import Asked, Surface, Where, Who, is_dm
from bot.render import plain

log = structlog.get_logger(__name__)

KIND = "answer"
THEN = "answer.keep"
REPLY = "reply:"  # how the key of a reply's line begins; that of its question follows
BLOCK_ID = 255  # characters, Slack's limit and that of a line's key
PATIENCE = 3  # attempts after which a defect of ours is admitted to the person


async def ask(
    session: AsyncSession,
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
) -> None:
    """Have a question answered, once per `key`, and write it down for the desk.

    `respond` is Slack's address for an ephemeral reply.
    """
    place = place_of(who, where)
    if text:
        await conversations.write_down(session, place, key=key[:255], role=Role.PERSON, text=text, at=now)
    await enqueue(
        session,
        key=f"answer:{key}"[:255],
        kind=KIND,
        payload={
            "then": THEN,
            "key": key,
            "team": who.team,
            "user": who.user,
            "channel": where.channel,
            "surface": where.surface.value,
            "thread": where.thread,
            "ts": where.ts,
            "text": text,
            "mentioned": mentioned,
            "direct": direct,
            "files": list(files),
            "respond": respond,
            "none": none_of_these,
            "at": now.isoformat(),
        },
        lane=f"answer:{place.channel}:{place.thread}",
        order=where.ts or f"{now.timestamp():.6f}",
        now=now,
    )


async def think(job: Job, conversation: Conversation) -> dict[str, Any]:
    """What to reply, as JSON. A defect is admitted in the end: nobody waits for a reply that never comes."""
    payload = job.payload
    asked = _asked(payload)
    async with conversation.resources.store.read() as session:
        stored = await conversations.recall(session, place_of(asked.who, asked.where))
    turn = recalled(stored)
    try:
        if payload["none"]:
            answered = await conversation.none_of_these(asked, turn, asked.at)
        else:
            answered = await conversation.answer(asked, turn, asked.at)
    except Exception:  # whatever it is, the person gets a word and we get a line in the log
        if job.attempts < PATIENCE:
            raise
        log.exception("answer.failed", job=job.id)
        message = conversation.renderer.message("replies/error.j2", {"key": asked.key})
        answered = Answered((), message, turn)
    return {
        "message": dict(answered.message) if answered.message else None,
        "private": answered.private,
        "turn": memory(answered.turn, asked.who.user),
        "before": None if turn is None else turn.as_dict(),
        "intents": [one.intent for one in answered.understood],
        "category": conversation.category(answered.first.intent or "") if answered.first else None,
        "tier": answered.tier.value,
    }


async def keep(
    session: AsyncSession,
    job: Job,
    result: dict[str, Any],
    now: datetime,
    *,
    answered: Callable[[str, str], None],
) -> None:
    """Remember the turn and have the reply sent, in one transaction with the end of the job.

    `answered` hears the tier and the surface.
    """
    asked = _asked(job.payload)
    place = place_of(asked.who, asked.where)
    message = result["message"]
    log.info(
        "answered",
        surface=asked.where.surface.value,
        tier=result["tier"],
        intents=result["intents"],
        silent=message is None,
    )
    if message is None:
        return
    answered(result["tier"], asked.where.surface.value)
    await answers.note(
        session,
        key=asked.key,
        who=asked.who,
        surface=asked.where.surface.value,
        intent=next(iter(result["intents"]), None),
        category=result["category"],
        tier=result["tier"],
        at=now,
    )
    await conversations.remember(session, place, result["turn"], now)
    words = plain(message["text"])
    line = line_of(asked.key)
    # What only an answer to a command holds passes away in Slack: nobody can ask about it later.
    stays = job.payload["respond"] is None or result["private"]
    kept = _kept(job.payload, result) if stays else None
    await conversations.write_down(session, place, key=line, role=Role.BOT, text=words, at=now, asked=kept)
    await send(
        session,
        key=f"reply:{asked.key}",
        who=asked.who,
        where=asked.where,
        message=_marked(message, line),
        private=result["private"],
        respond=job.payload["respond"],
        now=now,
    )


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


def _kept(payload: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """What it takes beside a question's words to say later why they were understood so."""
    asked = {name: payload[name] for name in ("direct", "none", "at")}
    return {**asked, "before": result["before"], "intents": result["intents"]}


def _marked(message: dict[str, Any], line: str) -> dict[str, Any]:
    """The message with `line` as the id of its first block that has none."""
    blocks = list(message["blocks"])
    for at, block in enumerate(blocks):
        if "block_id" not in block:
            blocks[at] = {**block, "block_id": line}
            break
    return {**message, "blocks": blocks}


def _asked(payload: dict[str, Any]) -> Asked:
    return Asked(
        text=payload["text"],
        who=Who(payload["team"], payload["user"]),
        where=Where(payload["channel"], Surface(payload["surface"]), payload["thread"], payload["ts"]),
        key=payload["key"],
        at=datetime.fromisoformat(payload["at"]),
        mentioned=payload["mentioned"],
        direct=payload["direct"],
        files=tuple(payload["files"]),
    )


def place_of(who: Who, where: Where) -> Place:
    """Where a conversation is remembered: its thread, or the person where there is none."""
    if where.surface is Surface.CHANNEL:
        return Place(who.team, where.channel, where.thread or where.ts or who.user)
    return Place(who.team, where.channel, where.thread or who.user)
