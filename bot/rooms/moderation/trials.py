"""Tests of drafts, as jobs in the background."""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import Job, enqueue
from bot.rooms.moderation import revisions, testing
from bot.rooms.moderation.content import ConflictError, State, body_of
from bot.rooms.moderation.preview import previewed
from bot.rooms.moderation.room import Moderation
from bot.rooms.moderation.showing import Showing
from bot.rooms.moderation.tables import ContentItem
from knowledge.changing import Change

log = structlog.get_logger(__name__)

TEST = "moderation.test"
TESTED = "moderation.tested"


async def begin(session: AsyncSession, item: ContentItem, now: datetime) -> None:
    """Have the item, as it is now, tested."""
    payload = {
        "then": TESTED,
        "item": item.key,
        "version": item.version,
        "team": item.team,
        "at": now.isoformat(),
    }
    key = f"{TEST}:{item.key}:{item.version}:{now.timestamp()}"
    await enqueue(session, key=key, kind=TEST, payload=payload, lane=TEST, now=now)


class Trials:
    """`run` is the sender of `TEST`, `keep` what follows."""

    def __init__(self, room: Moderation, showing: Showing) -> None:
        self._room = room
        self._showing = showing

    async def run(self, job: Job) -> dict[str, Any]:
        """What changes with the candidate, as JSON."""
        payload, room = job.payload, self._room
        async with room.store.read() as session:
            item = await revisions.find(session, payload["team"], payload["item"])
            past = await testing.past(session, payload["team"])
        if item is None or item.version != payload["version"]:
            return {"report": None, "conflict": None}
        try:
            body = body_of(item.kind, item.body)
            room.published.check(body)
            before, after = await room.published.candidate(body, instead_of=item.id)
        except ConflictError as conflict:
            return {"report": None, "conflict": str(conflict)}

        async def tell(percent: int) -> None:
            async with room.store.write() as session:
                await revisions.progress(session, item.key, version=item.version, percent=percent)

        at = datetime.fromisoformat(payload["at"])
        if isinstance(body, Change):
            preview = await previewed(
                room.conversation, body.path, before=before, after=after, now=at, tell=tell
            )
            return {"report": preview, "conflict": None}
        resources = room.conversation.resources
        asked = [*testing.cases(room.published.bottom.catalogue, resources.knowledge), *past]
        report = await testing.compare(before, after, asked, at, tell)
        return {"report": report.as_dict(), "conflict": None}

    async def keep(self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime) -> None:
        """The item is tested or blocked, and the moderators are shown why."""
        payload, report = job.payload, result["report"]
        if report is None and result["conflict"] is None:
            return
        blocked = report is None or report["breaks"] > 0
        item = await revisions.checked(
            session,
            payload["item"],
            version=payload["version"],
            report=report or {"conflict": result["conflict"], "breaks": 0},
            state=State.BLOCKED if blocked else State.TESTED,
        )
        if item is None:
            return
        log.info("content.tested", item=item.key, state=item.state)
        context = {**self._showing.item(item), "approvals": self._room.approvals}
        await self._room.tell_all(
            session, "moderation/tested.j2", context, user=item.author, key=job.key, now=now
        )
