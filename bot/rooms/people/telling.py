"""Writing to one person about what the weekly run found: when they are awake, and if they still want it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.roles import Profiles
from bot.rooms.people.linking import Render
from bot.rooms.people.quiet import after_quiet, zone_of
from bot.rooms.people.tables import Link
from bot.store.engine import Store
from knowledge.model import Knowledge

ZONE_KEPT = dt.timedelta(days=7)


class Telling:
    """The sender for `recheck.TELL`. `profiles` None: everybody is taken to live in the house's zone."""

    def __init__(
        self,
        store: Store,
        knowledge: Knowledge,
        *,
        render: Render,
        zone: dt.tzinfo,
        quiet: tuple[dt.time, dt.time],
        clock: Callable[[], dt.datetime],
        profiles: Profiles | None = None,
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._render = render
        self._zone = zone
        self._quiet = quiet
        self._clock = clock
        self._profiles = profiles

    async def tell(self, job: Job) -> dict[str, Any]:
        """Have the message sent as soon as the person's quiet hours allow."""
        who = Who(job.payload["team"], job.payload["user"])
        zone = await self._zone_of(who)
        message = self._render("people/recheck.j2", self._context(job))
        now = self._clock()
        due = after_quiet(now, zone_of(zone, self._zone), self._quiet)
        async with self._store.write() as session:
            link = await session.get(Link, (who.team, who.user), with_for_update=True)
            if link is None or link.opted_out or link.freelancer_id != job.payload["freelancer"]:
                return {"skipped": True}
            if zone is not None and zone != link.zone:
                link.zone = zone
            link.zone_at = now if self._profiles is not None else link.zone_at
            link.told_at = due
            payload = {"team": who.team, "user": who.user, **message}
            await enqueue(session, key=f"{job.key}:dm", kind="slack.dm", payload=payload, due=due, now=now)
        return {}

    async def _zone_of(self, who: Who) -> str | None:
        """The name of the person's time zone, asked from Slack once a week."""
        async with self._store.read() as session:
            link = await session.get(Link, (who.team, who.user))
        known = link.zone if link is not None else None
        fresh = link is not None and link.zone_at is not None and self._clock() - link.zone_at < ZONE_KEPT
        if self._profiles is None or fresh:
            return known
        profile = await self._profiles.of(who)
        return profile.zone if profile is not None and profile.zone else known

    def _context(self, job: Job) -> dict[str, Any]:
        """The changes with names instead of ids."""
        news = []
        for change in job.payload["changes"]:
            program = self._knowledge.program(change["program"])
            labels = {criterion.id: criterion.label for criterion in program.criteria}
            news.append(
                {
                    "kind": change["kind"],
                    "program": program.id,
                    "name": program.name,
                    "on": dt.date.fromisoformat(change["on"]) if change["on"] else None,
                    "labels": [labels.get(name, name) for name in change["criteria"]],
                }
            )
        return {"day": dt.date.fromisoformat(job.payload["day"]), "changes": news}
