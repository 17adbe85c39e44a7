"""Shortcuts on messages and everywhere: each opens a modal."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.asking.words import words_of
from bot.messages import Surface, Where, Who, is_dm
from bot.slack.front import Front
from bot.slack.presses import show
from bot.surfaces import Pressed

log = structlog.get_logger(__name__)


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """Open the modal of a shortcut; `value` holds the words of the message it was used on."""
    name = str(body.get("callback_id") or "")
    opener = front.surfaces.shortcuts.get(name)
    nobodys = not (body.get("user") or {}).get("id")
    if opener is None or nobodys or not front.ours((body.get("team") or {}).get("id")):
        log.debug("shortcut.dropped", name=name)
        return
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or "")
    surface = Surface.DM if is_dm(channel) else Surface.CHANNEL if channel else Surface.HOME
    pressed = Pressed(
        action=name,
        value=words_of(str(message.get("text") or ""), front.identity.user),
        who=Who(front.team_in(body), body["user"]["id"]),
        where=Where(channel, surface, message.get("thread_ts"), message.get("ts")),
        key=f"shortcut:{body['user']['id']}:{body.get('action_ts') or body.get('trigger_id')}",
        at=front.clock(),
        trigger=str(body.get("trigger_id") or ""),
        ours=message.get("user") == front.identity.user or message.get("bot_id") == front.identity.bot,
        author="" if message.get("bot_id") else str(message.get("user") or ""),
        block_ids=tuple(str(block.get("block_id") or "") for block in message.get("blocks") or ()),
    )
    front.soon(name, show(front, opener, pressed))
