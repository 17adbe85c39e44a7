"""`/laurel stats`: an agent reads how the desk does, in figures and in pictures."""

from collections.abc import AsyncIterator

import pytest

from bot.content import Content
from bot.playground.workspace import Workspace
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way, open_way, settings_for
from tests.clock import Clock

AGENTS = "C0AGENTS"


@pytest.fixture
async def staffed(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[Way]:
    """The house in which `OTHER` is an agent."""
    for user in (PERSON, OTHER):
        workspace.people.user(user)
    for channel in (DESK, FAQ, GENERAL):
        workspace.people.channel(channel)
    workspace.people.channel(AGENTS, members=(OTHER,))
    settings = settings_for(workspace, sqlite_url, LAUREL_AGENT_CHANNEL=AGENTS)
    async with open_way(workspace, settings, content, clock) as way:
        yield way


async def test_an_agent_gets_the_figures_and_the_charts_below_them(staffed: Way) -> None:
    await staffed.says("what are the criteria for top rated")
    staffed.clock.forward(minutes=1)
    asked = staffed.slack.acts.commands(OTHER, "stats month", channel=GENERAL)
    await staffed.bring(asked, asked)  # Slack may deliver it twice
    [message, *pictures] = staffed.slack.posted(staffed.slack.people.dm(OTHER))
    assert "*1* question answered" in message["text"]
    assert "Badges and programs" in message["text"]
    assert [p["files"][0]["title"] for p in pictures] == [
        "Questions and tickets by week",
        "Business hours by week",
        "Percent by week",
        "CSAT by week, of 5",
    ]
    assert {p["thread_ts"] for p in pictures} == {message["ts"]}
    assert staffed.slack.posted(GENERAL) == []


async def test_who_is_no_agent_gets_no_figures(staffed: Way) -> None:
    await staffed.bring(staffed.slack.acts.commands(PERSON, "stats", channel=GENERAL))
    [note] = staffed.slack.ephemerals
    assert "for its agents" in note["text"]
    assert staffed.slack.files == {}
