"""Modals that are sent in: checked, stored, acknowledged, and then handled once."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job
from bot.messages import Who
from bot.slack.fields import fields_of
from bot.slack.front import Front
from bot.surfaces import NotOursError, Submitted

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck

log = structlog.get_logger(__name__)

KIND = "inbox.form"


async def receive(body: Mapping[str, Any], ack: "AsyncAck", front: Front) -> None:
    """Answer with what is wrong, or store the form and close the modal."""
    if not (body.get("view") or {}).get("id") or not (body.get("user") or {}).get("id"):
        log.debug("form.dropped", why="nobody's")
        await ack()
        return
    payload = _payload(body, front)
    form = payload["form"]
    if form not in front.surfaces.forms or not front.ours((body.get("team") or {}).get("id")):
        log.debug("form.dropped", why="nobody takes it", form=form)
        await ack()
        return
    check = front.surfaces.checks.get(form)
    if check is not None:
        now = front.clock()
        try:
            errors = await check(_submitted(payload, now), now)
        except NotOursError:
            log.warning("form.dropped", why="metadata that is not ours", form=form)
            await ack()
            return
        if errors:
            await ack(response_action="errors", errors=dict(errors))
            return
    await front.inbox.put(KIND, key=payload["key"], payload=payload, lane=f"form:{payload['user']}")
    await ack(response_action="clear")


async def handle(session: AsyncSession, job: Job, now: datetime, front: Front) -> None:
    """Give a stored form to the room that takes it."""
    handler = front.surfaces.forms.get(job.payload["form"])
    if handler is None:
        log.warning("form.dropped", why="nobody takes it any more", form=job.payload["form"])
        return
    try:
        await handler(session, _submitted(job.payload, datetime.fromisoformat(job.payload["at"])), now)
    except NotOursError:
        log.warning("form.dropped", why="metadata that is not ours", form=job.payload["form"])


def _payload(body: Mapping[str, Any], front: Front) -> dict[str, Any]:
    view = body["view"]
    user = body["user"]["id"]
    return {
        "form": view.get("callback_id") or "",
        "team": front.team_in(body),
        "user": user,
        "fields": fields_of(view.get("state") or {}),
        "metadata": view.get("private_metadata") or "",
        "view": view.get("id") or "",
        # A view is sent in once; what Slack delivers again has the same id.
        "key": f"form:{user}:{view.get('id')}:{view.get('callback_id')}",
    }


def _submitted(payload: Mapping[str, Any], at: datetime) -> Submitted:
    return Submitted(
        form=payload["form"],
        who=Who(payload["team"], payload["user"]),
        fields=payload["fields"],
        metadata=payload["metadata"],
        key=payload["key"],
        at=at,
        view=payload["view"],
    )
