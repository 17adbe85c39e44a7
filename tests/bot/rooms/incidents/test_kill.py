"""kill -9 while an incident is posted and told: there is one, and each subscriber hears of it once."""

from typing import cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.content import Content
from bot.delivery.embedded import Embedded
from bot.messages import Who
from bot.playground.workspace import Workspace
from bot.rooms.incidents import incidents
from bot.store import Store
from intents.dialogue import Understanding
from tests.bot.dying import KILLED, Death, live
from tests.bot.rooms.desk.specialists.conftest import KNOWLEDGE, RENDERER
from tests.bot.rooms.desk.specialists.test_answers import CATALOGUE
from tests.bot.way import DESK, settings_for
from tests.clock import Clock

AGENT, PEOPLE = "U0AGENT", ("U0ANA", "U0BEN", "U0CAT")
STEPS: dict[str, Death] = {
    "when it is posted but not yet kept": (incidents, "post", True),
    "when the work is taken up": (Embedded, "take", True),
    "before the first one is told": (AsyncWebClient, "chat_postMessage", False),
    "after the first one is told": (AsyncWebClient, "chat_postMessage", True),
}
"""Where the process is killed."""


@pytest.mark.parametrize("step", STEPS)
async def test_each_subscriber_is_told_once(
    workspace: Workspace, clock: Clock, sqlite_url: str, step: str
) -> None:
    for user in (AGENT, *PEOPLE):
        workspace.people.user(user)
    workspace.people.channel(DESK, members=(AGENT,))
    settings = settings_for(workspace, sqlite_url, LAUREL_AGENT_CHANNEL=DESK)
    content = Content(KNOWLEDGE, CATALOGUE, cast("Understanding", None), RENDERER)
    store = await Store.open(sqlite_url)
    async with store.write() as session:
        for user in PEOPLE:
            await incidents.subscribe(session, Who(workspace.team, user), clock())
    await store.close()
    form = workspace.acts.submits(
        AGENT,
        {"id": "V1", "type": "modal", "callback_id": "incident.post", "private_metadata": ""},
        {
            "title": {"title": {"type": "plain_text_input", "value": "Payments are late"}},
            "components": {"a": {"type": "multi_static_select", "selected_options": [{"value": "payments"}]}},
            "locations": {"a": {"type": "multi_static_select", "selected_options": [{"value": "europe"}]}},
            "state": {"a": {"type": "static_select", "selected_option": {"value": "investigating"}}},
            "text": {"text": {"type": "plain_text_input", "value": "We are looking."}},
        },
    )
    assert await live(workspace, settings, content, form, now=clock(), death=STEPS[step]) == KILLED
    clock.forward(minutes=5)  # the dead process's lease runs out; Slack delivers the form again
    assert await live(workspace, settings, content, form, now=clock()) == 0
    for user in PEOPLE:
        [told] = workspace.posted(workspace.people.dm(user))
        assert "We are looking." in told["text"]
