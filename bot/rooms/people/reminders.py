"""Reminders: on an earliest day, or the day a badge is at risk, the person is checked again and told.

One reminder a program and person. Its job carries when it was set: a timer set earlier changes nothing.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery import outbox
from bot.delivery.outbox import Job
from bot.messages import Who
from bot.render import Renderer
from bot.rooms.people.card_view import Card
from bot.rooms.people.facade import People
from bot.rooms.people.quiet import after_quiet
from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.tables import Reminder, is_of
from bot.store.engine import Store

REMIND = "people.remind"
"""A sender's job: `{team, user, program, set_at}` checks again on the day."""
AT = dt.time(9)
"""When on its day somebody is reminded, by the house's clock, unless they have quiet hours then."""


class Reminders:
    """Sets reminders and keeps them."""

    def __init__(
        self,
        store: Store,
        people: People,
        renderer: Renderer,
        *,
        zone: dt.tzinfo,
        quiet: tuple[dt.time, dt.time],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._people = people
        self._renderer = renderer
        self._zone = zone
        self._quiet = quiet
        self._clock = clock

    async def set(
        self, session: AsyncSession, who: Who, program: str, on: dt.date, *, risk: bool, now: dt.datetime
    ) -> None:
        """Remind somebody of a program on that day, in the place of a reminder before."""
        row = await session.get(Reminder, (who.team, who.user, program), with_for_update=True)
        if row is None:
            row = Reminder(team=who.team, user_id=who.user, program=program, on=on, risk=risk, set_at=now)
            session.add(row)
        else:
            await outbox.cancel(session, _key(row))
            row.on, row.risk, row.set_at = on, risk, now
        due = after_quiet(dt.datetime.combine(on, AT, self._zone), self._zone, self._quiet)
        payload = {"team": who.team, "user": who.user, "program": program, "set_at": now.isoformat()}
        await outbox.enqueue(session, key=_key(row), kind=REMIND, payload=payload, due=max(due, now), now=now)

    async def of(self, who: Who) -> Sequence[Reminder]:
        """Somebody's reminders, the next one first."""
        async with self._store.read() as session:
            return await reminders_of(session, who)

    async def cancel(self, session: AsyncSession, who: Who, program: str) -> bool:
        """No reminder of this program any more; False where there was none."""
        row = await session.get(Reminder, (who.team, who.user, program), with_for_update=True)
        if row is None:
            return False
        await outbox.cancel(session, _key(row))
        await session.delete(row)
        return True

    async def remind(self, job: Job) -> dict[str, Any]:
        """The sender of `REMIND`: check again and tell what came of it."""
        payload, now = job.payload, self._clock()
        who, program = Who(payload["team"], payload["user"]), str(payload["program"])
        card = await self._card(who, program, now)
        async with self._store.write() as session:
            row = await session.get(Reminder, (who.team, who.user, program), with_for_update=True)
            if row is None or row.set_at != dt.datetime.fromisoformat(payload["set_at"]):
                return {}
            context = {"card": card, "on": row.on, "risk": row.risk, "program": program}
            context["name"] = self._people.rulebook.knowledge.program(program).name
            message = self._renderer.message("people/reminded.j2", context)
            body = {"team": who.team, "user": who.user, **message}
            await outbox.enqueue(session, key=f"{job.key}:dm", kind="slack.dm", payload=body, now=now)
            await session.delete(row)
        return {}

    async def _card(self, who: Who, program: str, now: dt.datetime) -> Card | None:
        """The verdict of today; None where there is nothing to judge by."""
        told, record = await self._people.told(who), None
        try:
            record = await self._people.record_of(who)
        except SourceUnreachableError:
            if not told:
                return None
        if record is None and not told:
            return None
        case = self._people.own_case(record, told, now.astimezone(self._zone).date())
        [card] = await asyncio.to_thread(self._people.own_cards, case, told, [program])
        return card


async def reminders_of(session: AsyncSession, who: Who) -> Sequence[Reminder]:
    """Somebody's reminders, the next one first."""
    found = await session.scalars(
        select(Reminder).where(*is_of(Reminder, who)).order_by(col(Reminder.on), col(Reminder.program))
    )
    return found.all()


async def forget(session: AsyncSession, who: Who) -> None:
    """Cancel them all."""
    for row in await reminders_of(session, who):
        await outbox.cancel(session, _key(row))
    await session.execute(delete(Reminder).where(*is_of(Reminder, who)))


def _key(row: Reminder) -> str:
    return f"remind:{row.team}:{row.user_id}:{row.program}:{row.set_at.isoformat()}"
