"""Video checks: questions first, then the queue, then a meeting and its outcome."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.outbox import enqueue
from bot.messages import Who
from bot.rooms.desk.specialists import places, queue
from bot.rooms.desk.specialists.content import VIDEO
from bot.rooms.desk.specialists.room import Specialists, SpecialistsError
from bot.rooms.desk.specialists.tables import Wait, WaitState
from knowledge import views
from knowledge.model import Knowledge


def cures(room: Specialists, knowledge: Knowledge, answers: Mapping[str, Any], day: date) -> dict[str, str]:
    """By question, what to change before a check can begin; empty when all is well. Pure.

    A question that was not answered is left to the form, which asks for it.
    """
    facts = {path: views.fact(knowledge, path, day).text for path in room.content.video.facts}
    found: dict[str, str] = {}
    for question in room.content.video.questions:
        option = question.option(str(answers.get(question.id)))
        cure = None if option is None else option.cured(facts)
        if cure is not None:
            found[question.id] = cure
    return found


async def begin(session: AsyncSession, room: Specialists, wait: Wait, now: datetime) -> None:
    """An agent is there: the person gets the meeting's address."""
    wait.meeting = room.new_meeting()
    message = room.renderer.message("desk/specialists/video_ready.j2", {"wait": wait})
    await enqueue(
        session,
        key=f"wait:{wait.key}:meeting",
        kind="slack.dm",
        payload={"user": wait.person, **message},
        lane=f"wait:{wait.key}:talk",
        now=now,
    )


async def record(
    session: AsyncSession,
    room: Specialists,
    wait_id: int,
    by: Who,
    *,
    outcome: str,
    note: str,
    now: datetime,
) -> Wait:
    """Write down how a check went, and tell the person.

    Raises SpecialistsError: "recorded" when it was done before, "not_started", "unknown".
    """
    wait = await places.by_id(session, wait_id, by.team)
    named = {one.id: one for one in room.content.video.outcomes}
    if wait.queue != VIDEO or outcome not in named:
        raise SpecialistsError("unknown")
    if wait.state == WaitState.DONE:
        raise SpecialistsError("recorded", by=wait.by)
    if wait.state != WaitState.ACCEPTED:
        raise SpecialistsError("not_started")
    wait.outcome, wait.note, wait.by = outcome, note.strip() or None, by.user
    await queue.finish(session, room, wait, WaitState.DONE, now)
    message = room.renderer.message(
        "desk/specialists/video_done.j2", {"wait": wait, "outcome": named[outcome]}
    )
    await enqueue(
        session,
        key=f"wait:{wait.key}:outcome",
        kind="slack.dm",
        payload={"user": wait.person, **message},
        lane=f"wait:{wait.key}:talk",
        now=now,
    )
    return wait
