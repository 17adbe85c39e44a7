"""What Slack, or a proxy before it, answers in no shape: nothing is lost, nothing comes twice."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery import Delivery, Pacing
from bot.messages import Who
from bot.playground.faults import Trouble
from bot.playground.workspace import Workspace
from bot.roles import MembersUnknownError
from bot.slack.directory import Directory, Users
from bot.slack.sending import register_slack, slack_client, slack_session
from bot.store import Store
from tests.bot.delivery.steps import enqueue, parked, settle
from tests.clock import Clock

ODD = {
    "an ok and nothing else": b'{"ok": true}',
    "a list": b"[1]",
    "an empty list": b"[]",
    "a word": b'"ok"',
    "nothing": b"",
    "letters in no encoding": b'{"ok": true, "x": "\xff\xfe"}',
    "JSON without a bottom": b"[" * 200_000,
    "a body of 12 MB": b'{"ok": true, "x": "' + b"y" * (12 * 1024 * 1024) + b'"}',
    "parts of another type": (
        b'{"ok": true, "ts": 7, "channel": [], "files": [7], "messages": {"a": 1}, "members": "U1",'
        b' "users": {}, "user": [], "response_metadata": 7}'
    ),
}


@pytest.fixture
async def delivery(sqlite_store: Store, workspace: Workspace, clock: Clock) -> AsyncIterator[Delivery]:
    workspace.people.user("U1", "ada")
    workspace.people.channel("C1", "desk", members=("U1",))
    delivery = Delivery(sqlite_store, clock=clock, pacing=Pacing(pace=timedelta(0)))
    session = slack_session()
    register_slack(delivery, slack_client("xoxb-test", workspace.api_url, session=session))
    yield delivery
    await delivery.stop()
    await session.close()


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest) -> bytes:
    return ODD[request.param]


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.open", "conversations.history"])
async def test_an_odd_answer_is_no_answer_and_what_it_was_for_happens_once(
    *, sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock, odd: bytes, method: str
) -> None:
    if method == "conversations.history":  # asked when something is tried again
        workspace.faults.next("chat.postMessage", Trouble.BROKEN)
    workspace.faults.next(method, Trouble.ODD, answer=odd)
    with capture_logs() as logs:
        payload = {"user": "U1", "text": "hello"}
        await enqueue(sqlite_store, clock, key="one", kind="slack.dm", payload=payload)
        await settle(sqlite_store, delivery, clock)
    assert [message["text"] for message in workspace.posted()] == ["hello"]
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == [], "no defect of ours"


async def test_an_odd_answer_to_an_upload_is_looked_for_before_it_is_sent_again(
    sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock, odd: bytes
) -> None:
    workspace.faults.next("files.completeUploadExternal", Trouble.ODD, answer=odd)
    payload = {"channel": "C1", "filename": "a.txt", "content": "aGVsbG8=", "text": "a file"}
    await enqueue(sqlite_store, clock, key="one", kind="slack.upload", payload=payload)
    await settle(sqlite_store, delivery, clock)
    assert len(workspace.posted("C1")) == 1
    assert await parked(sqlite_store) == {}


async def test_an_odd_answer_gives_nobody_a_role_and_nobody_an_address(
    workspace: Workspace, odd: bytes
) -> None:
    async with slack_session() as session:
        client = slack_client("xoxb-test", workspace.api_url, session=session)
        for method, place in {"conversations.members": "C1", "usergroups.users.list": "S1"}.items():
            workspace.faults.next(method, Trouble.ODD, answer=odd)
            with pytest.raises(MembersUnknownError):
                await Directory(client).of(place)
        workspace.faults.next("users.info", Trouble.ODD, answer=odd)
        assert await Users(client).of(Who("T1", "U1")) is None


@pytest.mark.parametrize(
    ("code", "hours"), [("invalid_auth", 6), ("not_authed", 1), ("token_expired", 1), ("token_revoked", 1)]
)
async def test_what_waits_for_a_good_token_is_held_for_hours_told_and_goes_out_by_itself(
    *, sqlite_store: Store, delivery: Delivery, workspace: Workspace, clock: Clock, code: str, hours: int
) -> None:
    began = clock()
    workspace.faults.next("chat.postMessage", Trouble.REFUSED, error=code, times=hours * 60)
    with capture_logs() as logs:
        payload = {"channel": "C1", "text": "hello"}
        await enqueue(sqlite_store, clock, key="one", kind="slack.post", payload=payload)
        await settle(sqlite_store, delivery, clock)
    assert clock() - began >= timedelta(hours=hours)
    assert [message["text"] for message in workspace.posted()] == ["hello"]
    assert await parked(sqlite_store) == {}
    told = [one for one in logs if one["event"] == "slack.token_refused"]
    assert {(one["log_level"], one["code"]) for one in told} == {("error", code)}
