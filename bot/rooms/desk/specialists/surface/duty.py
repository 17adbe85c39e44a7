"""Duty in Slack: the command and buttons that switch it, and the specialists' home tab."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.answering import send
from bot.delivery import home_tab
from bot.messages import Surface, Where, Who
from bot.roles import Role
from bot.rooms.desk.specialists import duty, places
from bot.rooms.desk.specialists.content import CHAT
from bot.rooms.desk.specialists.room import SpecialistsError
from bot.rooms.desk.specialists.surface.talks import Floor, refusal
from bot.surfaces import Commanded, Pressed, Surfaces, View

_SHOWN = 20  # of those who wait, as many as a home tab shows well


class DutySurface:
    """Takes the command `duty`, `specialist.duty_on` and `specialist.duty_off`; has the specialists' home."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._room = floor.room

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(
            presses={"specialist.duty_on": self._duty_pressed, "specialist.duty_off": self._duty_pressed},
            commands={"duty": self._duty_commanded},
            homes=[self._home],
        )

    async def _home(self, who: Who, now: datetime, wanted: str) -> View | None:
        """The home of a specialist; None for everybody else."""
        del wanted
        if Role.SPECIALIST not in await self._floor.roles_of(who):
            return None
        async with self._floor.counter.store.read() as session:
            waiting = await places.waiting_in(session, CHAT, who.team, limit=_SHOWN)
            return View(
                "desk/specialists/home.j2", {**await self._standing(session, who, now), "waiting": waiting}
            )

    async def _standing(self, session: AsyncSession, who: Who, now: datetime) -> dict[str, Any]:
        until = await duty.until(session, CHAT, who, now)
        return {
            "until": None if until is None else self._room.calendar(CHAT).local(until),
            "staffing": await duty.staffing(session, self._room, CHAT, who.team, now),
        }

    async def _duty_pressed(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        on = pressed.action == "specialist.duty_on"
        await self._duty(
            session, pressed.who, pressed.where, pressed.key, now, on=on, respond=pressed.respond
        )

    async def _duty_commanded(self, session: AsyncSession, command: Commanded, now: datetime) -> None:
        """`/laurel duty` says how it stands, `on` and `off` change it."""
        on = {"on": True, "off": False}.get(command.words.strip().lower())
        respond = command.respond or None
        await self._duty(session, command.who, command.where, command.key, now, on=on, respond=respond)

    async def _duty(
        self,
        session: AsyncSession,
        who: Who,
        where: Where,
        key: str,
        now: datetime,
        *,
        on: bool | None,
        respond: str | None,
    ) -> None:
        room = self._room
        try:
            await self._floor.require(who, Role.SPECIALIST)
        except SpecialistsError as error:
            message = room.renderer.message("desk/specialists/refused.j2", refusal(error.why))
        else:
            if on is True:
                await duty.go_on(session, room, CHAT, who, now)
            elif on is False:
                await duty.go_off(session, CHAT, who)
            if on is not None:
                await places.refresh_later(session, who.team, CHAT, key=key, now=now)
            if where.surface is Surface.HOME:
                await home_tab.refresh(session, who, key=key, now=now)
                return
            context = await self._standing(session, who, now)
            message = room.renderer.message("desk/specialists/duty.j2", context)
        await send(
            session,
            key=f"duty:{key}",
            who=who,
            where=where,
            message=dict(message),
            private=respond is None,  # what goes to them alone needs no copy
            respond=respond,
            now=now,
        )
