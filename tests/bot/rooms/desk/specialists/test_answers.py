"""What people read before they get in line: who is there, until when, and the way in."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot.asking.conversation import Conversation
from bot.asking.question import Resources
from bot.messages import Asked, Surface, Where, Who
from bot.playground.limits import message_problems
from bot.roles import Profile
from bot.rooms.desk.specialists.answers import kinds
from bot.rooms.desk.specialists.zones import Zones
from bot.settings import Settings
from intents.dialogue import Understanding
from intents.load import load_catalogue
from tests.bot.rooms.desk.specialists.conftest import ANA, CALENDARS, KNOWLEDGE, SPEC, House

CATALOGUE = load_catalogue()


class Somewhere:
    """Slack's directory, in which everybody lives in one zone."""

    def __init__(self, zone: str | None) -> None:
        self._zone = zone

    async def of(self, who: Who) -> Profile | None:
        del who
        return Profile(zone=self._zone)


async def read(house: House, intent: str, zone: str | None = None) -> tuple[str, set[str]]:
    """The text of an answer, and the actions that its buttons take."""
    settings = Settings.read({})
    resources = Resources(
        knowledge=KNOWLEDGE,
        catalogue=CATALOGUE,
        calendars=CALENDARS,
        zone=settings.zone,
        store=house.store,
    )
    understanding = cast("Understanding", None)  # what a button asks needs none
    conversation = Conversation(
        resources=resources,
        understanding=understanding,
        renderer=house.room.renderer,
        answers=kinds(house.room, Zones(Somewhere(zone), house.clock)),
    )
    where = Where(house.slack.people.dm(ANA), Surface.DM)
    asked = Asked("", Who(house.slack.team, ANA), where, "k", house.clock(), direct=intent)
    answered = await conversation.answer(asked, None, house.clock())
    assert answered.message is not None
    message = cast("dict[str, Any]", answered.message)
    assert message_problems(message) == []
    elements = [e for block in message["blocks"] for e in block.get("elements", ()) if "action_id" in e]
    return message["text"], {element["action_id"].partition("#")[0] for element in elements}


async def test_with_somebody_free_the_way_in_is_a_talk(sqlite_house: House) -> None:
    await sqlite_house.commands(SPEC, "duty", "on")
    text, actions = await read(sqlite_house, "specialist.chat")
    assert "A specialist is free now" in text
    assert "Mon 3 Mar, 5:00 pm Pacific" in text
    assert {"specialist.talk", "specialist.message", "job_post.open"} <= actions


async def test_who_waits_reads_their_place(sqlite_house: House) -> None:
    await sqlite_house.commands(SPEC, "duty", "on")
    await sqlite_house.joins(ANA)
    for intent in ("specialist.chat", "specialist.hours", "specialist.job_post"):
        text, _ = await read(sqlite_house, intent)
        assert "You are number 1" in text


async def test_at_night_there_is_a_message_and_when_they_are_back(sqlite_house: House) -> None:
    sqlite_house.clock.now = datetime(2025, 3, 4, 4, 0, tzinfo=UTC)
    text, actions = await read(sqlite_house, "specialist.hours")
    assert "Tue 4 Mar, 6:00 am Pacific" in text
    assert "specialist.message" in actions
    assert "specialist.talk" not in actions


async def test_what_specialists_do_here_is_said_plainly(sqlite_house: House) -> None:
    text, _ = await read(sqlite_house, "specialist.chat")
    assert text.startswith("*Category Specialists help to discover and plan projects")
    assert "(" not in text.splitlines()[0]


@pytest.mark.parametrize(
    ("meeting", "hour", "ready"),
    [("https://meet.example/{id}", 17, True), ("https://meet.example/{id}", 4, False), (None, 17, False)],
)
async def test_a_video_check_is_offered_while_it_can_be_done(
    sqlite_house: House, meeting: str | None, hour: int, *, ready: bool
) -> None:
    from dataclasses import replace

    sqlite_house.room = replace(sqlite_house.room, meeting_url=meeting)
    sqlite_house.clock.now = datetime(2025, 3, 4, hour, 0, tzinfo=UTC)
    text, actions = await read(sqlite_house, "verification.video")
    assert ("video.check" in actions) is ready
    assert "ticket.open" in actions
    assert "Chrome, Firefox or Safari" in text


async def test_our_own_hours_are_no_hearsay(sqlite_house: House) -> None:
    text, _ = await read(sqlite_house, "specialist.hours")
    assert text.startswith("*Category Specialists are there Monday to Friday, 6 am to 5 pm Pacific time.*")


async def test_the_hours_are_told_in_the_zone_that_slack_has_for_the_asker(sqlite_house: House) -> None:
    there, _ = await read(sqlite_house, "specialist.hours", "Europe/Berlin")
    assert "3 pm to 2 am the next day your time" in there
    here, _ = await read(sqlite_house, "specialist.hours", "America/Los_Angeles")
    assert "your time" not in here
    odd, _ = await read(sqlite_house, "specialist.hours", "Atlantis/Main_Street")
    assert "your time" not in odd
