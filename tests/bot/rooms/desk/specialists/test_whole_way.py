"""Specialists through the real Bolt app: roles by membership, buttons, modals, the relay and the home tab."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bot.content import Content
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from intents.dialogue import Understanding
from tests.bot.rooms.desk.specialists.conftest import ANA, KNOWLEDGE, LOUNGE, RENDERER, SPEC
from tests.bot.rooms.desk.specialists.test_answers import CATALOGUE
from tests.bot.way import Way, open_way, settings_for
from tests.clock import Clock


@pytest.fixture
async def whole(slack: Workspace, clock: Clock, sqlite_url: str) -> AsyncIterator[Way]:
    """The house with a specialist in the specialists' channel."""
    slack.people.channel(LOUNGE, members=(SPEC,))
    settings = settings_for(slack, sqlite_url, LAUREL_SPECIALIST_CHANNEL=LOUNGE)
    # Buttons need no understanding, and training it takes seconds.
    content = Content(KNOWLEDGE, CATALOGUE, cast("Understanding", None), RENDERER)
    async with open_way(slack, settings, content, clock) as way:
        yield way


def typed(text: str) -> dict[str, Any]:
    return {"details": {"details": {"type": "plain_text_input", "value": text}}}


async def bring(way: Way, *requests: SlackRequest) -> None:
    """As Slack sends it; short waits are over afterwards."""
    assert {answer.status_code for answer in await way.bring(*requests)} == {200}
    way.clock.forward(seconds=2)
    await way.laurel.delivery.drain()


async def test_a_person_reaches_a_specialist(whole: Way) -> None:
    slack, acts, dm = whole.slack, whole.slack.acts, whole.slack.people.dm(ANA)
    await bring(whole, acts.opens_home(SPEC))
    home = slack.homes[SPEC]
    assert "You are off duty" in str(home)
    await bring(whole, acts.presses(SPEC, "specialist.duty_on", view=home))
    assert "You are on duty until Mon 3 Mar, 5:00 pm" in str(slack.homes[SPEC])

    await bring(whole, acts.presses(ANA, "ask", value="specialist.chat"))
    (answer,) = slack.posted(dm)
    assert "A specialist is free now" in answer["text"]
    await bring(whole, acts.presses(ANA, "specialist.talk", message=answer))
    modal = list(slack.views.values())[-1]
    await bring(whole, acts.submits(ANA, modal, typed("A logo")))
    (card,) = slack.posted(LOUNGE)
    again = acts.presses(SPEC, "queue.accept", message=card)
    await bring(whole, again, again)
    met = slack.posted(dm)[-1]
    assert f"You are connected with <@{SPEC}>" in met["text"]
    await bring(whole, *acts.says(ANA, "Shall it be blue?", thread=met["ts"]))
    assert "Shall it be blue?" in slack.posted(LOUNGE)[-1]["text"]
    talk = slack.posted(LOUNGE)[-1]["thread_ts"]
    await bring(whole, *acts.says(SPEC, ">> Blue is good", channel=LOUNGE, thread=talk))
    assert "Blue is good" in slack.posted(dm)[-1]["text"]
