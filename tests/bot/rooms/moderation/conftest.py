"""The house with moderators, on each of the two databases."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.content import Content
from bot.playground.limits import message_problems, view_problems
from bot.playground.workspace import Workspace
from tests.bot.way import FAQ, GENERAL, OTHER, PERSON, Way, open_way, settings_for
from tests.clock import Clock

MOD, SECOND = "U0MOD", "U0SECOND"
MODS = "C0MODS"


class Moderated(Way):
    """What moderators do."""

    async def shortcut(self, user: str, name: str, message: dict[str, Any]) -> dict[str, Any]:
        """A shortcut on a message: the modal that it opens."""
        [answer] = await self.bring(self.slack.acts.uses_shortcut(user, name, message=message))
        assert answer.status_code == 200
        return self.view()

    def view(self) -> dict[str, Any]:
        """The modal that was opened last, or took another's place, as Slack has it."""
        view = list(self.slack.views.values())[-1]
        assert view_problems(view) == []
        return view

    async def press(self, user: str, action: str, where: dict[str, Any], **more: Any) -> None:
        """A button of a message or of a view; Slack delivers it twice."""
        kind = "view" if where.get("type") in {"modal", "home"} else "message"
        given: dict[str, Any] = {kind: where, **more}
        act = self.slack.acts.presses(user, action, **given)
        await self.bring(act, act)

    async def submit(self, user: str, view: dict[str, Any], **values: Any) -> dict[str, Any]:
        """A form, its fields by block as they are and those that are named; what Slack is answered."""
        form = self.slack.acts.submits(user, view, {**filled(view), **blocks(view, values)})
        answer, _ = await self.bring(form, form)
        return dict(answer.json()) if answer.content else {}

    async def home(self, user: str) -> dict[str, Any]:
        """Somebody's home tab."""
        await self.bring(self.slack.acts.opens_home(user))
        view = self.slack.homes[user]
        assert view_problems(view) == []
        return dict(view)

    def told(self, where: str) -> dict[str, Any]:
        """The latest message of ours in a channel, or to a user."""
        place = self.slack.people.dm(where) if where.startswith("U") else where
        message = self.slack.posted(place)[-1]
        assert message_problems(message) == []
        return message

    def written(self, channel: str) -> dict[str, Any]:
        """The latest message of a person in a channel."""
        return [m for m in self.slack.messages[channel] if "bot_id" not in m][-1]


def words(of: dict[str, Any]) -> str:
    """All that a message or a view says."""
    return str(of["blocks"])


def buttons(of: dict[str, Any]) -> dict[str, str]:
    """Labels of buttons and their action ids."""
    elements = [e for block in of["blocks"] for e in block.get("elements", ()) if e.get("type") == "button"]
    return {element["text"]["text"]: element["action_id"] for element in elements}


def filled(view: dict[str, Any]) -> dict[str, Any]:
    """A form's state as Slack would send it untouched."""
    return {
        block["block_id"]: {block["element"]["action_id"]: state(block["element"])}
        for block in view["blocks"]
        if block["type"] == "input"
    }


def state(element: dict[str, Any]) -> dict[str, Any]:
    match element["type"]:
        case "static_select":
            return {"type": "static_select", "selected_option": element.get("initial_option")}
        case "checkboxes":
            return {"type": "checkboxes", "selected_options": element.get("initial_options", [])}
        case "multi_channels_select":
            return {"type": element["type"], "selected_channels": element.get("initial_channels", [])}
        case "datepicker":
            return {"type": "datepicker", "selected_date": element.get("initial_date")}
    return {"type": element["type"], "value": element.get("initial_value")}


def blocks(view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Fields by the names of their blocks, without the number of a drawing."""
    found = {}
    for block in view["blocks"]:
        name = str(block.get("block_id", "")).partition("#")[0]
        if block["type"] == "input" and name in values:
            element, value = block["element"], values[name]
            match element["type"]:
                case "static_select":
                    given: dict[str, Any] = {"selected_option": {"value": value}}
                case "checkboxes":
                    given = {"selected_options": [{"value": one} for one in value]}
                case "multi_channels_select":
                    given = {"selected_channels": value}
                case "datepicker":
                    given = {"selected_date": value}
                case _:
                    given = {"value": value}
            found[block["block_id"]] = {element["action_id"]: {"type": element["type"], **given}}
    assert len(found) == len(values), f"fields that are not there: {values.keys()}"
    return found


@pytest.fixture
def more() -> dict[str, str]:
    """Further settings."""
    return {}


@pytest.fixture
async def mods(
    content: Content, clock: Clock, workspace: Workspace, database_url: str, more: dict[str, str]
) -> AsyncIterator[Moderated]:
    everybody = (PERSON, OTHER, MOD, SECOND)
    for user in everybody:
        workspace.people.user(user)
    for channel in (FAQ, GENERAL):
        workspace.people.channel(channel, members=everybody)
    workspace.people.channel(MODS, members=(MOD, SECOND))
    settings = settings_for(workspace, database_url, LAUREL_MODERATOR_CHANNEL=MODS, **more)
    async with open_way(workspace, settings, content, clock) as way:
        yield Moderated(way.slack, way.laurel, way.http, way.clock)
