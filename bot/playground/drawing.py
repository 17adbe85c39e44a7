"""Block Kit drawn in a terminal: cards, tables, and buttons with numbers that can be typed."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

WIDTH = 100  # columns: longer lines are hard to read

_EMOJI: dict[str, str] = json.loads(Path(__file__).with_name("emoji.json").read_text("utf-8"))
"""Emoji by name; the page draws with the same."""


@dataclass(frozen=True, slots=True)
class Control:
    """Something that can be used: a button or a menu, with the number it is drawn with."""

    number: int
    label: str
    element: dict[str, Any]
    block: str
    option: dict[str, Any] | None = None


def draw(
    console: Console, blocks: Sequence[dict[str, Any]], *, title: str | None = None, first: int = 1
) -> list[Control]:
    """Draw blocks as a card, and return its controls, numbered from `first`."""
    parts: list[RenderableType] = []
    controls: list[Control] = []
    for block in blocks:
        drawn = _block(block, controls, first)
        if drawn is not None:
            parts.append(drawn)
    width = min(console.width, WIDTH)
    console.print(Panel(Group(*parts), title=title, title_align="left", box=ROUNDED, width=width))
    return controls


def mrkdwn(text: str) -> Text:
    """Slack's mrkdwn as styled text."""
    text = re.sub(r"<(https?://[^|>]+)\|([^>]+)>", r"\2 (\1)", text)
    text = re.sub(r"<(https?://[^>]+)>", r"\1", text)
    text = re.sub(r"<!date\^\d+\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<@([UW]\w+)>", r"@\1", text)
    text = re.sub(r"<#(C\w+)(?:\|([^>]*))?>", lambda found: f"#{found[2] or found[1]}", text)
    text = escape(text)
    text = re.sub(r":([a-z0-9_+'-]+):", lambda found: _EMOJI.get(found[1], found[0]), text)
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"[bold]\1[/bold]", text)
    text = re.sub(r"(?<![\w_])_([^_\n]+)_(?![\w_])", r"[italic]\1[/italic]", text)
    text = re.sub(r"`([^`\n]+)`", r"[cyan]\1[/cyan]", text)
    text = re.sub(r"(?m)^&gt; ?(.*)$", r"[dim]│ \1[/dim]", text)
    text = re.sub(r"(?m)^>(?!\s*$) ?(.*)$", r"[dim]│ \1[/dim]", text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return Text.from_markup(text, emoji=False)


def _block(block: dict[str, Any], controls: list[Control], first: int) -> RenderableType | None:
    match block["type"]:
        case "section":
            return _section(block, controls, first)
        case "context":
            words = "  ".join(item.get("text", "") for item in block["elements"])
            text = mrkdwn(words)
            text.stylize("dim")
            return Padding(text, (1, 0, 0, 0))
        case "divider":
            return Rule(style="dim")
        case "table":
            return _table(block)
        case "actions" | "context_actions":
            lines = [
                line for element in block["elements"] for line in _control(element, block, controls, first)
            ]
            return Padding(Text("  ").join(lines), (1, 0, 0, 0))
        case _:
            return _words(block)


def _words(block: dict[str, Any]) -> RenderableType | None:
    """A block that is but words; None for what a terminal cannot show."""
    match block["type"]:
        case "header":
            return Text(block["text"]["text"], style="bold underline")
        case "markdown":
            return mrkdwn(block["text"])
        case "rich_text":
            return Padding(_styled(block), (1, 2))
        case "image":
            return Text(f"[picture: {block['alt_text']}]", style="dim")
        case "input":
            return Text(f"{block['label']['text']}: …", style="dim")
        case _:
            return None


def _section(block: dict[str, Any], controls: list[Control], first: int) -> RenderableType:
    parts: list[RenderableType] = []
    if "text" in block:
        parts.append(mrkdwn(block["text"]["text"]))
    fields = block.get("fields") or []
    if fields:
        grid = Table.grid(padding=(0, 3))
        for left in range(0, len(fields), 2):
            grid.add_row(*(mrkdwn(item["text"]) for item in fields[left : left + 2]))
        parts.append(grid)
    if "accessory" in block:
        parts += list(_control(block["accessory"], block, controls, first))
    return Group(*parts)


def _table(block: dict[str, Any]) -> Table:
    rows = [[cell.get("text") or _rich(cell) for cell in row] for row in block["rows"]]
    table = Table(box=SIMPLE_HEAD, show_lines=False, pad_edge=False)
    for head in rows[0]:
        table.add_column(Text(str(head)), overflow="fold")
    for row in rows[1:]:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table


def _styled(block: dict[str, Any]) -> Text:
    """Rich text with what is bold, italic or struck through."""
    text = Text()
    for part in block.get("elements") or ():
        for item in part.get("elements") or ():
            style = " ".join(name for name, is_on in (item.get("style") or {}).items() if is_on)
            text.append(item.get("text", ""), style=style)
    return text


def _rich(cell: dict[str, Any]) -> str:
    """The words of rich text, in a cell or as a block."""
    words = []
    for part in cell.get("elements") or ():
        words += [item.get("text", "") for item in part.get("elements") or ()]
    return "".join(words)


def _control(
    element: dict[str, Any], block: dict[str, Any], controls: list[Control], first: int
) -> Iterator[Text]:
    """A button as `[3] Label`; a menu as one number for each of its options."""
    place = block.get("block_id", "")
    if element["type"] == "button":
        yield _numbered(Control(len(controls) + first, element["text"]["text"], element, place), controls)
        return
    if element["type"] == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            button = {**element[name], "action_id": element["action_id"], "type": "button"}
            label = button["text"]["text"]
            yield _numbered(Control(len(controls) + first, label, button, place), controls)
        return
    if "placeholder" in element:
        yield Text(f"{element['placeholder']['text']}:", style="dim")
    for option in element.get("options") or ():
        label = option["text"]["text"]
        yield _numbered(Control(len(controls) + first, label, element, place, option), controls)


def _numbered(control: Control, controls: list[Control]) -> Text:
    controls.append(control)
    style = {"primary": "bold green", "danger": "bold red"}.get(control.element.get("style", ""), "bold cyan")
    return Text.assemble((f"[{control.number}]", style), " ", control.label)
