"""Somebody who uses whatever they see: presses any control, fills in any form, with a word of their own."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bot.playground.signing import SlackRequest
from bot.playground.workspace import Workspace
from tests.bot.way import DESK, FAQ, GENERAL

SAYINGS = (
    "what are the criteria for top rated {word}",
    "my jss is 93 and i earned 12,000 this year, am i top rated? {word}",
    "{word} is the best badge",
    "open a ticket: {word} does not work",
    "i want to talk to a person about {word}",
    "talk to a specialist, {word}",
    "am i eligible for top rated plus",
    "what is the status of my ticket",
    "thanks {word}",
    "{word} {word} {word}",
)
COMMANDS = (
    "",
    "help",
    "check",
    "figures",
    "ticket",
    "status",
    "privacy",
    "link",
    "lookup f-1",
    "duty on",
    "incident",
    "stats month",
    "topics month",
    "why {word}",
    "facts connects",
    "my {word} is broken",
)
SHORTCUTS = ("ticket.from_message", "why.message", "answer.message", "teach.message")


class Walker:
    """One workspace's people. `word` is in all that they write."""

    def __init__(self, slack: Workspace, word: str, people: list[str], chance: random.Random) -> None:
        self.slack, self.word, self.people, self.chance = slack, word, people, chance
        self.done: dict[str, int] = {}

    def act(self) -> list[SlackRequest]:
        """Anything that somebody could do now."""
        kind = self.chance.choices(
            ["says", "commands", "presses", "submits", "shortcut", "home"], [4, 2, 6, 4, 2, 1]
        )[0]
        self.done[kind] = self.done.get(kind, 0) + 1
        user = self.chance.choice(self.people)
        return list(getattr(self, f"_{kind}")(user))

    def _says(self, user: str) -> Iterator[SlackRequest]:
        text = self.chance.choice(SAYINGS).format(word=self.word)
        place = self.chance.choice([None, None, FAQ, DESK, GENERAL])
        thread = None
        if place is not None:
            text = self.chance.choice([text, f"<@{self.slack.bot_user}> {text}"])
            roots = [m["ts"] for m in self.slack.messages[place] if not m.get("thread_ts")]
            thread = self.chance.choice([None, *roots[-3:]]) if roots else None
        yield from self.slack.acts.says(user, text, channel=place, thread=thread)

    def _commands(self, user: str) -> Iterator[SlackRequest]:
        text = self.chance.choice(COMMANDS).format(word=self.word)
        yield self.slack.acts.commands(user, text, channel=self.chance.choice([None, GENERAL]))

    def _home(self, user: str) -> Iterator[SlackRequest]:
        yield self.slack.acts.opens_home(user)

    def _shortcut(self, user: str) -> Iterator[SlackRequest]:
        message = self._message()
        if message is None or self.chance.random() < 0.3:
            yield self.slack.acts.uses_shortcut(user, "ticket.new")
        else:
            yield self.slack.acts.uses_shortcut(user, self.chance.choice(SHORTCUTS), message=message)

    def _presses(self, user: str) -> Iterator[SlackRequest]:
        message = self._message(by_bot=True)
        home = self.slack.homes.get(user)
        view = self._view(user)
        for where, given in self.chance.sample([("message", message), ("view", home), ("view", view)], 3):
            elements = list(_elements(given or {}))
            if elements:
                element = self.chance.choice(elements)
                used = {"type": element["type"], **self._value(element)}
                acts: Any = self.slack.acts
                yield acts.presses(user, element["action_id"], element=used, **{where: given})
                return

    def _submits(self, user: str) -> Iterator[SlackRequest]:
        view = self._view(user)
        if view is None:
            yield from self._shortcut(user)
            return
        values: dict[str, dict[str, Any]] = {}
        for block in view.get("blocks", []):
            if block["type"] == "input":
                element = block["element"]
                values[block["block_id"]] = {
                    element["action_id"]: {"type": element["type"], **self._value(element)}
                }
        yield self.slack.acts.submits(user, view, values)

    def _message(self, *, by_bot: bool = False) -> dict[str, Any] | None:
        found = [m for log in self.slack.messages.values() for m in log[-6:]]
        if by_bot:
            found = [m for m in found if m.get("bot_id")]
        return self.chance.choice(found) if found else None

    def _view(self, user: str) -> dict[str, Any] | None:
        del user
        return self.chance.choice(list(self.slack.views.values())[-4:]) if self.slack.views else None

    def _value(self, element: dict[str, Any]) -> dict[str, Any]:
        """What somebody gives a control."""
        kind = element["type"]
        options = element.get("options") or [
            o for g in element.get("option_groups", []) for o in g["options"]
        ]
        match kind:
            case "button":
                return {"value": element.get("value", "")}
            case "plain_text_input":
                return {"value": f"{self.word} {self.chance.randint(1, 99)}"}
            case "number_input":
                return {"value": str(self.chance.randint(1, 99))}
            case "static_select" | "radio_buttons" | "overflow":
                return {"selected_option": self.chance.choice(options)}
            case "multi_static_select" | "checkboxes":
                return {"selected_options": options[:2]}
            case "datepicker":
                return {"selected_date": str(date(2025, 3, 1) + timedelta(days=self.chance.randint(0, 30)))}
            case "multi_channels_select":
                return {"selected_channels": []}
            case "users_select":
                return {"selected_user": self.chance.choice(self.people)}
        return {}

    def shown(self) -> str:
        """All that anybody in this workspace was ever shown, and all that Slack was told of it."""
        slack = self.slack
        return json.dumps(
            [
                slack.messages,
                slack.ephemerals,
                slack.opened,
                list(slack.views.values()),
                slack.homes,
                [call.arguments for call in slack.calls],
            ],
            default=str,
        )


def _elements(where: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The controls of a message or a view."""
    for block in where.get("blocks") or ():
        for element in [*(block.get("elements") or ()), block.get("accessory") or {}]:
            if isinstance(element, dict) and element.get("action_id"):
                yield element
