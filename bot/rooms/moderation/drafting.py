"""From a moderator's form to a draft under test: a new item, or the next version of one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Who
from bot.rooms.moderation import discussed, revisions, trials, unanswered
from bot.rooms.moderation.content import Body, Kind, State
from bot.rooms.moderation.discussed import Fate
from bot.rooms.moderation.publishing import Publishing
from bot.rooms.moderation.revisions import ChangedError
from bot.rooms.moderation.room import Moderation, field
from bot.rooms.moderation.unanswered import Decision
from bot.surfaces import Submitted, number, unpack

log = structlog.get_logger(__name__)


class Drafts:
    """Keeps what moderators write."""

    def __init__(self, room: Moderation, publishing: Publishing) -> None:
        self._room = room
        self._publishing = publishing

    async def keep(
        self, session: AsyncSession, form: Submitted, kind: Kind, body: Body, now: datetime
    ) -> None:
        """A new draft, or another version of an item; then it is tested."""
        room, metadata = self._room, unpack(form.metadata)
        words = str(field(form.fields, "wordings") or "")
        if not await room.may(form.who):
            refused, user = "moderation/refused.j2", form.who.user
            await room.tell(session, refused, {"words": words}, user=user, key=form.key, now=now)
            return
        reason = str(field(form.fields, "reason") or "")
        given: dict[str, Any] = {"origin": form.key, "actor": form.who.user, "reason": reason, "now": now}
        data = body.model_dump(mode="json")
        if "item" not in metadata:
            item = await revisions.add(session, team=form.who.team, kind=kind, body=data, **given)
        else:
            item = await revisions.find(session, form.who.team, number(metadata.get("item")), lock=True)
            seen = number(metadata.get("seen"))
            try:
                if item is not None and not await revisions.change(
                    session, item, seen=seen, state=State.DRAFT, body=data, **given
                ):
                    item = None
            except ChangedError as changed:
                await self._publishing.changed(session, changed, form, now, mine=body)
                return
        if item is None:
            return
        log.info("content.drafted", kind=kind.value, item=item.key, version=item.version)
        await _taught(session, form.who, metadata, now)
        await trials.begin(session, item, now)


async def _taught(session: AsyncSession, who: Who, metadata: Mapping[str, Any], now: datetime) -> None:
    """What the form was opened for is done with: a group of questions, a solution of the community's."""
    if metadata.get("group"):
        await unanswered.decide(session, who, number(metadata.get("group")), Decision.TAUGHT, now)
    if metadata.get("question"):
        await discussed.decide(session, who.team, number(metadata.get("question")), Fate.TAUGHT)
