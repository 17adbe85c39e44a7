"""What leaves for Slack: once, in order, as Slack asks; through the real client and a real HTTP server."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.delivery import Delivery, Pacing, outbox
from bot.delivery.errors import LaterError
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.slack.sending import explained, register_slack, slack_client
from bot.store import Store
from tests.bot.delivery.steps import enqueue, parked, settle
from tests.clock import Clock

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]


@pytest.fixture
async def delivery(sqlite_store: Store, workspace: Workspace, clock: Clock) -> AsyncIterator[Delivery]:
    workspace.people.user("U1", "ada")
    workspace.people.channel("C1", "desk", members=("U1",))
    # Slack's second per channel is kept on both sides: a post that came too soon would meet a 429.
    workspace.pace = timedelta(seconds=1)
    delivery = Delivery(sqlite_store, clock=clock, pacing=Pacing())
    register_slack(delivery, slack_client("xoxb-test", workspace.api_url))
    await delivery.drain()  # it serves before there is something to send
    yield delivery
    await delivery.stop()


def texts(workspace: Workspace, channel: str = "C1") -> list[str]:
    return [message["text"] for message in workspace.posted(channel)]


async def post(store: Store, clock: Clock, *texts: str, **more: Any) -> None:
    for text in texts:
        payload = {"channel": "C1", "text": text, "blocks": BLOCKS, **more}
        await enqueue(store, clock, key=f"key {text}", kind="slack.post", payload=payload, lane="C1")


async def test_messages_of_a_conversation_arrive_once_in_order_a_second_apart(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    began = clock()
    await post(sqlite_store, clock, "one", "two", "three")
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["one", "two", "three"]
    assert clock() - began == timedelta(seconds=2)
    assert len(workspace.called("chat.postMessage")) == 3, "none came too soon for Slack"
    assert workspace.called("conversations.history") == [], "nobody looks before the first attempt"


async def test_a_message_carries_its_key_and_unfurls_nothing(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    await post(sqlite_store, clock, "one")
    await settle(sqlite_store, delivery, clock)
    [call] = workspace.called("chat.postMessage")
    assert call["metadata"] == {"event_type": "laurel", "event_payload": {"key": "key one"}}
    assert (call["unfurl_links"], call["unfurl_media"]) == (False, False)


@pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.CUT, Trouble.LOST])
@pytest.mark.parametrize("thread", [False, True])
async def test_a_message_arrives_once_when_the_answer_is_an_error_or_lost(
    sqlite_store: Store,
    delivery: Delivery,
    workspace: Workspace,
    clock: Clock,
    *,
    trouble: Trouble,
    thread: bool,
) -> None:
    workspace.acts.says("U1", "hello", channel="C1")
    parent = workspace.messages["C1"][0]["ts"]
    workspace.faults.next("chat.postMessage", trouble, times=2)
    await post(sqlite_store, clock, "one", "two", **({"thread_ts": parent} if thread else {}))
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["one", "two"]
    looked = "conversations.replies" if thread else "conversations.history"
    assert workspace.called(looked)


async def test_the_key_is_found_behind_many_other_messages(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    workspace.faults.next("chat.postMessage", Trouble.LOST)
    await post(sqlite_store, clock, "one")
    await delivery.drain()
    for n in range(450):
        workspace.acts.says("U1", f"chatter {n}", channel="C1")
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["one"]
    assert len(workspace.called("conversations.history")) == 3, "page by page"


async def test_slacks_retry_after_is_kept_to_the_second_and_costs_no_search(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    began = clock()
    workspace.faults.next("chat.postMessage", Trouble.LIMITED, retry_after=17)
    await post(sqlite_store, clock, "one")
    await enqueue(
        sqlite_store,
        clock,
        key="x",
        kind="slack.post",
        payload={"channel": "C1", "text": "other lane"},
        lane="x",
    )
    await settle(sqlite_store, delivery, clock)
    assert sorted(texts(workspace)) == ["one", "other lane"], "lanes keep no order among each other"
    assert clock() - began == timedelta(seconds=18)
    assert len(workspace.called("chat.postMessage")) == 3, "the whole channel waited"
    assert workspace.called("conversations.history") == []


async def test_a_limited_search_does_not_make_anybody_forget_to_search(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    workspace.faults.next("chat.postMessage", Trouble.LOST)
    workspace.faults.next("conversations.history", Trouble.LIMITED, times=3, retry_after=60)
    await post(sqlite_store, clock, "one")
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["one"]


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "user_not_found", "account_inactive"])
async def test_what_slack_refuses_for_good_is_parked_shown_and_can_be_sent_again(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock, code: str
) -> None:
    workspace.faults.next("chat.postMessage", Trouble.REFUSED, error=code)
    await post(sqlite_store, clock, "one", "two")
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["two"], "the next of the lane went"
    assert await parked(sqlite_store) == {"key one": f"slack: {code}"}
    async with sqlite_store.write() as session:
        assert await outbox.resend(session, "key one", now=clock())
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["two", "one"]
    assert await parked(sqlite_store) == {}


async def test_a_message_beyond_slacks_limits_is_parked_with_the_limits_name(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    await post(sqlite_store, clock, "one", blocks=BLOCKS * 51)
    await post(sqlite_store, clock, "x" * 4001)
    await settle(sqlite_store, delivery, clock)
    reasons = await parked(sqlite_store)
    assert sorted(reasons.values()) == ["slack: invalid_blocks", "slack: msg_too_long"]


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable", "invalid_auth"])
async def test_an_error_that_passes_is_waited_out(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock, code: str
) -> None:
    workspace.faults.next("chat.postMessage", Trouble.REFUSED, times=5, error=code)
    await post(sqlite_store, clock, "one")
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["one"]


async def test_an_outage_that_does_not_end_parks_the_message_after_hours(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    began = clock()
    workspace.faults.next("chat.postMessage", Trouble.BROKEN, times=1000)
    await post(sqlite_store, clock, "one")
    await settle(sqlite_store, delivery, clock)
    assert await parked(sqlite_store) == {"key one": "slack: 500"}
    assert timedelta(hours=3) < clock() - began < timedelta(hours=8)


async def test_a_direct_message_opens_the_conversation_and_says_where_it_went(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    seen: list[dict[str, Any]] = []

    async def store_ts(session: object, job: outbox.Job, result: dict[str, Any], now: object) -> None:
        seen.append({**result, "ref": job.payload["ref"]})

    delivery.after("store_ts", store_ts)
    workspace.faults.next("conversations.open", Trouble.BROKEN)
    workspace.faults.next("chat.postMessage", Trouble.LOST)
    payload = {"user": "U1", "text": "hi", "blocks": BLOCKS, "then": "store_ts", "ref": 7}
    await enqueue(sqlite_store, clock, key="a", kind="slack.dm", payload=payload)
    await settle(sqlite_store, delivery, clock)
    [message] = workspace.posted("D1")
    assert seen == [{"channel": "D1", "ts": message["ts"], "ref": 7}]


async def test_a_deleted_user_gets_no_direct_message_and_somebody_is_told(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    workspace.people.user("U2", deleted=True)
    for user in ("U2", "U3"):
        await enqueue(sqlite_store, clock, key=user, kind="slack.dm", payload={"user": user, "text": "hi"})
    await settle(sqlite_store, delivery, clock)
    assert await parked(sqlite_store) == {"U2": "slack: user_disabled", "U3": "slack: user_not_found"}


async def test_edits_notes_and_homes_reach_their_reader(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    await post(sqlite_store, clock, "one")
    await settle(sqlite_store, delivery, clock)
    ts = workspace.posted("C1")[0]["ts"]
    for method in ("chat.update", "chat.postEphemeral", "views.publish"):
        workspace.faults.next(method, Trouble.BROKEN)
    for kind, payload in {
        "slack.update": {"channel": "C1", "ts": ts, "text": "edited", "blocks": BLOCKS},
        "slack.ephemeral": {"channel": "C1", "user": "U1", "text": "for you", "blocks": BLOCKS},
        "slack.home": {"user": "U1", "view": {"type": "home", "blocks": BLOCKS}},
    }.items():
        await enqueue(sqlite_store, clock, key=kind, kind=kind, payload=payload)
    await settle(sqlite_store, delivery, clock)
    assert texts(workspace) == ["edited"]
    assert [note["text"] for note in workspace.ephemerals] == ["for you"]
    assert workspace.homes["U1"]["blocks"] == BLOCKS


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_file_appears_once_though_the_answer_was_lost(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock, method: str
) -> None:
    workspace.faults.next(method, Trouble.LOST)
    picture = base64.b64encode(b"\x89PNG").decode()
    payload = {"channel": "C1", "filename": "week.png", "content": picture, "text": "The week"}
    await enqueue(sqlite_store, clock, key="a", kind="slack.upload", payload=payload)
    await settle(sqlite_store, delivery, clock)
    [message] = workspace.posted("C1")
    [file] = message["files"]
    assert file["title"] == "week.png"
    assert file["name"].endswith(".png")
    assert workspace.files[file["id"]]["content"] == b"\x89PNG"


async def test_a_storm_of_errors_leaves_every_message_once_and_in_order(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock
) -> None:
    methods = ["chat.postMessage", "conversations.history", "conversations.replies", "conversations.open"]
    shares = {Trouble.LIMITED: 0.05, Trouble.BROKEN: 0.06, Trouble.LOST: 0.08, Trouble.CUT: 0.03}
    workspace.faults.storm(methods, seed=11, shares=shares)
    channels = [f"C{n}" for n in range(10, 30)]
    for channel in channels:
        workspace.people.channel(channel)
    async with sqlite_store.write() as session:
        for n in range(12):
            for channel in channels:
                await outbox.enqueue(
                    session,
                    key=f"{channel} {n}",
                    kind="slack.post",
                    payload={"channel": channel, "text": str(n)},
                    lane=channel,
                    now=clock(),
                )
    await settle(sqlite_store, delivery, clock)
    assert {trouble for _, trouble in workspace.faults.met} == set(shares)
    for channel in channels:
        assert texts(workspace, channel) == [str(n) for n in range(12)]


@pytest.mark.parametrize(
    ("given", "seconds"), [("7", 7), ("1000000000", 3600), ("9" * 30, 3600), ("soon", 30), ("", 30)]
)
def test_slack_is_waited_for_as_it_asks_but_never_for_years(given: str, seconds: int) -> None:
    response = SimpleNamespace(status_code=429, headers={"Retry-After": given}, data={"error": "ratelimited"})
    error = explained(SlackApiError("", response))  # type: ignore[no-untyped-call]  # slack_sdk has no types here
    assert isinstance(error, LaterError)
    assert error.wait == timedelta(seconds=seconds)
