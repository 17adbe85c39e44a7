"""Adding a room: one entry in the list, and what it brings works through the real Bolt app."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import ROOMS
from bot.asking.answering import send
from bot.asking.question import Question
from bot.content import Content
from bot.delivery.outbox import Job, enqueue
from bot.messages import Reply, Who
from bot.playground.workspace import Workspace
from bot.room import House, Jobs, Room
from bot.surfaces import Commanded, Pressed, Surfaces
from tests.bot.way import PERSON, Way, open_way, settings_for, shown
from tests.clock import Clock

BYE = "assistant.bye"
WATERED = "tiny.watered"
kept: dict[str, list[str]] = {"waves": [], "forgotten": []}


async def answer(question: Question) -> Reply:
    """The tiny room's own kind of reply."""
    return Reply(
        "replies/feedback.j2", {**question.common(), "helpful": True, "category": "other", "community": None}
    )


async def waved(session: AsyncSession, pressed: Pressed, now: datetime) -> None:
    """The tiny room's button has something done later."""
    payload = {"user": pressed.who.user}
    await enqueue(session, key=f"{WATERED}:{pressed.key}", kind=WATERED, payload=payload, now=now)


async def watered(session: AsyncSession, job: Job, now: datetime) -> None:
    """The tiny room's job."""
    kept["waves"].append(job.payload["user"])
    body = {"user": job.payload["user"], "text": "The plants are watered.", "blocks": []}
    await enqueue(session, key=f"told:{job.key}", kind="slack.dm", payload=body, now=now)


async def told(session: AsyncSession, command: Commanded, now: datetime) -> None:
    """The tiny room's command."""
    message: dict[str, Any] = {"text": f"You said {command.words}.", "blocks": []}
    await send(
        session, key=f"water:{command.key}", who=command.who, where=command.where, message=message, now=now
    )


async def forget(session: AsyncSession, who: Who) -> None:
    """What the tiny room keeps of one person."""
    del session
    kept["forgotten"].append(who.user)


async def aged(session: AsyncSession, before: datetime, now: datetime) -> None:
    """What the tiny room forgets in time."""
    del session, before, now
    kept["waves"].clear()


def tiny(house: House) -> Room:
    """A room that waters plants."""
    del house
    return Room(
        name="tiny",
        answers={"tiny": answer},
        surfaces=Surfaces(presses={"tiny.wave": waved}, commands={"water": told}),
        jobs=(Jobs(handle={WATERED: watered}),),
        upkeep={"tiny": aged},
        forget=forget,
    )


@pytest.fixture
async def bigger(content: Content, clock: Clock, workspace: Workspace, sqlite_url: str) -> AsyncIterator[Way]:
    """The house with one room more; the catalogue has an intent that it answers."""
    intents = dict(content.catalogue.intents)
    intents[BYE] = intents[BYE].model_copy(update={"reply": "tiny"})
    more = replace(content, catalogue=replace(content.catalogue, intents=intents))
    workspace.people.user(PERSON)
    kept["waves"].clear()
    kept["forgotten"].clear()
    settings = settings_for(workspace, sqlite_url)
    async with open_way(workspace, settings, more, clock, rooms=(*ROOMS, tiny)) as opened:
        yield opened


async def test_a_room_that_is_added_answers_a_question_of_its_own(bigger: Way) -> None:
    ordinary = shown(await bigger.says("thank you so much"))
    assert shown(await bigger.says("goodbye")) == "Thank you, that is good to know."
    assert ordinary != "Thank you, that is good to know."


async def test_its_button_has_its_job_done(bigger: Way) -> None:
    await bigger.bring(bigger.slack.acts.presses(PERSON, "tiny.wave", value=""))
    assert kept["waves"] == [PERSON]
    assert "The plants are watered." in shown(bigger.slack.posted())


async def test_its_command_is_heard(bigger: Way) -> None:
    await bigger.bring(bigger.slack.acts.commands(PERSON, "water the ferns"))
    assert "You said the ferns." in shown(bigger.slack.posted())


async def test_it_forgets_one_person_with_all_others(bigger: Way) -> None:
    await bigger.bring(bigger.slack.acts.presses(PERSON, "people.forget", value=""))
    assert kept["forgotten"] == [PERSON]


async def test_it_forgets_in_time_with_all_others(bigger: Way) -> None:
    await bigger.bring(bigger.slack.acts.presses(PERSON, "tiny.wave", value=""))
    await bigger.laurel.begin()
    bigger.clock.forward(days=2)
    await bigger.laurel.delivery.drain()
    assert kept["waves"] == []


async def test_two_rooms_with_one_control_or_answer_are_refused_at_the_start(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> None:
    settings = settings_for(workspace, sqlite_url)
    with pytest.raises(ValueError, match=r"answers: two rooms answer tiny"):
        async with open_way(workspace, settings, content, clock, rooms=(*ROOMS, tiny, tiny)):
            pass
    with pytest.raises(ValueError, match=r"presses: two rooms take tiny\.wave"):
        async with open_way(workspace, settings, content, clock, rooms=(*ROOMS, tiny, twin)):
            pass


def twin(house: House) -> Room:
    """A room with the tiny one's button and no answer."""
    return replace(tiny(house), answers={})
