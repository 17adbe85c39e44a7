"""The stand-in behaves like Slack as far as Laurel uses it: asked through Slack's own client."""

import json
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.faults import Trouble
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from bot.slack.sending import slack_client

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [SECTION]}


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    workspace.people.user("U1", "ada", email="ada@example.com")
    workspace.people.channel("C1", members=("U1",))
    return slack_client("xoxb-test", workspace.api_url)


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def payload(request: SlackRequest) -> dict[str, Any]:
    if request.headers["content-type"] == "application/json":
        return dict(json.loads(request.body))
    return dict(json.loads(parse_qs(request.body)["payload"][0]))


async def test_messages_are_kept_with_ascending_stamps_in_channels_and_threads(
    client: AsyncWebClient,
) -> None:
    first = await client.chat_postMessage(channel="C1", text="one")
    second = await client.chat_postMessage(channel="C1", text="two")
    await client.chat_postMessage(channel="C1", text="reply", thread_ts=first["ts"])
    assert second["ts"] > first["ts"]
    history = await client.conversations_history(channel="C1")
    assert [message["text"] for message in history["messages"]] == ["two", "one"]
    replies = await client.conversations_replies(channel="C1", ts=first["ts"])
    assert [message["text"] for message in replies["messages"]] == ["one", "reply"]


async def test_metadata_is_told_only_to_those_who_ask(client: AsyncWebClient) -> None:
    metadata = {"event_type": "laurel", "event_payload": {"key": "k"}}
    await client.chat_postMessage(channel="C1", text="one", metadata=metadata)
    [message] = (await client.conversations_history(channel="C1"))["messages"]
    assert "metadata" not in message
    [message] = (await client.conversations_history(channel="C1", include_all_metadata=True))["messages"]
    assert message["metadata"] == metadata


async def test_what_slack_refuses_is_refused_with_slacks_words(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.people.channel("C9", archived=True)
    post = client.chat_postMessage
    assert await refusal(post(channel="C0", text="x")) == "channel_not_found"
    assert await refusal(post(channel="C9", text="x")) == "is_archived"
    assert await refusal(post(channel="C1", text="x", blocks=[SECTION] * 51)) == "invalid_blocks"
    assert await refusal(post(channel="C1", text="x" * 4001)) == "msg_too_long"
    assert await refusal(post(channel="C1", text="x", thread_ts="1.0")) == "thread_not_found"
    assert await refusal(client.chat_update(channel="C1", ts="1.0", text="x")) == "message_not_found"
    assert await refusal(client.conversations_open(users="U9")) == "user_not_found"
    assert await refusal(client.views_publish(user_id="U1", view={"type": "home", "blocks": [{}]}))
    anonymous = slack_client(None, workspace.api_url)
    assert await refusal(anonymous.chat_postMessage(channel="C1", text="x")) == "not_authed"
    assert workspace.posted() == []


async def test_a_trigger_opens_one_modal_and_an_old_hash_changes_none(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    trigger = workspace.new_trigger("U1")
    opened = await client.views_open(trigger_id=trigger, view=MODAL)
    assert await refusal(client.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
    view_id, first_hash = opened["view"]["id"], opened["view"]["hash"]
    await client.views_update(view_id=view_id, hash=first_hash, view=MODAL)
    assert await refusal(client.views_update(view_id=view_id, hash=first_hash, view=MODAL)) == "hash_conflict"


async def test_people_are_found_by_id_address_channel_and_group(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.people.group("S1", "U1")
    assert (await client.users_info(user="U1"))["user"]["name"] == "ada"
    assert (await client.users_lookupByEmail(email="ada@example.com"))["user"]["id"] == "U1"
    assert (await client.conversations_members(channel="C1"))["members"] == ["U0LAUREL", "U1"]
    assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["U1"]
    assert (await client.conversations_open(users="U1"))["channel"]["id"] == "D1"


async def test_bad_days_come_as_planned_and_then_pass(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.next("chat.postMessage", Trouble.LIMITED, retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel="C1", text="one")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"
    for trouble, done in ((Trouble.BROKEN, 0), (Trouble.CUT, 0), (Trouble.LOST, 1)):
        workspace.faults.next("chat.postMessage", trouble)
        with pytest.raises((SlackApiError, aiohttp.ClientError)):
            await client.chat_postMessage(channel="C1", text="one")
        assert len(workspace.posted("C1")) == done
    await client.chat_postMessage(channel="C1", text="two")
    assert [message["text"] for message in workspace.posted("C1")] == ["one", "two"]


async def test_every_act_is_signed_so_that_slacks_verifier_takes_it(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    # A clock of its own: the default one is shared by all verifiers of the process.
    verifier = SignatureVerifier(workspace.signing_secret, clock=SlackClock())
    posted = (await client.chat_postMessage(channel="C1", text="one", blocks=[SECTION]))["message"]
    acts = workspace.acts
    requests = [
        *acts.says("U1", "hello"),
        acts.opens_home("U1"),
        acts.presses("U1", "ask", value="x", message=posted),
        acts.submits("U1", MODAL, {}),
        acts.uses_shortcut("U1", "ticket", message=posted),
        acts.commands("U1", "help"),
    ]
    for request in requests:
        verifier.clock.now = lambda: workspace.clock().timestamp()  # type: ignore[method-assign] # the test's time
        assert verifier.is_valid_request(request.body, request.headers)
        assert not verifier.is_valid_request(request.body + " ", request.headers)


def test_a_mention_in_a_channel_comes_as_two_events_of_one_message() -> None:
    slack = Workspace()
    slack.people.channel("C1")
    slack.people.user("U1")
    first, second = (payload(request) for request in slack.acts.says("U1", "<@U0LAUREL> hi", channel="C1"))
    assert (first["event"]["type"], second["event"]["type"]) == ("app_mention", "message")
    assert first["event"]["ts"] == second["event"]["ts"]
    assert first["event_id"] != second["event_id"]


def test_a_pressed_button_carries_the_value_it_was_shown_with() -> None:
    slack = Workspace()
    button = {"type": "button", "action_id": "ask#1", "value": "badge.first"}
    message = {"channel": "C1", "ts": "1.0", "blocks": [{"type": "actions", "elements": [button]}]}
    pressed = payload(slack.acts.presses("U1", "ask#1", message=message))
    assert pressed["actions"][0]["value"] == "badge.first"
    with pytest.raises(LookupError):
        slack.acts.presses("U1", "other", message=message)
