"""An admin sets Laurel up in the home tab: the steps that are left, the form, and what it tries out."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.content import Content
from bot.playground.workspace import Workspace
from bot.store.sealing import new_key
from tests.bot.way import DESK, FAQ, GENERAL, OTHER, PERSON, shown
from tests.bot.workspaces.slacks import Many, a_process, a_workspace, settings_of, slack_of
from tests.clock import Clock

KEY = new_key()
ADMIN = "U0ADMIN"


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[Workspace]:
    async with a_workspace("T0FIRST", clock, ADMIN, PERSON, OTHER) as opened:
        opened.people.users[ADMIN]["is_admin"] = True
        for channel in (DESK, FAQ, GENERAL):
            opened.people.channel(channel, members=(PERSON, ADMIN))
        yield opened


@pytest.fixture
async def laurel(content: Content, clock: Clock, slack: Workspace, database_url: str) -> AsyncIterator[Many]:
    async with (
        slack_of([slack]) as address,
        a_process(settings_of(address, database_url, KEY), content, clock) as process,
    ):
        await process.install(slack)
        yield process


async def opened(laurel: Many, slack: Workspace, user: str = ADMIN) -> dict[str, Any]:
    """The form."""
    await laurel.bring(slack.acts.presses(user, "setup.settings", view=slack.homes.get(ADMIN), value=""))
    return slack.opened[-1]


async def save(laurel: Many, slack: Workspace, view: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The form sent in with these in the place of what it held; what Slack is answered."""
    laurel.clock.forward(seconds=1)
    values: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            values[name] = {element["action_id"]: _state(element, fields.get(name, ...))}
    [answer] = await laurel.bring(slack.acts.submits(ADMIN, view, values))
    await laurel.place.houses.look()
    found: dict[str, Any] = answer.json() if answer.content else {}
    return found


def _state(element: dict[str, Any], value: Any) -> dict[str, Any]:
    kind = element["type"]
    match kind:
        case "conversations_select":
            return {
                "type": kind,
                "selected_conversation": element.get("initial_conversation") if value is ... else value,
            }
        case "multi_channels_select":
            return {
                "type": kind,
                "selected_channels": element.get("initial_channels", []) if value is ... else value,
            }
        case "static_select":
            option = element["initial_option"] if value is ... else {"value": value}
            return {"type": kind, "selected_option": option}
    return {"type": kind, "value": element.get("initial_value") if value is ... else value}


def home(slack: Workspace, user: str) -> str:
    return str(slack.homes[user])


async def test_an_admin_of_a_fresh_workspace_sees_the_steps_that_are_left(
    laurel: Many, slack: Workspace
) -> None:
    await laurel.bring(slack.acts.opens_home(ADMIN), slack.acts.opens_home(PERSON))
    assert "0 of 5 steps are done" in home(slack, ADMIN)
    assert "steps" not in home(slack, PERSON)
    view = await opened(laurel, slack)
    await save(laurel, slack, view, desk_channel=DESK, agent_channel=DESK)
    await laurel.bring(slack.acts.opens_home(ADMIN))
    assert "2 of 5 steps are done" in home(slack, ADMIN)
    await save(
        laurel,
        slack,
        await opened(laurel, slack),
        moderator_channel=GENERAL,
        specialist_channel=GENERAL,
        faq_channels=[FAQ],
    )
    await laurel.bring(slack.acts.opens_home(ADMIN))
    assert "Everything is set up" in home(slack, ADMIN)


async def test_what_is_saved_holds_at_once_and_after_a_restart(
    laurel: Many, slack: Workspace, content: Content, clock: Clock
) -> None:
    question = "what are the criteria for top rated"
    assert await laurel.says(slack, PERSON, question, channel=FAQ) == []
    await laurel.bring(slack.acts.opens_home(ADMIN))
    assert await save(laurel, slack, await opened(laurel, slack), faq_channels=[FAQ]) == {
        "response_action": "clear"
    }
    assert "One setting holds" in shown(slack.posted())
    assert "Top Rated asks" in shown(await laurel.says(slack, PERSON, question, channel=FAQ))
    view = await opened(laurel, slack)
    [asked] = [b for b in view["blocks"] if b.get("block_id") == "faq_channels"]
    assert asked["element"]["initial_channels"] == [FAQ]
    # Sent in once more as it is, nothing changes.
    await save(laurel, slack, view)
    assert "Nothing was changed" in shown(slack.posted())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"timezone": "Berlin"}, "zone"),
        ({"retention_days": "0"}, "greater than"),
        ({"retention_days": "soon"}, "integer"),
        ({"quiet_hours": "at night"}, "21:00-08:00"),
        ({"agent_group": "S0NONE"}, "no such user group"),
        ({"desk_channel": "C0GONE"}, "/invite @Laurel"),
    ],
)
async def test_a_mistake_is_named_beside_its_field_and_nothing_is_saved(
    laurel: Many, slack: Workspace, fields: dict[str, Any], said: str
) -> None:
    await laurel.bring(slack.acts.opens_home(ADMIN))
    answer = await save(laurel, slack, await opened(laurel, slack), **fields)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == list(fields)
    assert said in str(answer["errors"])
    assert slack.posted() == []


async def test_a_channel_that_laurel_is_not_in_is_found_before_it_is_saved(
    laurel: Many, slack: Workspace
) -> None:
    slack.people.channels[DESK]["is_member"] = False
    await laurel.bring(slack.acts.opens_home(ADMIN))
    answer = await save(laurel, slack, await opened(laurel, slack), desk_channel=DESK)
    assert "I am not in that channel" in answer["errors"]["desk_channel"]


async def test_who_is_no_admin_can_neither_open_nor_send_the_form(laurel: Many, slack: Workspace) -> None:
    await laurel.bring(slack.acts.opens_home(ADMIN))
    view = await opened(laurel, slack)
    assert "for the workspace's admins" in str(await opened(laurel, slack, PERSON))
    state = {
        "desk_channel": {"desk_channel": {"type": "conversations_select", "selected_conversation": DESK}}
    }
    await laurel.bring(slack.acts.submits(PERSON, view, state))
    await laurel.place.houses.look()
    assert laurel.place.houses.open["T0FIRST"].laurel.settings.desk_channel is None
