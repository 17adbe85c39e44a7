"""A modal in the terminal: drawn, then asked field by field, then sent in."""

from collections.abc import Sequence
from typing import Any, Protocol

import httpx
from rich.console import Console

from bot.playground.drawing import draw
from bot.playground.prompt import Prompt
from bot.playground.workspace import Workspace

CANCEL = "/cancel"
_TEXT = {
    "plain_text_input",
    "email_text_input",
    "number_input",
    "url_text_input",
    "datepicker",
    "users_select",
}
_CHOICES = {"static_select", "radio_buttons"}
Values = dict[str, dict[str, Any]]


class Terminal(Protocol):
    """Whoever sits at the keyboard, and what is behind the form."""

    slack: Workspace
    http: httpx.AsyncClient
    console: Console
    prompt: Prompt

    @property
    def user(self) -> str:
        """Their Slack user."""

    async def submit(self, view: dict[str, Any], values: Values) -> dict[str, str]:
        """Send the form in; errors by block id."""


async def fill(chat: Terminal, view: dict[str, Any]) -> None:
    """Ask for each field and send the form in; what Slack's side finds wrong is asked again."""
    view = chat.slack.views.get(view["id"], view)
    draw(chat.console, [b for b in view["blocks"] if b["type"] != "input"], title=view["title"]["text"])
    values: Values = {}
    if "submit" not in view:
        return
    chat.console.print(f"({CANCEL} closes the form; an empty line leaves a field as it is)", style="dim")
    wanted: Sequence[str] | None = None
    while True:
        latest = await _ask_fields(chat, view, values, wanted)
        if latest is None:
            chat.console.print("The form is closed.", style="dim")
            return
        view = latest
        errors = await chat.submit(view, values)
        if not errors:
            return
        for message in errors.values():
            chat.console.print(message, style="red")
        wanted = list(errors)


async def _ask_fields(
    chat: Terminal, view: dict[str, Any], values: Values, wanted: Sequence[str] | None
) -> dict[str, Any] | None:
    """Ask for the fields (all, or those `wanted`); the view as it is in the end, None when it was closed."""
    done: set[str] = set()
    while True:
        block = next((b for b in _inputs(view) if b["block_id"] not in done), None)
        if block is None:
            return view
        done.add(block["block_id"])
        if wanted is not None and block["block_id"] not in wanted and block["block_id"] in values:
            continue
        state = await _ask(chat, block)
        if state is None:
            return None
        element = block["element"]
        values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **state}}
        if block.get("dispatch_action") and state:
            action = {"type": element["type"], **state}
            shown = {**view, "state": {"values": values}}
            request = chat.slack.acts.presses(
                chat.user, element["action_id"], element=action, view=shown, block_id=block["block_id"]
            )
            await chat.http.post("/slack/events", content=request.body.encode(), headers=request.headers)
            view = chat.slack.views.get(view["id"], view)
            names = {b["block_id"] for b in _inputs(view)}
            for gone in values.keys() - names:
                del values[gone]


async def _ask(chat: Terminal, block: dict[str, Any]) -> dict[str, Any] | None:
    """The state of one field as Slack sends it; None when the form was closed."""
    element = block["element"]
    label = block["label"]["text"] + (" (optional)" if block.get("optional") else "")
    if element["type"] in _CHOICES:
        return await _choose(chat, label, element)
    if element["type"] == "checkboxes":
        return {"selected_options": []}
    if element["type"] == "file_input":
        return {"files": []}
    if element["type"] not in _TEXT:
        return {}
    initial = element.get("initial_value") or element.get("initial_date")
    hint = (block.get("hint") or {}).get("text")
    if hint:
        chat.console.print(hint, style="dim", markup=False)
    line = await chat.prompt.line(label + (f" [{initial}]" if initial else ""))
    if line is None or line.strip() == CANCEL:
        return None
    value = line.strip() or initial
    key = {"datepicker": "selected_date", "users_select": "selected_user"}.get(element["type"], "value")
    return {key: value}


async def _choose(chat: Terminal, label: str, element: dict[str, Any]) -> dict[str, Any] | None:
    options = element["options"]
    initial = element.get("initial_option")
    for number, option in enumerate(options, 1):
        mark = "•" if option == initial else " "
        chat.console.print(f" {mark} {number}  {option['text']['text']}", markup=False)
    while True:
        line = await chat.prompt.line(f"{label} (1-{len(options)})")
        if line is None or line.strip() == CANCEL:
            return None
        words = line.strip()
        if not words and initial is not None:
            return {"selected_option": initial}
        if words.isdigit() and 1 <= int(words) <= len(options):
            return {"selected_option": options[int(words) - 1]}
        chat.console.print(f"Type a number from 1 to {len(options)}.", style="yellow")


def _inputs(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]
