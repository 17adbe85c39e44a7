"""`/laurel`: a subcommand, or a question that is answered to the asker alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.answering import ask
from bot.asking.words import words_of
from bot.delivery.outbox import Job
from bot.delivery.outside import Outside
from bot.messages import Surface, Where, Who
from bot.slack.front import Front
from bot.slack.presses import show
from bot.surfaces import Commanded, Pressed

log = structlog.get_logger(__name__)

KIND = "inbox.command"
QUESTIONS: Mapping[str, str] = {
    "": "assistant.help",
    "help": "assistant.help",
    "privacy": "assistant.privacy",
    "check": "badge.eligibility_check",
    "status": "ticket.status",
    "ticket": "ticket.status",
    "tickets": "ticket.status",
}
"""Subcommands that are questions in short. Rooms may take them over, or add their own."""


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """Open the modal that a subcommand opens, or store the command."""
    if not front.ours(body.get("team_id")):
        log.debug("command.dropped", why="another workspace")
        return
    if not body.get("user_id"):
        log.debug("command.dropped", why="nobody's")
        return
    text = words_of(str(body.get("text") or ""), front.identity.user)
    name, _, rest = text.partition(" ")
    name = name.lower()
    payload = {
        "name": name,
        "words": rest.strip(),
        "text": text,
        "team": str(body.get("team_id") or ""),
        "user": str(body["user_id"]),
        "channel": str(body.get("channel_id") or ""),
        "respond": str(body.get("response_url") or ""),
        "trigger": str(body.get("trigger_id") or ""),
        "key": f"command:{body['user_id']}:{body.get('trigger_id')}",
    }
    opener = front.surfaces.command_openers.get(name)
    if opener is not None:
        command = _commanded(payload, front.clock())

        async def of_command(pressed: Pressed, now: datetime) -> Any:
            del pressed
            return await opener(command, now)

        pressed = Pressed(name, "", command.who, command.where, command.key, command.at, command.trigger)
        front.soon(name, show(front, of_command, pressed))
        return
    await front.inbox.put(KIND, key=payload["key"], payload=payload, lane=f"command:{payload['user']}")


async def handle(session: AsyncSession, job: Job, now: datetime, front: Front) -> Outside | None:
    """Give a stored command to the room that takes it, or have it answered as a question."""
    payload = job.payload
    command = _commanded(payload, datetime.fromisoformat(payload["at"]))
    handler = front.surfaces.commands.get(command.name)
    if handler is not None:
        return await handler(session, command, now)
    # With words behind it ("check plus", "help me with fees") it is a question of its own.
    direct = None if command.words else QUESTIONS.get(command.name)
    return await ask(
        session,
        front.conversation,
        key=job.key,
        who=command.who,
        where=command.where,
        text=_question(command, payload["text"]),
        direct=direct,
        respond=command.respond or None,
        now=now,
    )


def _question(command: Commanded, text: str) -> str:
    """The words to understand: "check plus" asks whether I am eligible for it."""
    return f"am I eligible for {command.words}" if command.name == "check" and command.words else text


def _commanded(payload: Mapping[str, Any], at: datetime) -> Commanded:
    return Commanded(
        name=payload["name"],
        words=payload["words"],
        who=Who(payload["team"], payload["user"]),
        where=Where(payload["channel"], Surface.COMMAND),
        key=payload["key"],
        at=at,
        trigger=payload["trigger"],
        respond=payload["respond"],
    )
