"""Incidents through the real Bolt app: agents post and resolve, everybody sees it, who asked is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.content import Content
from bot.playground.limits import view_problems
from bot.playground.workspace import Workspace
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way, open_way, settings_for, shown
from tests.clock import Clock

AGENT = "U0AGENT"


@pytest.fixture
async def staffed(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[Way]:
    for user in (PERSON, OTHER, AGENT):
        workspace.people.user(user)
    for channel in (FAQ, GENERAL):
        workspace.people.channel(channel)
    workspace.people.channel(DESK, members=(AGENT,))
    settings = settings_for(workspace, sqlite_url, LAUREL_AGENT_CHANNEL=DESK)
    async with open_way(workspace, settings, content, clock) as way:
        yield way


def several(*values: str) -> dict[str, Any]:
    options = [{"value": value} for value in values]
    return {"a": {"type": "multi_static_select", "selected_options": options}}


def typed(text: str) -> dict[str, Any]:
    return {"a": {"type": "plain_text_input", "value": text}}


def chosen(value: str) -> dict[str, Any]:
    return {"a": {"type": "static_select", "selected_option": {"value": value}}}


async def opened(way: Way, user: str, *, update: bool = False) -> dict[str, Any]:
    """The form that `/laurel incident` opens, or the one of its first Update button."""
    await way.bring(way.slack.acts.commands(user, "incident", channel=GENERAL))
    view = way.slack.opened[-1]
    if update:
        [button] = [b["accessory"] for b in view["blocks"] if "accessory" in b]
        press = way.slack.acts.presses(user, button["action_id"], value=button["value"], view=view)
        await way.bring(press)
        view = way.slack.opened[-1]
    assert view_problems(view) == []
    return view


async def post(way: Way, user: str = AGENT) -> None:
    values = {
        "title": typed("Withdrawals are late"),
        "components": several("payments"),
        "locations": several("europe"),
        "state": chosen("investigating"),
        "text": typed("We are looking."),
    }
    form = way.slack.acts.submits(user, await opened(way, AGENT), values)
    await way.bring(form, form)  # Slack may deliver it twice


async def change(way: Way, view: dict[str, Any], state: str, text: str) -> None:
    await way.bring(way.slack.acts.submits(AGENT, view, {"state": chosen(state), "text": typed(text)}))


def told(way: Way, user: str) -> list[str]:
    return [message["text"] for message in way.slack.posted(way.slack.people.dm(user))]


async def test_from_the_post_to_the_end_everybody_knows_and_who_asked_is_told_once(staffed: Way) -> None:
    way = staffed
    [nothing] = await way.says("is something down?")
    assert "nothing that is down" in nothing["text"]
    await way.bring(way.slack.acts.presses(PERSON, "incident.subscribe", message=nothing))
    before = len(told(way, PERSON))
    await post(way)
    assert [text for text in told(way, AGENT) if "1 subscriber is told" in text] == told(way, AGENT)
    assert len(told(way, AGENT)) == 1
    assert ["We are looking." in text for text in told(way, PERSON)[before:]] == [True]
    assert "Withdrawals are late" in shown(await way.says("is something down?", user=OTHER))
    assert "Right now: *Withdrawals are late*" in shown(
        await way.says("how do I withdraw my money", user=OTHER)
    )
    assert "Right now" not in shown(await way.says("what are the criteria for top rated", user=OTHER))
    view = await opened(way, AGENT, update=True)
    before = len(told(way, PERSON))
    await change(way, view, "resolved", "All is well again.")
    assert ["All is well again." in text for text in told(way, PERSON)[before:]] == [True]
    assert "nothing that is down" in shown(await way.says("is something down?", user=OTHER))
    assert "Right now" not in shown(await way.says("how do I withdraw my money", user=OTHER))


async def test_an_update_that_comes_too_late_is_refused_with_its_words(staffed: Way) -> None:
    way = staffed
    await post(way)
    first, second = await opened(way, AGENT, update=True), await opened(way, AGENT, update=True)
    await change(way, first, "resolved", "Mended.")
    await change(way, second, "monitoring", "Still watching it.")
    assert "That incident is over" in told(way, AGENT)[-1]
    [message] = way.slack.posted(way.slack.people.dm(AGENT))[-1:]
    assert "Still watching it." in str(message["blocks"])


async def test_only_agents_post_incidents(staffed: Way) -> None:
    view = await opened(staffed, PERSON)
    assert view["callback_id"] == "incident.refused"
    await post(staffed, user=PERSON)
    assert "Only agents of the desk" in told(staffed, PERSON)[-1]
    assert "nothing that is down" in shown(await staffed.says("is something down?", user=OTHER))


async def test_who_wants_to_be_forgotten_is_told_no_more(staffed: Way) -> None:
    way = staffed
    [nothing] = await way.says("is something down?")
    await way.bring(way.slack.acts.presses(PERSON, "incident.subscribe", message=nothing))
    await way.bring(way.slack.acts.presses(PERSON, "people.forget", value="", message=nothing))
    before = told(way, PERSON)
    assert "Forgotten" in before[-1]
    await post(way)
    assert told(way, PERSON) == before
