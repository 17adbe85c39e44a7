"""Buttons, menus and other controls: a modal opens at once, everything else is stored and handled once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job
from bot.delivery.outside import Outside
from bot.messages import Surface, Where, Who, is_dm
from bot.slack.counted import code_of
from bot.slack.fields import chosen, fields_of
from bot.slack.front import Front
from bot.surfaces import NotOursError, Opener, Pressed

log = structlog.get_logger(__name__)

KIND = "inbox.press"


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """Open the modal that the control opens, or store the press."""
    if not front.ours((body.get("team") or {}).get("id")):
        log.debug("press.dropped", why="another workspace")
        return
    if not (body.get("user") or {}).get("id"):
        log.debug("press.dropped", why="nobody's")
        return
    for action in body.get("actions") or ():
        if not action.get("action_id"):
            continue
        payload = _payload(body, action, front)
        name = payload["action"]
        if name in front.surfaces.openers:
            opener = front.surfaces.openers[name]
            front.soon(name, show(front, opener, _pressed(payload, front.clock())))
        elif name in front.surfaces.updates:
            opener = front.surfaces.updates[name]
            front.soon(name, show(front, opener, _pressed(payload, front.clock()), update=True))
        elif name in front.surfaces.presses:
            where = f"{payload['channel']}:{payload['thread'] or payload['user']}"
            await front.inbox.put(
                KIND, key=payload["key"], payload=payload, lane=f"press:{where}", order=payload["pressed"]
            )
        else:
            log.debug("press.dropped", why="nobody takes it", action=name)


async def handle(session: AsyncSession, job: Job, now: datetime, front: Front) -> Outside | None:
    """Give a stored press to the room that takes it."""
    handler = front.surfaces.presses.get(job.payload["action"])
    if handler is None:
        log.warning("press.dropped", why="nobody takes it any more", action=job.payload["action"])
        return None
    try:
        return await handler(session, _pressed(job.payload, datetime.fromisoformat(job.payload["at"])), now)
    except NotOursError:
        log.warning("press.dropped", why="a value that is not ours", action=job.payload["action"])
        return None


async def show(front: Front, opener: Opener, pressed: Pressed, *, update: bool = False) -> None:
    """Open a modal (on top of one that is open), or put a view in the place of the one it was used in."""
    try:
        view = await opener(pressed, front.clock())
    except NotOursError:
        log.warning("press.dropped", why="a value that is not ours", action=pressed.action)
        return
    if view is None:
        return
    rendered = front.renderer.view(view.template, view.context)
    try:
        if update and pressed.view:
            await front.client.views_update(view_id=pressed.view, view=rendered)
        elif pressed.view:
            await front.client.views_push(trigger_id=pressed.trigger, view=rendered)
        else:
            await front.client.views_open(trigger_id=pressed.trigger, view=rendered)
    except SlackApiError as error:
        # The trigger lives three seconds; when it is over the person presses again, nothing is lost.
        log.warning("view.refused", template=view.template, reason=code_of(error))


def _payload(body: Mapping[str, Any], action: Mapping[str, Any], front: Front) -> dict[str, Any]:
    container = body.get("container") or {}
    message = body.get("message") or {}
    view = body.get("view") or {}
    user = body["user"]["id"]
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    pressed = str(action.get("action_ts") or "")
    return {
        "action": str(action["action_id"]).partition("#")[0],
        "value": chosen(action),
        "team": front.team_in(body),
        "user": user,
        "channel": channel,
        "surface": _surface(channel, view).value,
        "ts": message.get("ts") or container.get("message_ts"),
        "thread": message.get("thread_ts") or container.get("thread_ts"),
        "ephemeral": bool(container.get("is_ephemeral")),
        "respond": body.get("response_url"),
        "label": str((action.get("text") or {}).get("text") or ""),
        "pressed": pressed,
        "trigger": body.get("trigger_id") or "",
        "view": view.get("id") if view.get("type") == "modal" else None,
        "metadata": view.get("private_metadata") or "",
        "fields": fields_of(view.get("state") or body.get("state") or {}),
        "key": f"press:{user}:{pressed}:{action['action_id']}",
    }


def _surface(channel: str, view: Mapping[str, Any]) -> Surface:
    if view.get("type") == "home" or not channel:
        return Surface.HOME
    return Surface.DM if is_dm(channel) else Surface.CHANNEL


def _pressed(payload: Mapping[str, Any], at: datetime) -> Pressed:
    surface = Surface(payload["surface"])
    return Pressed(
        action=payload["action"],
        value=payload["value"],
        who=Who(payload["team"], payload["user"]),
        where=Where(payload["channel"], surface, payload["thread"], payload["ts"]),
        key=payload["key"],
        at=at,
        trigger=payload["trigger"],
        view=payload["view"],
        metadata=payload["metadata"],
        fields=payload["fields"],
        label=payload["label"],
        respond=payload["respond"] if payload["ephemeral"] else None,
    )
