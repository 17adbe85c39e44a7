"""From what is tested to what is said: published by a press, taken back by another."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.rooms.moderation import revisions, trials
from bot.rooms.moderation.content import Body, State, body_of
from bot.rooms.moderation.revisions import ChangedError, ImpossibleError, SameHandError
from bot.rooms.moderation.room import REFUSED, Moderation, field
from bot.rooms.moderation.showing import Showing, diff
from bot.rooms.moderation.tables import ContentItem
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, pack, unpack

log = structlog.get_logger(__name__)

OVERRIDE = "content.override"
HISTORY = 10  # revisions that are shown
By = Pressed | Submitted
"""What somebody did: who, and under which key."""


class Publishing:
    """Takes what begins with `content.`."""

    def __init__(self, room: Moderation, showing: Showing) -> None:
        self._room = room
        self._showing = showing

    def surfaces(self) -> Surfaces:
        """What this part takes."""
        return Surfaces(
            presses={
                "content.publish": self._publish,
                "content.withdraw": self._withdraw,
                "content.test": self._test,
            },
            openers={OVERRIDE: self._why, "content.history": self._history},
            forms={OVERRIDE: self._overridden},
            checks={OVERRIDE: self._reason},
        )

    async def changed(
        self, session: AsyncSession, error: ChangedError, by: By, now: datetime, *, mine: Body | None = None
    ) -> None:
        """Show somebody the change that came before theirs, and give theirs back."""
        item = await revisions.find(session, by.who.team, error.latest.item_id)
        assert item is not None, "it was changed"
        given_back = None if mine is None else self._showing.body(item.kind, mine.model_dump(mode="json"))
        context = {**self._showing.item(item), "latest": error.latest, "mine": given_back}
        await self._room.tell(
            session, "moderation/changed.j2", context, user=by.who.user, key=by.key, now=now
        )

    async def _publish(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        await self._published(session, pressed, pressed.value, now)

    async def _overridden(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        reason = str(field(form.fields, "reason") or "")
        await self._published(session, form, str(unpack(form.metadata).get("value")), now, override=reason)

    async def _published(
        self, session: AsyncSession, by: By, value: str, now: datetime, *, override: str = ""
    ) -> None:
        item, seen = await self._item(session, by, value, now)
        if item is None:
            return
        room = self._room
        try:
            done = await revisions.publish(
                session,
                item,
                origin=by.key,
                seen=seen,
                actor=by.who.user,
                approvals=room.approvals,
                override=override,
                over=room.published.below(body_of(item.kind, item.body)),
                now=now,
            )
        except ChangedError as error:
            await self.changed(session, error, by, now)
        except (ImpossibleError, SameHandError) as error:
            why = "same" if isinstance(error, SameHandError) else str(error)
            context = {**self._showing.item(item), "why": why}
            user = by.who.user
            await room.tell(session, "moderation/not_published.j2", context, user=user, key=by.key, now=now)
        else:
            if done:
                await self._announce(session, item, by, now, reason=override)

    async def _withdraw(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        item, seen = await self._item(session, pressed, pressed.value, now)
        if item is None or item.state == State.WITHDRAWN:
            return
        try:
            done = await revisions.change(
                session,
                item,
                origin=pressed.key,
                seen=seen,
                state=State.WITHDRAWN,
                actor=pressed.who.user,
                reason="",
                now=now,
            )
        except ChangedError as error:
            await self.changed(session, error, pressed, now)
        else:
            if done:
                await self._announce(session, item, pressed, now)

    async def _announce(
        self, session: AsyncSession, item: ContentItem, by: By, now: datetime, *, reason: str = ""
    ) -> None:
        """Tell the moderators that it is said from now on, or no more."""
        self._room.published.look_again()
        log.info("content.changed", item=item.key, state=item.state)
        context = {**self._showing.item(item), "by": by.who.user, "reason": reason}
        await self._room.tell_all(
            session, "moderation/published.j2", context, user=by.who.user, key=by.key, now=now
        )

    async def _test(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        item, _ = await self._item(session, pressed, pressed.value, now)
        if item is not None:
            await trials.begin(session, item, now)

    async def _item(
        self, session: AsyncSession, by: By, value: str, now: datetime
    ) -> tuple[ContentItem | None, int]:
        """The item of a button and the version that was seen; None after a refusal."""
        if not await self._room.may(by.who):
            await self._room.refuse(session, by.who.user, by.key, now)
            return None, 0
        item, _, seen = value.partition("|")
        if not (number(item) and number(seen)):
            return None, 0
        return await revisions.find(session, by.who.team, number(item), lock=True), number(seen)

    async def _why(self, pressed: Pressed, now: datetime) -> View:
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        return View("moderation/override.j2", {"metadata": pack(value=pressed.value)})

    async def _reason(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        if str(field(form.fields, "reason") or "").strip():
            return {}
        return {"reason": self._room.renderer.text("moderation/mistakes.j2", {"mistake": "reason"})}

    async def _history(self, pressed: Pressed, now: datetime) -> View | None:
        """Every change of an item, each against the one before it."""
        del now
        if not await self._room.may(pressed.who):
            return REFUSED
        wanted = number(pressed.value.partition("|")[0])
        async with self._room.store.read() as session:
            item = await revisions.find(session, pressed.who.team, wanted)
            if item is None:
                return None
            found = await revisions.history(session, item)
        zone = self._room.conversation.resources.zone
        rows = [
            {"revision": one, "at": one.at.astimezone(zone), "lines": diff(before, one)}
            for one, before in zip(found, [*found[1:], None], strict=True)
        ]
        return View("moderation/history.j2", {"rows": rows[:HISTORY]})
