"""Slack's limits on what is sent, checked here because no library checks them all.

Figures: docs.slack.dev/reference/block-kit (blocks, block elements, composition objects) and
docs.slack.dev/reference/methods/chat.postMessage. Each problem is one line: where, what, which limit.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bot.playground.element_limits import (
    IDENTIFIER,
    Item,
    Problems,
    element_problems,
    image_problems,
    length_problems,
    number_problems,
    text_problems,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4000
MARKDOWN_TOTAL = 12_000
PRIVATE_METADATA = 3000
VIEW_TITLE = 24
TABLE_ROWS = 100
TABLE_COLUMNS = 20
CHARTS = 2
CHART_TITLE = 50
CHART_PARTS = 6


def message_problems(message: Item) -> list[str]:
    """What Slack would refuse in `{"text": …, "blocks": […]}`; empty when it is good."""
    blocks = message.get("blocks") or []
    problems = [*_blocks(blocks, MESSAGE_BLOCKS), *_only_in_modals(blocks, "message")]
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
    if kind != "modal":
        problems += _only_in_modals(view.get("blocks") or [], "view")
    if kind == "modal":
        problems += text_problems(view, "title", "view", VIEW_TITLE, needed=True)
        problems += text_problems(view, "submit", "view", VIEW_TITLE)
        problems += text_problems(view, "close", "view", VIEW_TITLE)
        if any(block.get("type") == "input" for block in view.get("blocks") or []) and "submit" not in view:
            problems.append("view: inputs need a submit button")
    problems += length_problems(view, "private_metadata", "view", PRIVATE_METADATA)
    problems += length_problems(view, "callback_id", "view", IDENTIFIER)
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
        yield from length_problems(block, "block_id", where, IDENTIFIER)
        yield from check(block, f"{where} {kind}")
    yield from _twice("block_id", (block.get("block_id") for block in blocks))
    yield from _twice("action_id", _action_ids(blocks))
    tables = sum(block.get("type") == "table" for block in blocks)
    if tables > 1:
        yield f"blocks: {tables} tables, at most one"
    charts = sum(block.get("type") == "data_visualization" for block in blocks)
    if charts > CHARTS:
        yield f"blocks: {charts} data_visualizations, at most {CHARTS}"
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_TOTAL:
        yield f"blocks: {markdown} characters of markdown, at most {MARKDOWN_TOTAL}"


def _only_in_modals(blocks: list[Item], where: str) -> Problems:
    for number, block in enumerate(blocks):
        if block.get("type") == "alert":
            yield f"{where}: blocks[{number}] alert stands in modals only"
        if (block.get("element") or {}).get("type") == "file_input":
            yield f"{where}: blocks[{number}] file_input stands in modals only"


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


def _section(block: Item, where: str) -> Problems:
    if "text" not in block and "fields" not in block:
        yield f"{where}: neither text nor fields"
    yield from text_problems(block, "text", where, 3000, plain=False)
    if "fields" in block:
        yield from number_problems(block["fields"], f"{where}.fields", 10)
        for field in block["fields"]:
            yield from text_problems({"field": field}, "field", where, 2000, plain=False)
    if "accessory" in block:
        yield from element_problems(block["accessory"], f"{where}.accessory")


def _header(block: Item, where: str) -> Problems:
    yield from text_problems(block, "text", where, 150, needed=True)


def _actions(block: Item, where: str) -> Problems:
    yield from number_problems(block.get("elements"), where, 25)
    for element in block.get("elements") or []:
        yield from element_problems(element, where)


def _context(block: Item, where: str) -> Problems:
    yield from number_problems(block.get("elements"), where, 10)
    for element in block.get("elements") or []:
        if element.get("type") == "image":
            yield from image_problems(element, where)
        else:
            yield from text_problems({"element": element}, "element", where, 3000, plain=False)


def _context_actions(block: Item, where: str) -> Problems:
    yield from number_problems(block.get("elements"), where, 5)
    for element in block.get("elements") or []:
        for name in ("positive_button", "negative_button"):
            if name in element:
                yield from text_problems(element[name], "text", f"{where}.{name}", 75, needed=True)
                yield from length_problems(element[name], "value", f"{where}.{name}", 2000)


def _table(block: Item, where: str) -> Problems:
    rows = block.get("rows")
    yield from number_problems(rows, f"{where}.rows", TABLE_ROWS)
    for row in rows or []:
        yield from number_problems(row, f"{where} row", TABLE_COLUMNS)
        for cell in row:
            if cell.get("type") == "raw_text":
                yield from length_problems(
                    {"text": cell.get("text") or ""}, "text", f"{where} cell", 3000, least=1
                )
            elif cell.get("type") not in {"raw_number", "rich_text"}:
                yield f"{where} cell: unknown type {cell.get('type')!r}"
    if len({len(row) for row in rows or []}) > 1:
        yield f"{where}: rows of different lengths"


def _chart(block: Item, where: str) -> Problems:
    title = block.get("title")
    if isinstance(title, dict):
        yield from text_problems(block, "title", where, CHART_TITLE, needed=True)
    else:
        yield from length_problems({"title": title or ""}, "title", where, CHART_TITLE, least=1)
    chart = block.get("chart") or {}
    parts = {"pie": "segments", "bar": "series", "area": "series", "line": "series"}.get(
        str(chart.get("type"))
    )
    if parts is None:
        yield f"{where}.chart: unknown type {chart.get('type')!r}"
    else:
        yield from number_problems(chart.get(parts), f"{where}.chart.{parts}", CHART_PARTS)


def _input(block: Item, where: str) -> Problems:
    yield from text_problems(block, "label", where, 2000, needed=True)
    yield from text_problems(block, "hint", where, 2000)
    if "element" not in block:
        yield f"{where}.element: missing"
    else:
        yield from element_problems(block["element"], f"{where}.element")


def _markdown(block: Item, where: str) -> Problems:
    yield from length_problems({"text": block.get("text") or ""}, "text", where, MARKDOWN_TOTAL, least=1)


def _anything(block: Item, where: str) -> Problems:
    """Blocks without limits of their own that we could break."""
    del block, where
    return iter(())


_CHECKS: dict[str, Callable[[Item, str], Problems]] = {
    "actions": _actions,
    "alert": _anything,
    "card": _anything,
    "carousel": _anything,
    "container": _anything,
    "context": _context,
    "context_actions": _context_actions,
    "data_table": _anything,
    "data_visualization": _chart,
    "divider": _anything,
    "file": _anything,
    "header": _header,
    "image": image_problems,
    "input": _input,
    "markdown": _markdown,
    "plan": _anything,
    "rich_text": _anything,
    "section": _section,
    "table": _table,
    "task_card": _anything,
    "video": _anything,
}
