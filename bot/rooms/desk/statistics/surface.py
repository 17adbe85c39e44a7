"""`/laurel stats`: the desk's statistics as a message with charts, for agents, in their own messages."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.surface import answer_command
from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.rooms.desk.room import Desk
from bot.rooms.desk.statistics.report import report
from bot.store import Store
from bot.surfaces import Commanded, Surfaces

KIND = "stats.draw"
"""A sender's job: count and draw, outside of any transaction."""
THEN = "stats.show"
"""What follows it: the message and its charts, in the transaction that ends the job."""
CHARTS = "stats.charts"
"""What follows the message: its charts."""
SPANS: Mapping[str, timedelta] = {
    "": timedelta(days=28),
    "week": timedelta(days=7),
    "month": timedelta(days=28),
    "quarter": timedelta(days=91),
    "year": timedelta(days=364),
}
"""What may be asked for: whole weeks, so that they can be compared."""


class StatsSurface:
    """Takes the command, draws, and shows."""

    def __init__(
        self,
        *,
        desk: Desk,
        store: Store,
        is_agent: Callable[[Who], Awaitable[bool]],
    ) -> None:
        self._desk = desk
        self._store = store
        self._is_agent = is_agent

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(commands={"stats": self._asked})

    async def _asked(self, session: AsyncSession, command: Commanded, now: datetime) -> None:
        if not await self._is_agent(command.who):
            message = self._desk.renderer.message("desk/stats_refused.j2", {})
            await answer_command(session, command, message, now, name="stats")
            return
        span = SPANS.get(command.words.lower(), SPANS[""])
        payload = {
            "then": THEN,
            "user": command.who.user,
            "since": (now - span).isoformat(),
            "until": now.isoformat(),
        }
        await enqueue(session, key=f"stats:{command.key}", kind=KIND, payload=payload, now=now)

    async def draw(self, job: Job) -> dict[str, Any]:
        """The message, and the charts as base64."""
        from bot.rooms.desk.statistics.charts import charts  # drawing is rare, and its library slow to start

        since, until = (datetime.fromisoformat(job.payload[name]) for name in ("since", "until"))
        async with self._store.read() as session:
            figures = await report(session, self._desk.calendar, since, until, now=until)
        categories = {category.id: category.title for category in self._desk.content.categories}
        local = self._desk.calendar.local
        context = {
            "report": figures,
            "categories": categories,
            "since": local(since),
            "until": local(until),
            "spans": [name for name in SPANS if name],
        }
        drawn = await asyncio.to_thread(charts, figures, chart_titles(self._desk.renderer.templates))
        return {
            "message": dict(self._desk.renderer.message("desk/stats.j2", context)),
            "charts": [
                {"name": c.name, "title": c.title, "content": base64.b64encode(c.png).decode()} for c in drawn
            ],
        }

    async def show(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """Send the message to the agent; its charts follow into its thread."""
        payload = {
            "user": job.payload["user"],
            **result["message"],
            "then": CHARTS,
            "charts": result["charts"],
        }
        await enqueue(session, key=f"{job.key}:message", kind="slack.dm", payload=payload, now=now)

    async def attach(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """Upload the charts below the message, once it is there."""
        for number, chart in enumerate(job.payload["charts"]):
            payload = {
                "channel": result["channel"],
                "thread_ts": result["ts"],
                "filename": f"{chart['name']}.png",
                "title": chart["title"],
                "content": chart["content"],
            }
            await enqueue(
                session,
                key=f"{job.key}:{chart['name']}",
                kind="slack.upload",
                payload=payload,
                lane=f"stats:{job.key}",
                order=str(number),
                now=now,
            )


def chart_titles(templates: Path) -> Mapping[str, str]:
    """The words on the charts, which stand beside the templates."""
    titles: Mapping[str, str] = yaml.safe_load((templates / "desk" / "charts.yaml").read_text("utf-8"))
    return titles
