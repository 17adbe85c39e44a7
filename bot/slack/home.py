"""The app's home: the Home tab per person, and suggested prompts where a conversation begins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.home_tab import KIND, THEN
from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.slack.counted import code_of
from bot.slack.front import Front

log = structlog.get_logger(__name__)

BLOCKS = 100  # in a view


async def receive(body: Mapping[str, Any], front: Front) -> None:
    """`app_home_opened`: publish the Home tab, or suggest prompts on the Messages tab."""
    event = body.get("event") or {}
    team = str(body.get("team_id") or "")
    if not front.ours(team) or not isinstance(event.get("user"), str):
        return
    if event.get("tab") == "messages":
        front.soon("prompts", suggest(str(event.get("channel") or ""), event.get("thread_ts"), front))
        return
    await front.inbox.put(
        KIND,
        key=f"home:{event['user']}:{event.get('event_ts') or body.get('event_id')}",
        payload={"then": THEN, "team": team, "user": event["user"], "wanted": ""},
        lane=f"home:{event['user']}",
    )


async def suggest(channel: str, thread: str | None, front: Front) -> None:
    """Suggested prompts; nothing is lost where they cannot be shown."""
    if not channel:
        return
    prompts = [{"title": p["label"], "message": p["label"]} for p in front.conversation.prompts()[:4]]
    try:
        await front.client.assistant_threads_setSuggestedPrompts(
            channel_id=channel, thread_ts=thread or "", prompts=prompts
        )
    except SlackApiError as error:
        log.debug("prompts.refused", reason=code_of(error))


async def draw(job: Job, front: Front) -> dict[str, Any]:
    """A person's Home tab: the parts that rooms have for them, else everybody's; then what is their own."""
    who = Who(job.payload["team"], job.payload["user"])
    now, wanted = datetime.fromisoformat(job.payload["at"]), job.payload["wanted"]
    common = front.surfaces.common_home
    parts = [await room(who, now, wanted) for room in front.surfaces.homes]
    if not any(parts) and common is not None:
        parts = [await common(who, now, wanted)]
    parts += [await own(who, now, wanted) for own in front.surfaces.own_homes]
    drawn = [front.renderer.view(part.template, part.context) for part in parts if part is not None]
    if not drawn:
        return {"view": None}
    blocks = [block for part in drawn for block in part["blocks"]]
    return {"view": {**drawn[0], "blocks": blocks[:BLOCKS]}}


async def publish(session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
    """Send the tab that was drawn."""
    if result["view"] is not None:
        payload = {"user": job.payload["user"], "view": result["view"]}
        await enqueue(session, key=f"view:{job.key}", kind="slack.home", payload=payload, now=now)
