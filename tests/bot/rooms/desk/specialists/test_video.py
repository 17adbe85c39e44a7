"""Video checks: questions that help, the same queue, a meeting of one's own, and a recorded outcome."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.rooms.desk.specialists import video
from bot.rooms.desk.specialists.content import load_specialists
from bot.rooms.desk.specialists.lint import problems
from knowledge.load import ContentError
from tests.bot.rooms.desk.specialists.conftest import (
    AGENT,
    ANA,
    BEN,
    CALENDARS,
    DESK,
    DESK_CONTENT,
    KNOWLEDGE,
    SPEC,
    House,
)

GOOD = {"device": "computer", "camera": "works", "browser": "firefox", "permission": "asks"}


async def waits(house: House, user: str = ANA) -> str:
    view = await house.opens(user, "video.check")
    assert await house.sends(user, view, GOOD) == {}
    return house.buttons(DESK, "queue.accept")[-1]


async def test_a_check_goes_from_the_questions_to_the_outcome(house: House) -> None:
    wait = await waits(house)
    assert "Please hold: you are number 1" in house.dm(ANA)[0]
    assert "Which browser? Firefox" in house.texts(DESK)[0]
    await house.press(AGENT, "queue.accept", wait)
    assert "is ready for your video check" in house.dm(ANA)[-1]
    view = await house.opens(AGENT, "video.outcome", wait)
    await house.sends(AGENT, view, {"outcome": "passed", "note": "Welcome!"}, key="form:once")
    await house.sends(AGENT, view, {"outcome": "passed", "note": "Welcome!"}, key="form:once")
    told = [text for text in house.dm(ANA) if "is passed" in text]
    assert len(told) == 1
    assert "Welcome!" in told[0]
    assert "switch the browser's permissions" in told[0]
    assert "passed" in house.texts(DESK)[0]
    assert await house.tickets() == []


async def test_everybody_gets_a_meeting_of_their_own(sqlite_house: House) -> None:
    house = sqlite_house
    for user in (ANA, BEN):
        await house.press(AGENT, "queue.accept", await waits(house, user))
    links = {
        element["url"]
        for user in (ANA, BEN)
        for message in house.slack.posted(house.slack.people.dm(user))
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if "url" in element
    }
    assert len(links) == 2
    assert all(re.fullmatch(r"https://meet\.example/[a-z]{3}-[a-z]{4}-[a-z]{3}", link) for link in links)


async def test_what_must_change_is_said_at_the_question(sqlite_house: House) -> None:
    house = sqlite_house
    view = await house.opens(ANA, "video.check")
    errors = await house.sends(ANA, view, {**GOOD, "browser": "other", "permission": "blocked"})
    assert set(errors) == {"browser", "permission"}
    assert "Chrome, Firefox or Safari" in errors["browser"]
    assert house.texts(DESK) == []


def test_advice_follows_what_held_on_the_day() -> None:
    class Room:
        content = load_specialists()

    old = video.cures(Room(), KNOWLEDGE, {"browser": "other"}, date(2018, 5, 1))  # type: ignore[arg-type]  # only content is read
    assert old["browser"].endswith("Chrome or Firefox.")


async def test_only_agents_start_a_check_and_record_its_outcome(sqlite_house: House) -> None:
    house = sqlite_house
    wait = await waits(house)
    for user in (ANA, SPEC):
        await house.press(user, "queue.accept", wait)
    assert house.buttons(DESK, "queue.accept") == [wait]
    assert (await house.opens(AGENT, "video.outcome", wait))["callback_id"] == "video.outcome"
    assert (await house.opens(BEN, "video.outcome", wait))["callback_id"] == "specialist.refused"


async def test_an_outcome_before_the_start_or_twice_is_refused_with_the_note_kept(
    sqlite_house: House,
) -> None:
    house = sqlite_house
    wait = await waits(house)
    view = await house.opens(AGENT, "video.outcome", wait)
    await house.sends(AGENT, view, {"outcome": "failed", "note": "too early"})
    assert "Start the check" in house.dm(AGENT)[-1]
    await house.press(AGENT, "queue.accept", wait)
    await house.sends(AGENT, view, {"outcome": "rescheduled", "note": ""})
    await house.sends(AGENT, view, {"outcome": "failed", "note": "no"})
    assert "recorded already" in house.dm(AGENT)[-1]
    assert "another time" in house.dm(ANA)[-1]


async def test_out_of_hours_a_ticket_is_the_way(sqlite_house: House) -> None:
    house = sqlite_house
    house.clock.now = datetime(2025, 3, 2, 20, 0, tzinfo=UTC)
    view = await house.opens(ANA, "video.check")
    assert view["callback_id"] == "specialist.closed"
    assert "Mon 3 Mar, 6:00 am Pacific" in view["blocks"][0]["text"]["text"]


def test_content_that_names_what_is_not_there_is_found() -> None:
    content = load_specialists()
    assert list(problems(content, CALENDARS, DESK_CONTENT, KNOWLEDGE)) == []
    wrong = content.queues["video"].model_copy(update={"calendar": "moon", "message": "gone"})
    changed = content.model_copy(update={"queues": {**content.queues, "video": wrong}})
    found = "\n".join(problems(changed, CALENDARS, DESK_CONTENT, KNOWLEDGE))
    assert "no calendar moon" in found
    assert "no verification.gone" in found


def test_content_that_cannot_be_used_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "specialists.yaml"
    path.write_text(
        "queues: {}\nvideo: {questions: [], outcomes: []}\njob_post: {turns_shown: 1, fields: []}\n"
    )
    with pytest.raises(ContentError, match=r"specialists\.yaml:\d+"):
        load_specialists(path)
