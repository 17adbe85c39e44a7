"""What comes through the door in no shape: never an error of ours, and never anybody's words in a log."""

import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import structlog

from bot.content import Content
from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from tests.bot.slack.payloads import samples, spoiled
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, Way, open_way, settings_for
from tests.clock import Clock

MANY = int(os.environ.get("LAUREL_FUZZ", "2000"))
"""How many spoiled payloads; LAUREL_FUZZ=100000 for a long look."""


@pytest.fixture
async def staffed(
    content: Content, clock: Clock, workspace: Workspace, sqlite_url: str
) -> AsyncIterator[Way]:
    """PERSON has every role, so that nothing is refused before it is read."""
    for user in (PERSON, OTHER):
        workspace.people.user(user)
    for channel in (DESK, FAQ, GENERAL):
        workspace.people.channel(channel, members=(PERSON, OTHER))
    workspace.people.group("S0ALL", PERSON)
    roles = ("LAUREL_AGENT_GROUP", "LAUREL_MODERATOR_GROUP", "LAUREL_SPECIALIST_GROUP")
    more = dict.fromkeys(roles, "S0ALL")
    settings = settings_for(
        workspace,
        sqlite_url,
        LAUREL_SPECIALIST_CHANNEL=FAQ,
        LAUREL_COMMUNITY_CHANNEL=GENERAL,
        LAUREL_MEETING_URL="https://m/{id}",
        **more,
    )
    async with open_way(workspace, settings, content, clock) as opened:
        yield opened


@pytest.mark.timeout(900)
async def test_no_spoiled_payload_brings_an_error_of_ours(staffed: Way) -> None:
    way, dice = staffed, random.Random(16)
    await way.says("what does top rated ask for?")
    good = list(samples(way))
    answers: Counter[int] = Counter()
    with structlog.testing.capture_logs() as logs:
        for request in good:
            answers[(await way.send(request)).status_code] += 1
        assert set(answers) == {200}
        for _ in range(MANY):
            answer = await way.send(spoiled(dice.choice(good), dice))
            answers[answer.status_code] += 1
            assert answer.status_code < 500, answer.text
            assert "<!channel>" not in answer.text
            assert "Traceback" not in answer.text
    defects = [one for one in logs if one["event"] in {"slack.not_stored", "not_shown"}]
    assert defects == [], str(defects)[:2000]
    assert set(answers) <= {200, 400}


@pytest.mark.timeout(900)
async def test_what_a_spoiled_payload_leaves_is_worked_off_without_a_defect(staffed: Way) -> None:
    way, dice = staffed, random.Random(17)
    await way.says("what does top rated ask for?")
    good = list(samples(way))
    for _ in range(MANY // 5):
        await way.send(spoiled(dice.choice(good), dice))
    with structlog.testing.capture_logs() as logs:
        await way.laurel.delivery.drain()
    defects = {(one["kind"], one["error"]) for one in logs if "failed" in one["event"]}
    assert defects == set()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[]", "application/json"),
        ("null", "application/json"),
        ('{"event": ', "application/json"),
        ("[" * 100_000, "application/json"),
        ('{"event":' * 50_000, "application/json"),
        ('{"n": ' + "9" * 5000 + "}", "application/json"),
        ("payload=null", "application/x-www-form-urlencoded"),
        ("payload=" + "[" * 100_000, "application/x-www-form-urlencoded"),
        ("&a=1" * 5000, "application/x-www-form-urlencoded"),
        ("", "application/json"),
    ],
)
async def test_a_signed_body_that_is_no_payload_gets_a_400(way: Way, body: str, kind: str) -> None:
    answer = await way.send(SlackRequest(body, {"content-type": kind}))
    assert answer.status_code == 400


async def test_parts_of_another_type_count_as_not_sent(way: Way) -> None:
    [good] = way.slack.acts.says(PERSON, "what does top rated ask for?")
    payload = json.loads(good.body)
    payload["event"] |= {"files": "none", "thread_ts": 7, "blocks": {"x": 1}, "bot_id": False}
    await way.bring(SlackRequest(json.dumps(payload), good.headers))
    assert "Top Rated asks" in way.slack.posted()[-1]["text"]
