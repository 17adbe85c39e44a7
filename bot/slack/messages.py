"""Messages: in a DM, by mention, in the channels for questions, and in threads that are ours.

`receive` parses and stores; `triage` decides, in the one job of the message, whether a room takes it (the
relay), whether a human is answering, or whether it is to be answered.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking import conversations
from bot.asking.answering import ask, place_of, take_back
from bot.asking.conversations import Place
from bot.asking.words import mentions, words_of
from bot.delivery.outbox import Job
from bot.delivery.outside import Outside
from bot.messages import Surface, Where, Who, is_dm
from bot.slack.front import Front
from bot.surfaces import Changed, Said

log = structlog.get_logger(__name__)

KIND = "inbox.message"
CHANGE = "inbox.change"
KEPT_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
"""All others are no words of a person: joins, topics, edits (which have a way of their own), bots."""
CHANGES = frozenset({"message_changed", "message_deleted"})


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """Store a `message` or `app_mention` event that is for us. Both of one message have one key."""
    event = body.get("event") or {}
    installed = str(body.get("team_id") or event.get("team") or "")
    team = front.team_of(installed, event.get("user_team") or event.get("team"))
    if not front.ours(installed_in(body)):
        log.debug("message.dropped", why="another workspace")
        return
    if event.get("subtype") in CHANGES:
        await _receive_change(installed, event, front)
        return
    why = await _unwanted(team, event, front)
    if why is not None:
        log.debug("message.dropped", why=why)
        return
    channel, ts = event["channel"], event["ts"]
    surface = _surface(event)
    thread = event.get("thread_ts")
    mentioned = surface is Surface.DM or mentions(event.get("text") or "", front.identity.user)
    await front.inbox.put(
        KIND,
        key=f"message:{team}:{channel}:{ts}",
        payload={
            "team": team,
            "user": event["user"],
            "channel": channel,
            "surface": surface.value,
            "ts": ts,
            "thread": thread,
            "mentioned": mentioned or event.get("type") == "app_mention",
            "text": event.get("text") or "",
            "files": [_file(file) for file in event.get("files") or ()],
        },
        lane=f"in:{channel}:{thread or (event['user'] if surface is Surface.DM else ts)}",
        order=ts,
    )


async def triage(session: AsyncSession, job: Job, now: datetime, front: Front) -> Outside | None:
    """Hand a stored message to the room that takes it, or say how to answer it, or keep quiet."""
    payload = job.payload
    who = Who(payload["team"], payload["user"])
    where = Where(payload["channel"], Surface(payload["surface"]), payload["thread"], payload["ts"])
    text = words_of(payload["text"], front.identity.user)
    said = Said(who, where, text, tuple(payload["files"]), job.key, now, payload["text"])
    for takes in front.surfaces.said:
        if await takes(session, said, now):
            return None
    if where.surface is not Surface.DM and not payload["mentioned"]:
        if where.channel in front.surfaces.channels:
            return None
        place = place_of(who, where)
        remembered = await conversations.find(session, place)
        turn = remembered.turn if remembered is not None else None
        if where.thread is not None and (turn is None or turn.get("asker") != who.user):
            # Somebody else speaks in the thread of a question: a human is answering.
            await conversations.human_joined(session, place, now)
            return None
        if remembered is not None and remembered.human_present:
            return None
    return await ask(
        session,
        front.conversation,
        key=job.key,
        who=who,
        where=where,
        text=text,
        mentioned=payload["mentioned"],
        files=[file["id"] for file in payload["files"]],
        now=now,
    )


async def changed(session: AsyncSession, job: Job, now: datetime, front: Front) -> None:
    """Tell the rooms of an edit or a deletion."""
    payload = job.payload
    who = Who(payload["team"], payload["user"]) if payload["user"] else None
    where = Where(payload["channel"], Surface(payload["surface"]), payload["thread"], payload["ts"])
    text = None if payload["text"] is None else words_of(payload["text"], front.identity.user)
    change = Changed(
        who=who,
        where=where,
        ts=payload["ts"],
        text=text,
        key=job.key,
        at=now,
        raw=payload["text"] or "",
        before=payload["before"],
        stamp=job.order,
    )
    if text is None:
        await take_back(session, f"message:{who.team if who else ''}:{where.channel}:{change.ts}")
    for tell in front.surfaces.changed:
        await tell(session, change, now)


async def _unwanted(team: str, event: Mapping[str, Any], front: Front) -> str | None:
    """Why a message is not for us, or None."""
    if event.get("bot_id") or event.get("bot_profile") or event.get("app_id"):
        return "a bot's"
    if event.get("subtype") not in KEPT_SUBTYPES or event.get("hidden"):
        return "no person's words"
    user = event.get("user")
    named = isinstance(user, str) and isinstance(event.get("channel"), str)
    if not named or not event.get("ts") or user == front.identity.user:
        return "nobody's"
    if user == "USLACKBOT":
        return "Slackbot's"
    if _surface(event) is Surface.DM or event.get("type") == "app_mention":
        return None
    channel, thread = event["channel"], event.get("thread_ts")
    if mentions(event.get("text") or "", front.identity.user) or channel in front.settings.faq_channels:
        return None
    if thread is None:
        return "not addressed to us"
    if channel in front.surfaces.channels:
        return None
    async with front.store.read() as session:
        known = await conversations.find(session, Place(team, channel, thread))
    return None if known is not None else "not in a thread of ours"


async def _receive_change(team: str, event: Mapping[str, Any], front: Front) -> None:
    deleted = event.get("subtype") == "message_deleted"
    message = event.get("previous_message" if deleted else "message") or {}
    channel = event.get("channel")
    surface = _surface(event)
    ts = str(event.get("deleted_ts") or message.get("ts") or "")
    team = front.team_of(team, message.get("user_team") or message.get("team"))
    if (
        not isinstance(channel, str)
        or not ts
        or message.get("bot_id")
        or message.get("user") == front.identity.user
    ):
        log.debug("message.dropped", why="a bot's change")
        return
    watched = surface is Surface.DM or channel in front.surfaces.channels
    if not watched and not (deleted and _asked_us(channel, message, front)):
        log.debug("message.dropped", why="a change elsewhere")
        return
    if not deleted and message.get("text") == (event.get("previous_message") or {}).get("text"):
        log.debug("message.dropped", why="only unfurled")
        return
    if deleted:
        async with front.store.write() as session:
            await take_back(session, f"message:{team}:{channel}:{ts}")
    await front.inbox.put(
        CHANGE,
        key=f"change:{team}:{channel}:{ts}:{event.get('event_ts') or event.get('ts') or ''}",
        payload={
            "team": team,
            "user": message.get("user") or "",
            "channel": channel,
            "surface": surface.value,
            "ts": ts,
            "thread": message.get("thread_ts"),
            "text": None if deleted else message.get("text") or "",
            "before": (event.get("previous_message") or {}).get("text") or "",
        },
        lane=f"in:{channel}:{message.get('thread_ts') or message.get('user') or ts}",
        order=str(event.get("event_ts") or event.get("ts") or ""),
    )


def _asked_us(channel: str, message: Mapping[str, Any], front: Front) -> bool:
    """Whether a message may have been a question to us."""
    return channel in front.settings.faq_channels or mentions(message.get("text") or "", front.identity.user)


def _surface(event: Mapping[str, Any]) -> Surface:
    direct = event.get("channel_type") == "im" or is_dm(str(event.get("channel", "")))
    return Surface.DM if direct else Surface.CHANNEL


def installed_in(body: Mapping[str, Any]) -> str | None:
    """The workspace an event was delivered for; in shared channels the author's may be another."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("team_id"):
            return str(authorization["team_id"])
    return body.get("team_id")


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    return {key: file.get(key) for key in ("id", "name", "mimetype", "size", "permalink")}
