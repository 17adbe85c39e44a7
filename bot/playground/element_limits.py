"""Slack's limits on texts and on the controls that blocks hold: each problem is a line that names its place.

Figures: docs.slack.dev/reference/block-kit (block elements, composition objects).
"""

from collections.abc import Iterator
from typing import Any

IDENTIFIER = 255
_OPTIONS_MOST = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_BUTTON_STYLES = {None, "primary", "danger"}

Problems = Iterator[str]
Item = dict[str, Any]


def length_problems(item: Item, name: str, where: str, most: int, least: int = 0) -> Problems:
    """A text that is too long or too short."""
    value = item.get(name)
    if value is None:
        return
    if not isinstance(value, str):
        yield f"{where}.{name}: not a text"
    elif not least <= len(value) <= most:
        yield f"{where}.{name}: {len(value)} characters, {least} to {most} allowed"


def text_problems(
    item: Item, name: str, where: str, most: int, *, needed: bool = False, plain: bool = True
) -> Problems:
    """A text object; `plain` allows plain_text alone."""
    value = item.get(name)
    if value is None:
        if needed:
            yield f"{where}.{name}: missing"
        return
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"{where}.{name}: not a text object of {' or '.join(sorted(kinds))}"
        return
    yield from length_problems({"text": value.get("text") or ""}, "text", f"{where}.{name}", most, least=1)


def number_problems(items: Any, where: str, most: int, least: int = 1) -> Problems:
    """A list of too many or too few."""
    if not isinstance(items, list) or not least <= len(items) <= most:
        number = len(items) if isinstance(items, list) else "no"
        yield f"{where}: {number} items, {least} to {most} allowed"


def image_problems(block: Item, where: str) -> Problems:
    """A picture without words, or with too many."""
    if not block.get("alt_text"):
        yield f"{where}.alt_text: missing"
    yield from length_problems(block, "alt_text", where, 2000)
    yield from length_problems(block, "image_url", where, 3000)
    yield from text_problems(block, "title", where, 2000)


def element_problems(element: Item, where: str) -> Problems:
    """A control that Slack would refuse."""
    kind = str(element.get("type"))
    where = f"{where} {kind}"
    if kind not in _ELEMENTS:
        yield f"{where}: unknown element"
        return
    yield from length_problems(element, "action_id", where, IDENTIFIER, least=1)
    yield from text_problems(element, "placeholder", where, 150)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}.confirm")
    if kind == "button":
        yield from text_problems(element, "text", where, 75, needed=True)
        yield from length_problems(element, "value", where, 2000)
        yield from length_problems(element, "url", where, 3000)
        if element.get("style") not in _BUTTON_STYLES:
            yield f"{where}.style: {element.get('style')!r} is none"
    elif kind == "image":
        yield from image_problems(element, where)
    elif kind in {"plain_text_input", "file_input"}:
        yield from length_problems(element, "initial_value", where, 3000)
        for name, most in (("max_length", 3000), ("max_files", 10)):
            if not 0 < int(element.get(name, 1)) <= most:
                yield f"{where}.{name}: 1 to {most} allowed"
    elif kind in _WITH_OPTIONS:
        yield from _options(element, kind, where)


def _options(element: Item, kind: str, where: str) -> Problems:
    if "option_groups" in element:
        yield from number_problems(element["option_groups"], f"{where}.option_groups", 100)
        for group in element["option_groups"]:
            yield from text_problems(group, "label", where, 75, needed=True)
            yield from _options(group, kind, where)
        return
    yield from number_problems(element.get("options"), f"{where}.options", _OPTIONS_MOST.get(kind, 100))
    for option in element.get("options") or []:
        plain = kind not in {"checkboxes", "radio_buttons"}
        yield from text_problems(option, "text", f"{where} option", 75, needed=True, plain=plain)
        yield from text_problems(option, "description", f"{where} option", 75, plain=plain)
        yield from length_problems(
            {"value": option.get("value") or ""}, "value", f"{where} option", 150, least=1
        )
    chosen = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    for option in chosen:
        if option not in (element.get("options") or []):
            yield f"{where}: the initial option is none of the options"


def _confirm(confirm: Item, where: str) -> Problems:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from text_problems(confirm, name, where, most, needed=name != "deny", plain=name != "text")


_WITH_OPTIONS = {"static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"}
_ELEMENTS = _WITH_OPTIONS | {
    "button",
    "channels_select",
    "conversations_select",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "external_select",
    "file_input",
    "image",
    "multi_channels_select",
    "multi_conversations_select",
    "multi_external_select",
    "multi_users_select",
    "number_input",
    "plain_text_input",
    "rich_text_input",
    "timepicker",
    "url_text_input",
    "users_select",
    "workflow_button",
}
