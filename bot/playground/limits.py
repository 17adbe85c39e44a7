"""Slack's limits on what is sent, checked here because no library checks them all.

Figures: docs.slack.dev/reference/block-kit (blocks, block elements, composition objects) and
docs.slack.dev/reference/methods/chat.postMessage. Each problem is one line: where, what, which limit.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4000
MARKDOWN_TOTAL = 12_000
IDENTIFIER = 255
PRIVATE_METADATA = 3000
VIEW_TITLE = 24
TABLE_ROWS = 100
TABLE_COLUMNS = 20

_OPTIONS_MOST = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_BUTTON_STYLES = {None, "primary", "danger"}

Problems = Iterator[str]
Item = dict[str, Any]


def message_problems(message: Item) -> list[str]:
    """What Slack would refuse in `{"text": …, "blocks": […]}`; empty when it is good."""
    blocks = message.get("blocks") or []
    problems = list(_blocks(blocks, MESSAGE_BLOCKS))
    text = message.get("text") or ""
    if not blocks and not text:
        problems.append("message: neither text nor blocks")
    if len(text) > MESSAGE_TEXT:
        problems.append(f"text: {len(text)} characters, at most {MESSAGE_TEXT}")
    return problems


def view_problems(view: Item) -> list[str]:
    """What Slack would refuse in a modal or a home; empty when it is good."""
    problems = list(_blocks(view.get("blocks") or [], VIEW_BLOCKS))
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        problems.append(f"view: unknown type {kind!r}")
    if kind == "modal":
        problems += _text(view, "title", "view", VIEW_TITLE, needed=True)
        problems += _text(view, "submit", "view", VIEW_TITLE)
        problems += _text(view, "close", "view", VIEW_TITLE)
        if any(block.get("type") == "input" for block in view.get("blocks") or []) and "submit" not in view:
            problems.append("view: inputs need a submit button")
    problems += _length(view, "private_metadata", "view", PRIVATE_METADATA)
    problems += _length(view, "callback_id", "view", IDENTIFIER)
    return problems


def _blocks(blocks: list[Item], most: int) -> Problems:
    if len(blocks) > most:
        yield f"blocks: {len(blocks)}, at most {most}"
    for number, block in enumerate(blocks):
        where = f"blocks[{number}]"
        kind = str(block.get("type"))
        check = _CHECKS.get(kind)
        if check is None:
            yield f"{where}: unknown block {kind!r}"
            continue
        yield from _length(block, "block_id", where, IDENTIFIER)
        yield from check(block, f"{where} {kind}")
    yield from _twice("block_id", (block.get("block_id") for block in blocks))
    yield from _twice("action_id", _action_ids(blocks))
    tables = sum(block.get("type") == "table" for block in blocks)
    if tables > 1:
        yield f"blocks: {tables} tables, at most one"
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_TOTAL:
        yield f"blocks: {markdown} characters of markdown, at most {MARKDOWN_TOTAL}"


def _action_ids(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "action_id" in value:
            yield value["action_id"]
        for item in value.values():
            yield from _action_ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _action_ids(item)


def _twice(name: str, values: Iterator[Any]) -> Problems:
    for value, number in Counter(value for value in values if value is not None).items():
        if number > 1:
            yield f"{name} {value!r}: {number} times, must be unique"


def _length(item: Item, name: str, where: str, most: int, least: int = 0) -> Problems:
    value = item.get(name)
    if value is None:
        return
    if not isinstance(value, str):
        yield f"{where}.{name}: not a text"
    elif not least <= len(value) <= most:
        yield f"{where}.{name}: {len(value)} characters, {least} to {most} allowed"


def _text(
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
    yield from _length({"text": value.get("text") or ""}, "text", f"{where}.{name}", most, least=1)


def _number(items: Any, where: str, most: int, least: int = 1) -> Problems:
    if not isinstance(items, list) or not least <= len(items) <= most:
        number = len(items) if isinstance(items, list) else "no"
        yield f"{where}: {number} items, {least} to {most} allowed"


def _section(block: Item, where: str) -> Problems:
    if "text" not in block and "fields" not in block:
        yield f"{where}: neither text nor fields"
    yield from _text(block, "text", where, 3000, plain=False)
    if "fields" in block:
        yield from _number(block["fields"], f"{where}.fields", 10)
        for field in block["fields"]:
            yield from _text({"field": field}, "field", where, 2000, plain=False)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}.accessory")


def _header(block: Item, where: str) -> Problems:
    yield from _text(block, "text", where, 150, needed=True)


def _actions(block: Item, where: str) -> Problems:
    yield from _number(block.get("elements"), where, 25)
    for element in block.get("elements") or []:
        yield from _element(element, where)


def _context(block: Item, where: str) -> Problems:
    yield from _number(block.get("elements"), where, 10)
    for element in block.get("elements") or []:
        if element.get("type") == "image":
            yield from _image(element, where)
        else:
            yield from _text({"element": element}, "element", where, 3000, plain=False)


def _context_actions(block: Item, where: str) -> Problems:
    yield from _number(block.get("elements"), where, 5)
    for element in block.get("elements") or []:
        for name in ("positive_button", "negative_button"):
            if name in element:
                yield from _text(element[name], "text", f"{where}.{name}", 75, needed=True)
                yield from _length(element[name], "value", f"{where}.{name}", 2000)


def _image(block: Item, where: str) -> Problems:
    if not block.get("alt_text"):
        yield f"{where}.alt_text: missing"
    yield from _length(block, "alt_text", where, 2000)
    yield from _length(block, "image_url", where, 3000)
    yield from _text(block, "title", where, 2000)


def _table(block: Item, where: str) -> Problems:
    rows = block.get("rows")
    yield from _number(rows, f"{where}.rows", TABLE_ROWS)
    for row in rows or []:
        yield from _number(row, f"{where} row", TABLE_COLUMNS)
        for cell in row:
            if cell.get("type") == "raw_text":
                yield from _length({"text": cell.get("text") or ""}, "text", f"{where} cell", 3000, least=1)
            elif cell.get("type") not in {"raw_number", "rich_text"}:
                yield f"{where} cell: unknown type {cell.get('type')!r}"
    if len({len(row) for row in rows or []}) > 1:
        yield f"{where}: rows of different lengths"


def _input(block: Item, where: str) -> Problems:
    yield from _text(block, "label", where, 2000, needed=True)
    yield from _text(block, "hint", where, 2000)
    if "element" not in block:
        yield f"{where}.element: missing"
    else:
        yield from _element(block["element"], f"{where}.element")


def _markdown(block: Item, where: str) -> Problems:
    yield from _length({"text": block.get("text") or ""}, "text", where, MARKDOWN_TOTAL, least=1)


def _anything(block: Item, where: str) -> Problems:
    """Blocks without limits of their own that we could break."""
    del block, where
    return iter(())


def _element(element: Item, where: str) -> Problems:
    kind = str(element.get("type"))
    where = f"{where} {kind}"
    if kind not in _ELEMENTS:
        yield f"{where}: unknown element"
        return
    yield from _length(element, "action_id", where, IDENTIFIER, least=1)
    yield from _text(element, "placeholder", where, 150)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}.confirm")
    if kind == "button":
        yield from _text(element, "text", where, 75, needed=True)
        yield from _length(element, "value", where, 2000)
        yield from _length(element, "url", where, 3000)
        if element.get("style") not in _BUTTON_STYLES:
            yield f"{where}.style: {element.get('style')!r} is none"
    elif kind == "image":
        yield from _image(element, where)
    elif kind in {"plain_text_input", "file_input"}:
        yield from _length(element, "initial_value", where, 3000)
        for name, most in (("max_length", 3000), ("max_files", 10)):
            if not 0 < int(element.get(name, 1)) <= most:
                yield f"{where}.{name}: 1 to {most} allowed"
    elif kind in _WITH_OPTIONS:
        yield from _options(element, kind, where)


def _options(element: Item, kind: str, where: str) -> Problems:
    if "option_groups" in element:
        yield from _number(element["option_groups"], f"{where}.option_groups", 100)
        for group in element["option_groups"]:
            yield from _text(group, "label", where, 75, needed=True)
            yield from _options(group, kind, where)
        return
    yield from _number(element.get("options"), f"{where}.options", _OPTIONS_MOST.get(kind, 100))
    for option in element.get("options") or []:
        plain = kind not in {"checkboxes", "radio_buttons"}
        yield from _text(option, "text", f"{where} option", 75, needed=True, plain=plain)
        yield from _text(option, "description", f"{where} option", 75, plain=plain)
        yield from _length({"value": option.get("value") or ""}, "value", f"{where} option", 150, least=1)
    chosen = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    for option in chosen:
        if option not in (element.get("options") or []):
            yield f"{where}: the initial option is none of the options"


def _confirm(confirm: Item, where: str) -> Problems:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm, name, where, most, needed=name != "deny", plain=name != "text")


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
_CHECKS: dict[str, Callable[[Item, str], Problems]] = {
    "actions": _actions,
    "alert": _anything,
    "card": _anything,
    "carousel": _anything,
    "container": _anything,
    "context": _context,
    "context_actions": _context_actions,
    "divider": _anything,
    "file": _anything,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": _anything,
    "rich_text": _anything,
    "section": _section,
    "table": _table,
    "task_card": _anything,
    "video": _anything,
}
