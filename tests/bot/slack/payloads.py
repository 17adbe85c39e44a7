"""Payloads as Slack sends them, and as nobody ever should: parts missing, of another type, enormous."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bot.playground import files
from bot.playground.signing import SlackRequest
from bot.playground.state import State
from tests.bot.way import GENERAL, PERSON, Way

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -7,
    3.5,
    10**30,
    "",
    "x",
    "U0PERSON",
    "\0",
    "\ud800",
    "<!channel> <@U0OTHER>",
    "9" * 400,
    "y" * 50_000,
    [],
    [None],
    [[]],
    {},
    {"id": 7},
    {"id": {"id": []}},
    [{}, "x", {"id": None}],
    {"value": {}},
)
"""What stands in the place of a part."""
FILE = files.dropped(State(), "U0PERSON", "a.png", b"png")


def samples(way: Way) -> Iterator[SlackRequest]:
    """One good payload of every kind that the house knows, and of every control, form and command."""
    acts, surfaces = way.slack.acts, way.laurel.front.surfaces
    for text in ("what does top rated ask for?", f"<@{way.slack.bot_user}> fees?", "yes"):
        for channel in (None, GENERAL):
            yield from acts.says(PERSON, text, channel=channel, files=(FILE,))
    message = way.slack.posted()[0]
    said = next(m for m in way.slack.messages[way.slack.people.dm(PERSON)] if "bot_id" not in m)
    yield acts.edits(said, "which fees?")
    for tab in ("home", "messages"):
        yield acts.opens_home(PERSON, tab=tab)
    for channel, emoji in sorted(surfaces.reactions):
        yield acts.reacts(PERSON, {**said, "channel": channel}, emoji)
    for action in sorted({*surfaces.presses, *surfaces.openers, *surfaces.updates}):
        yield acts.presses(PERSON, action, value="1", message=message)
        yield acts.presses(PERSON, action, view=VIEW, element=ELEMENTS["select"])
    for callback in sorted(surfaces.shortcuts):
        yield acts.uses_shortcut(PERSON, callback)
        yield acts.uses_shortcut(PERSON, callback, message=message)
    for name in sorted({*surfaces.commands, *surfaces.command_openers, "", "help", "check", "status"}):
        yield acts.commands(PERSON, f"{name} top rated")
    for form in sorted(surfaces.forms):
        yield acts.submits(PERSON, {**VIEW, "callback_id": form}, STATE)


A = {"type": "plain_text", "text": "A"}
ELEMENTS: dict[str, dict[str, Any]] = {
    "text": {"type": "plain_text_input", "value": "some words"},
    "select": {"type": "static_select", "selected_option": {"text": A, "value": "1"}},
    "several": {"type": "checkboxes", "selected_options": [{"text": A, "value": "1"}]},
    "files": {"type": "file_input", "files": [FILE]},
    "date": {"type": "datepicker", "selected_date": "2026-02-30"},
    "user": {"type": "users_select", "selected_user": "U0OTHER"},
}
STATE = {name: {name: element} for name, element in ELEMENTS.items()}
VIEW: dict[str, Any] = {
    "id": "V1",
    "type": "modal",
    "callback_id": "x",
    "private_metadata": json.dumps({"ticket": 1}),
    "blocks": [
        {
            "type": "input",
            "block_id": "b",
            "label": A,
            "element": {"type": "plain_text_input", "action_id": "a"},
        }
    ],
    "state": {"values": {}},
    "title": A,
    "submit": A,
    "close": None,
    "hash": "H1",
    "team_id": "T0LAUREL",
    "app_id": "A0LAUREL",
    "bot_id": "B0LAUREL",
    "root_view_id": "V1",
    "previous_view_id": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


def spoiled(request: SlackRequest, dice: random.Random) -> SlackRequest:
    """The same request with up to three parts gone or replaced; the caller signs it."""
    kind = request.headers["content-type"]
    if kind == "application/json":
        return SlackRequest(json.dumps(_spoil(json.loads(request.body), dice)), request.headers)
    fields: dict[str, Any] = dict(parse_qsl(request.body, keep_blank_values=True))
    if "payload" in fields:
        fields["payload"] = json.dumps(_spoil(json.loads(fields["payload"]), dice))
    else:
        fields = {name: value for name, value in _spoil(fields, dice).items() if value is not None}
    return SlackRequest(urlencode(fields, errors="replace"), request.headers)


def _spoil(payload: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    for _ in range(dice.randint(1, 3)):
        places = list(_places(payload))
        if not places:
            break
        holder, name = dice.choice(places)
        if dice.random() < 0.4:
            del holder[name]
        else:
            holder[name] = deepcopy(dice.choice(ODD))
    return payload


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a payload where a part stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield value, name
        yield from _places(item)
