"""Slack's rules on triggers, stacked modals, scopes and files, as the stand-in holds them."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import files
from bot.playground.scopes import granted
from bot.playground.workspace import Workspace
from bot.slack.sending import slack_client
from tests.clock import Clock

WORDS = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
MODAL: dict[str, Any] = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [WORDS]}


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    workspace.people.user("U1", "ada", email="ada@example.com")
    workspace.people.channel("C1", members=("U1",))
    return slack_client(workspace.token, workspace.api_url)


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_trigger_that_nobody_gave_or_that_is_three_seconds_old_opens_nothing(
    client: AsyncWebClient, workspace: Workspace, clock: Clock
) -> None:
    answer = await refused(client.views_open(trigger_id="T-made-up", view=MODAL))
    assert answer["error"] == "invalid_trigger_id"
    trigger = workspace.new_trigger("U1")
    clock.forward(seconds=3.1)
    assert (await refused(client.views_open(trigger_id=trigger, view=MODAL)))["error"] == "expired_trigger_id"


async def test_three_modals_lie_on_each_other_and_a_fourth_is_refused(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await client.views_open(trigger_id=workspace.new_trigger("U1"), view=MODAL)
    for _ in range(2):
        await client.views_push(trigger_id=workspace.new_trigger("U1"), view=MODAL)
    answer = await refused(client.views_push(trigger_id=workspace.new_trigger("U1"), view=MODAL))
    assert answer["error"] == "push_limit_reached"
    top = workspace.views[workspace.stacks["U1"][-1]]
    workspace.acts.closes("U1", top)
    await client.views_push(trigger_id=workspace.new_trigger("U1"), view=MODAL)


async def test_what_an_app_answers_to_a_form_decides_what_becomes_of_its_modals(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await client.views_open(trigger_id=workspace.new_trigger("U1"), view=MODAL)
    await client.views_push(trigger_id=workspace.new_trigger("U1"), view=MODAL)
    top = workspace.views[workspace.stacks["U1"][-1]]
    workspace.acts.answered("U1", top, {"response_action": "errors", "errors": {"b": "no"}})
    assert len(workspace.stacks["U1"]) == 2
    workspace.acts.answered("U1", top, {"response_action": "update", "view": {**MODAL, "callback_id": "two"}})
    assert workspace.views[top["id"]]["callback_id"] == "two"
    workspace.acts.answered("U1", top, {})
    assert len(workspace.stacks["U1"]) == 1
    workspace.acts.answered("U1", top, {"response_action": "clear"})
    assert workspace.stacks["U1"] == []


async def test_what_the_manifest_does_not_ask_for_is_refused_by_name(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.scopes = granted()
    posted = await client.chat_postMessage(channel="C1", text="x")
    answer = await refused(client.reactions_add(channel="C1", timestamp=posted["ts"], name="eyes"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "reactions:write")
    workspace.scopes = granted() - {"chat:write", "channels:history", "files:read"}
    assert (await refused(client.chat_postMessage(channel="C1", text="x")))["needed"] == "chat:write"
    assert (await refused(client.conversations_history(channel="C1")))["needed"] == "channels:history"
    await client.conversations_history(channel=workspace.people.dm("U1"))


async def test_a_dropped_file_is_told_of_and_fetched_with_the_bots_token_alone(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    dropped = files.dropped(workspace, "U1", "report.csv", b"a,b\n1,2\n")
    told = (await client.files_info(file=dropped["id"]))["file"]
    assert (told["name"], told["mimetype"], told["size"]) == ("report.csv", "text/csv", 8)
    assert "content" not in told
    async with aiohttp.ClientSession() as session:
        bearer = {"Authorization": f"Bearer {workspace.token}"}
        async with session.get(told["url_private_download"], headers=bearer) as answer:
            assert await answer.read() == b"a,b\n1,2\n"
        async with session.get(told["url_private_download"]) as answer:  # Slack shows its sign-in page
            assert answer.content_type == "text/html"
            assert b"1,2" not in await answer.read()
    assert (await refused(client.files_info(file="F404")))["error"] == "file_not_found"


async def test_while_slack_is_away_every_call_fails_and_nothing_is_done(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.away = True
    await refused(client.chat_postMessage(channel="C1", text="x"))
    assert workspace.posted("C1") == []
    workspace.away = False
    await client.chat_postMessage(channel="C1", text="x")
    assert len(workspace.posted("C1")) == 1
