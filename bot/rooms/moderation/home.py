"""The moderators' part of the home tab, and the weekly digest of what went unanswered."""

import datetime as dt
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking.tables import MissedQuestion
from bot.delivery import home_tab
from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.rooms.moderation import discussed, revisions, unanswered
from bot.rooms.moderation.content import ConflictError, State
from bot.rooms.moderation.room import Moderation
from bot.rooms.moderation.showing import Showing
from bot.rooms.moderation.unanswered import Decision
from bot.surfaces import Pressed, Surfaces, View, number

log = structlog.get_logger(__name__)

DIGEST = "moderation.digest"
AT = dt.time(9)  # o'clock on Mondays
WEEK = timedelta(days=7)
GROUPS, ITEMS = 8, 8  # that a tab shows: Slack takes 100 blocks


class Home:
    """Takes what begins with `missed.`."""

    def __init__(self, room: Moderation, showing: Showing) -> None:
        self._room = room
        self._showing = showing

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            presses={
                "missed.out_of_scope": self._decided,
                "missed.dismissed": self._decided,
                "missed.page": self._page,
            },
            homes=[self._home],
        )

    async def _home(self, who: Who, now: datetime, wanted: str) -> View | None:
        """What waits for a moderator; None for everybody else."""
        room = self._room
        if not await room.may(who):
            return None
        await room.published.refresh()
        async with room.store.write() as session:
            await unanswered.sort(session, who.team, now)
        async with room.store.read() as session:
            groups = await unanswered.listed(session, who.team)
            items = await revisions.listed(session, who.team)
            waiting = await discussed.waiting(session, who.team, now)
        start = number(wanted.removeprefix("missed:"))
        context = {
            **self._context(groups[start : start + GROUPS], waiting),
            "count": len(groups),
            "earlier": f"missed:{max(start - GROUPS, 0)}" if start else None,
            "later": f"missed:{start + GROUPS}" if start + GROUPS < len(groups) else None,
            "items": self._items(items),
            "conflicts": room.published.conflicts,
        }
        return View("moderation/home.j2", context)

    def _context(self, groups: list[unanswered.Row], waiting: discussed.Waiting) -> dict[str, Any]:
        conversation = self._room.conversation
        zone = conversation.resources.zone
        return {
            "groups": groups,
            "waiting": waiting,
            "zone": zone,
            "titles": conversation.layer.catalogue.titles(),
            "newest": {group.id: group.newest.astimezone(zone) for group in groups},
        }

    def _items(self, items: Any) -> list[dict[str, Any]]:
        """The items that somebody may still do something with, the latest change first."""
        found = []
        for item in items:
            if item.state == State.WITHDRAWN or item.key in self._room.published.merged:
                continue
            try:
                found.append(self._showing.item(item))
            except ConflictError:
                continue
        return found[:ITEMS]

    async def _decided(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        if not await self._room.may(pressed.who):
            await self._room.refuse(session, pressed.who.user, pressed.key, now)
            return
        decision = Decision(pressed.action.removeprefix("missed."))
        group = number(pressed.value)
        if await unanswered.decide(session, pressed.who, group, decision, now):
            log.info("missed.decided", decision=decision.value)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)

    async def _page(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now, wanted=pressed.value)

    async def schedule(self, session: AsyncSession, now: datetime) -> None:
        """Set the digest of the next Monday, if it is not set."""
        zone = self._room.conversation.resources.zone
        day = now.astimezone(zone).date()
        due = datetime.combine(day + timedelta(days=(7 - day.weekday()) % 7), AT, zone)
        if due <= now:
            due = datetime.combine(due.date() + timedelta(days=7), AT, zone)
        key = f"{DIGEST}:{due.date().isoformat()}"
        await enqueue(session, key=key, kind=DIGEST, payload={}, due=due, now=now)

    async def digest(self, session: AsyncSession, job: Job, now: datetime) -> None:
        """The handler of `DIGEST`: the week's groups to the moderators' channel, and the next timer."""
        await self.schedule(session, now)
        if self._room.channel is None:
            return
        teams = await session.scalars(select(col(MissedQuestion.team)).distinct())
        for team in sorted({*teams.all(), *await discussed.teams(session)}):
            await unanswered.sort(session, team, now)
            groups = await unanswered.listed(session, team, since=now - WEEK)
            waiting = await discussed.waiting(session, team, now)
            if groups or waiting:
                context = {**self._context(groups[:GROUPS], waiting), "count": len(groups)}
                key = f"{job.key}:{team}"
                await self._room.tell_all(session, "moderation/digest.j2", context, user="", key=key, now=now)
