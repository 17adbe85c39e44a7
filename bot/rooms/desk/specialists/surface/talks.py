"""Specialists in Slack: the way into the queue and out of it, accepting, and messages left behind."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.answering import place_of
from bot.asking.conversations import Place
from bot.delivery import home_tab
from bot.delivery.outbox import Job, enqueue
from bot.messages import Surface, Where, Who
from bot.roles import Role
from bot.rooms.desk.room import DeskError, TakenError
from bot.rooms.desk.specialists import accepting, chat, duty, places, queue
from bot.rooms.desk.specialists.content import CHAT
from bot.rooms.desk.specialists.queue import Entry
from bot.rooms.desk.specialists.room import Specialists, SpecialistsError
from bot.rooms.desk.specialists.tables import Wait
from bot.rooms.desk.states import ImpossibleError
from bot.rooms.desk.surface.counter import Counter, tell_alone
from bot.rooms.desk.surface.ticket_form import GATHER
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, pack, unpack

log = structlog.get_logger(__name__)

MESSAGE = "specialist.message_open"
"""What follows `GATHER` for a message: its ticket, in the transaction that ends the job."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What the specialists' surfaces share: the room, the desk's counter, and who has which role."""

    room: Specialists
    counter: Counter
    roles_of: Callable[[Who], Awaitable[frozenset[Role]]]

    async def require(self, who: Who, role: Role) -> None:
        """Raises SpecialistsError("role") for somebody who has not that role."""
        if role not in await self.roles_of(who):
            raise SpecialistsError("role")

    async def refuse(
        self,
        session: AsyncSession,
        came: Pressed | Submitted,
        why: str,
        now: datetime,
        *,
        by: str | None = None,
        words: str = "",
    ) -> None:
        """Say why not, to this person alone."""
        log.info("specialist.refused", why=why)
        where = came.where if isinstance(came, Pressed) else None
        await tell_alone(
            session,
            self.counter,
            "desk/specialists/refused.j2",
            refusal(why, by=by, words=words),
            user=came.who.user,
            key=came.key,
            now=now,
            channel=None if where is None else where.channel or None,
            thread=None if where is None else where.thread,
        )


def refusal(why: str, *, by: str | None = None, words: str = "") -> dict[str, Any]:
    """What desk/specialists/refused.j2 needs."""
    return {"why": why, "by": by, "words": words}


