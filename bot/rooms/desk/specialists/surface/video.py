"""Video checks in Slack: questions, the wait, the meeting and its outcome."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.answering import place_of
from bot.messages import Who
from bot.rooms.desk.specialists import duty, places, queue, video
from bot.rooms.desk.specialists.content import VIDEO
from bot.rooms.desk.specialists.queue import Entry
from bot.rooms.desk.specialists.room import SpecialistsError
from bot.rooms.desk.specialists.surface.talks import Floor, refusal
from bot.surfaces import Pressed, Submitted, Surfaces, View, number, pack, unpack
from knowledge.model import Knowledge


class VideoSurface:
    """Takes what begins with `video.`; who accepts does so by `queue.accept`."""

    def __init__(self, floor: Floor, knowledge: Knowledge) -> None:
        self._floor = floor
        self._room = floor.room
        self._knowledge = knowledge

    def surfaces(self) -> Surfaces:
        """What this room takes."""
        return Surfaces(
            openers={"video.check": self._questions, "video.outcome": self._outcome_form},
            checks={"video.check": self._checked},
            forms={"video.check": self._ready, "video.outcome": self._outcome},
        )

    async def _questions(self, pressed: Pressed, now: datetime) -> View:
        """The questions; who waits already sees their place, and a ticket is the way while we are closed."""
        async with self._floor.counter.store.read() as session:
            waiting = await places.waiting_of(session, VIDEO, pressed.who)
            if waiting is not None:
                ahead = await places.place_of(session, waiting)
                context = {"place": ahead, "wait": waiting, "queue": self._room.queue(VIDEO)}
                return View("desk/specialists/waiting_modal.j2", context)
            staffing = await duty.staffing(session, self._room, VIDEO, pressed.who.team, now)
        if not staffing.takes:
            context = {"queue": self._room.queue(VIDEO), "staffing": staffing}
            return View("desk/specialists/closed_modal.j2", context)
        place = place_of(pressed.who, pressed.where)
        metadata = pack(channel=place.channel, thread=place.thread)
        questions = self._room.content.video.questions
        return View("desk/specialists/video_modal.j2", {"questions": questions, "metadata": metadata})

    async def _checked(self, form: Submitted, now: datetime) -> Mapping[str, str]:
        day = self._room.calendar(VIDEO).local(now).date()
        return video.cures(self._room, self._knowledge, form.fields, day)

    async def _ready(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        metadata = unpack(form.metadata)
        entry = Entry(
            key=form.key,
            who=form.who,
            queue=VIDEO,
            details=self._answers(form),
            channel=metadata.get("channel") or "",
            thread=metadata.get("thread") or form.who.user,
        )
        try:
            await queue.join(session, self._room, entry, now)
        except SpecialistsError as error:
            if error.why == "closed":
                await self._floor.refuse(session, form, error.why, now)

    def _answers(self, form: Submitted) -> str:
        """What was answered, for the agent."""
        found = []
        for question in self._room.content.video.questions:
            option = question.option(str(form.fields.get(question.id)))
            if option is not None:
                found.append(f"{question.label} {option.label}")
        return "\n".join(found)

    async def _outcome_form(self, pressed: Pressed, now: datetime) -> View:
        del now
        wait_id = number(pressed.value)
        try:
            await self._require(pressed.who)
            async with self._floor.counter.store.read() as session:
                wait = await places.by_id(session, wait_id, pressed.who.team)
        except SpecialistsError as error:
            return View("desk/specialists/refused_modal.j2", refusal(error.why))
        outcomes = self._room.content.video.outcomes
        return View(
            "desk/specialists/outcome_modal.j2",
            {"wait": wait, "outcomes": outcomes, "metadata": pack(wait=wait_id)},
        )

    async def _outcome(self, session: AsyncSession, form: Submitted, now: datetime) -> None:
        wait_id = number(unpack(form.metadata).get("wait"))
        note = str(form.fields.get("note") or "")
        try:
            await self._require(form.who)
            await video.record(
                session,
                self._room,
                wait_id,
                form.who,
                outcome=str(form.fields.get("outcome")),
                note=note,
                now=now,
            )
        except SpecialistsError as error:
            await self._floor.refuse(session, form, error.why, now, by=error.by, words=note)

    async def _require(self, who: Who) -> None:
        await self._floor.require(who, self._room.queue(VIDEO).role)
