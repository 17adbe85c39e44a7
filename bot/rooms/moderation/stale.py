"""What nobody has looked at for long: a list for moderators, and a message on the first of each month."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job, enqueue
from bot.rooms.moderation.room import Moderation
from knowledge import views
from knowledge.stale import Stale, stale

STALE = "moderation.stale"
"""A local job: the monthly list."""
AT_ONCE = 8  # facts of a list
AT = time(9)  # o'clock on the first of the month


class StaleFacts:
    """Facts older than their kind's span, and answers whose day of review has come."""

    def __init__(self, room: Moderation) -> None:
        self._room = room

    async def schedule(self, session: AsyncSession, now: datetime) -> None:
        """Set the list of the next month, if it is not set."""
        first = (self._room.day(now).replace(day=1) + timedelta(days=32)).replace(day=1)
        due = datetime.combine(first, AT, self._room.conversation.resources.zone)
        await enqueue(session, key=f"{STALE}:{first}", kind=STALE, payload={}, due=due, now=now)

    async def monthly(self, session: AsyncSession, job: Job, now: datetime) -> None:
        """The handler of `STALE`: what is due for a look, to the moderators' channel."""
        await self.schedule(session, now)
        context = {**self.context(self._room.day(now), 0), "answers": self._due_answers(self._room.day(now))}
        if self._room.channel is not None and (context["stale"] or context["answers"]):
            await self._room.tell_all(session, "moderation/stale.j2", context, user="", key=job.key, now=now)

    def context(self, day: date, start: int) -> dict[str, Any]:
        """What the list shows from `start` on."""
        found = stale(self._room.conversation.resources.knowledge, day)
        shown = [self._row(one, day) for one in found[start : start + AT_ONCE]]
        return {
            "stale": shown,
            "count": len(found),
            "more": max(len(found) - start - AT_ONCE, 0),
            "next": start + AT_ONCE,
        }

    def _row(self, one: Stale, day: date) -> dict[str, Any]:
        path = one.located.path
        return {
            "path": path,
            "of": self._room.conversation.resources.knowledge.subject(path),
            "label": one.label,
            "text": views.fact(self._room.conversation.resources.knowledge, path, day).text,
            "seen": one.seen,
            "kind": self._room.conversation.resources.knowledge.wording.kinds[one.kind],
        }

    def _due_answers(self, day: date) -> list[Any]:
        """Answers of moderators' own whose day of review has come."""
        standards = self._room.conversation.layer.standards.values()
        return [one for one in standards if one.review is not None and one.review <= day]