class SpecialistSurface:
    """Takes what begins with `specialist.` and `queue.`, but duty (duty.py)."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._room = floor.room

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        channel = self._room.channel
        return Surfaces(
            openers={"specialist.talk": self._talk, "specialist.message": self._message_form},
            forms={"specialist.join": self._joined, "specialist.message": self._message},
            checks={"specialist.message": self._checked},
            presses={
                "queue.accept": self._accept,
                "queue.leave": self._leave,
                "specialist.take": self._take,
            },
            channels=set() if channel is None else {channel},
        )

    # The person

    async def _talk(self, pressed: Pressed, now: datetime) -> View:
        """Into the queue, or to a message where nobody is there; who waits already sees their place."""
        async with self._floor.counter.store.read() as session:
            waiting = await places.waiting_of(session, CHAT, pressed.who)
            if waiting is not None:
                place = await places.place_of(session, waiting)
                context = {"place": place, "wait": waiting, "queue": self._room.queue(CHAT)}
                return View("desk/specialists/waiting_modal.j2", context)
            talk = await places.talking(session, CHAT, pressed.who)
            if talk is not None:
                context = {"by": talk[1].assignee or talk[0].by, "number": talk[1].number}
                return View("desk/specialists/talking_modal.j2", context)
            staffing = await duty.staffing(session, self._room, CHAT, pressed.who.team, now)
        if not self._room.works(CHAT):
            return View(
                "desk/specialists/closed_modal.j2", {"queue": self._room.queue(CHAT), "staffing": staffing}
            )
        template = "desk/specialists/join_modal.j2" if staffing.takes else "desk/specialists/message_modal.j2"
        metadata = _metadata(pressed.who, pressed.where)
        return View(template, {"staffing": staffing, "details": None, "metadata": metadata})

    async def _message_form(self, pressed: Pressed, now: datetime) -> View:
        """The form for a message; the button's value is the place that is given up for it."""
        details, wait_id = None, number(pressed.value)
        async with self._floor.counter.store.read() as session:
            staffing = await duty.staffing(session, self._room, CHAT, pressed.who.team, now)
            wait = await session.get(Wait, wait_id)
            if wait is not None and (wait.team, wait.person) == (pressed.who.team, pressed.who.user):
                details = wait.details
        metadata = _metadata(pressed.who, pressed.where, wait=wait_id)
        context = {"staffing": staffing, "details": details, "metadata": metadata}
        return View("desk/specialists/message_modal.j2", context)

    async def _joined(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        metadata = unpack(form.metadata)
        details = str(form.fields.get("details") or "").strip()
        entry = Entry(
            key=form.key,
            who=form.who,
            queue=CHAT,
            details=details,
            channel=metadata.get("channel") or "",
            thread=metadata.get("thread") or form.who.user,
        )
        try:
            await queue.join(session, self._room, entry, now)
        except SpecialistsError as error:
            if error.why == "closed" and details:  # they left while the form was open: nothing is lost
                await self._gather(session, form, details, 0, now)
            elif error.why == "closed":
                await self._floor.refuse(session, form, error.why, now)

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        del now
        if str(form.fields.get("details") or "").strip():
            return {}
        return {"details": self._room.renderer.text("desk/specialists/mistake.j2", {"what": "missing"})}

    async def _message(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        wait_id = number(unpack(form.metadata).get("wait"))
        await self._gather(session, form, str(form.fields.get("details") or ""), wait_id, now)

    async def _gather(
        self, session: AsyncSession, form: Submitted, details: str, wait_id: int, now: datetime
    ) -> None:
        metadata = unpack(form.metadata)
        payload = {
            "then": MESSAGE,
            "team": form.who.team,
            "user": form.who.user,
            "details": details,
            "wait": wait_id,
            "channel": metadata.get("channel") or "",
            "thread": metadata.get("thread") or form.who.user,
            "origin": form.key,
        }
        await enqueue(session, key=f"gather:{form.key}", kind=GATHER, payload=payload, now=now)

    async def open_message(
        self, session: AsyncSession, job: Job, result: dict[str, Any], now: datetime
    ) -> None:
        """The continuation `MESSAGE`."""
        payload = job.payload
        await chat.leave_message(
            session,
            self._room,
            key=payload["origin"],
            who=Who(payload["team"], payload["user"]),
            details=payload["details"],
            place=Place(payload["team"], payload["channel"], payload["thread"]),
            zone=result["zone"],
            wait_id=payload["wait"],
            now=now,
        )

    async def _leave(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        try:
            await queue.leave(session, self._room, number(pressed.value), pressed.who, now)
        except SpecialistsError as error:
            await self._floor.refuse(session, pressed, error.why, now)

    # Those who take people on

    async def _accept(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        wait_id = number(pressed.value)
        try:
            wait = await places.by_id(session, wait_id, pressed.who.team)
            await self._floor.require(pressed.who, self._room.queue(wait.queue).role)
            await accepting.accept(session, self._room, wait_id, pressed.who, now)
            if pressed.where.surface is Surface.HOME:
                await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        except SpecialistsError as error:
            await self._floor.refuse(session, pressed, error.why, now, by=error.by)

    async def _take(self, session: AsyncSession, pressed: Pressed, now: datetime) -> None:
        try:
            await self._floor.require(pressed.who, Role.SPECIALIST)
            await chat.take_over(session, self._room, number(pressed.value), pressed.who, now)
        except SpecialistsError as error:
            await self._floor.refuse(session, pressed, error.why, now, by=error.by)
        except TakenError as error:
            await self._floor.refuse(session, pressed, "taken", now, by=error.by)
        except (DeskError, ImpossibleError):
            await self._floor.refuse(session, pressed, "left", now)


def _metadata(who: Who, where: Where, **more: Any) -> str:
    place = place_of(who, where)
    return pack(channel=place.channel, thread=place.thread, **more)
