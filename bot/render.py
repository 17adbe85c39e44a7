"""Templates become Slack messages, views and plain texts. The one user of jinja2.

A template is a sequence of block calls (the macros of templates/blocks.j2). Each call hands a plain
dictionary to `emit`; nothing is ever quoted into JSON by hand, so a value cannot break a payload.
Slack wants exactly `&`, `<` and `>` escaped in mrkdwn; jinja's own autoescape would write `&#39;`
too, which Slack shows literally. So every value passes `mrkdwn` first, by the environment's `finalize`,
and counts as safe from then on; what macros return is safe already.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypedDict

import jinja2

from bot.markup import Safe, linked, mrkdwn, plain, quote

Block = dict[str, Any]

TEXT_LIMIT = 4000  # characters of a message's fallback text (Slack truncates beyond)
SECTION_LIMIT = 3000  # characters of one text object
FIELD_LIMIT = 2000  # characters of one field of a section
OPTION_LIMIT = 75  # characters of an option's text
NOON = 12

_open: ContextVar[list[list[Block]] | None] = ContextVar("open_blocks", default=None)


class Message(TypedDict):
    """What `chat.postMessage` takes: the fallback text and the blocks."""

    text: str
    blocks: list[Block]


class TemplateError(Exception):
    """A template that is no sequence of blocks, or that asks for a value nobody gave."""


def long_date(value: date) -> str:
    """A date as a person writes it: 3 September 2024."""
    return f"{value.day} {value:%B %Y}"


def money(value: Decimal | int | str) -> str:
    """Dollars: $1,000, and cents only where there are any: $41.28."""
    amount = Decimal(value)
    return f"${amount:,.0f}" if amount == amount.to_integral() else f"${amount:,.2f}"


def clock(value: datetime) -> str:
    """A moment for a reader, in its own zone: Mon 23 Nov, 6:00 am."""
    hour = value.hour % 12 or 12
    return f"{value:%a} {value.day} {value:%b}, {hour}:{value:%M} {value:%p}".replace("AM", "am").replace(
        "PM", "pm"
    )


def hour(value: time) -> str:
    """A time of day, minutes only where there are any: 6 am, 5:30 pm."""
    minutes = f":{value:%M}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes} {'am' if value.hour < NOON else 'pm'}"


def tidy(text: str) -> Safe:
    """Template text as a reader gets it: no indentation, no runs of blank lines."""
    # jinja escapes like HTML where it joins safe text with other text; Slack knows no such entities.
    text = str(text).replace("&#39;", "'").replace("&#34;", '"')
    # Only what indents the template goes: a wider space (U+2003) is there to be seen.
    lines = [line.strip(" \t") for line in text.strip().splitlines()]
    text = re.sub(r"(?m)^([•⚖].*)\n\n+(?=[•⚖])", r"\1\n", "\n".join(lines))  # a list stays together
    return Safe(re.sub(r"\n{3,}", "\n\n", text))


def clip(text: str, limit: int) -> Safe:
    """`text` cut at `limit` characters, at a word where one ends near, with an ellipsis."""
    text = str(text)
    if len(text) <= limit:
        return Safe(text)
    head = text[: limit - 1]
    space = head.rfind(" ")
    return Safe((head[:space] if space > limit * 0.8 else head).rstrip() + "…")


def _emit(block: Block) -> str:
    stack = _open.get()
    if stack is None:
        raise TemplateError("a block outside of a message: render it with Renderer.message or .view")
    stack[-1].append(_pruned(block))
    return ""


def _pruned(value: Any) -> Any:
    """`value` without what is None, so that a macro can name an optional field plainly."""
    if isinstance(value, dict):
        return {key: _pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _collect(caller: Callable[[], str]) -> list[Block]:
    """The elements that the body of a block call emits."""
    stack = _open.get()
    if stack is None:
        raise TemplateError("a block outside of a message")
    stack.append([])
    rest = caller()
    inner = stack.pop()
    if rest.strip():
        raise TemplateError(f"text between elements: {rest.strip()[:60]!r}; put it into a block")
    return inner


@contextmanager
def _collecting() -> Iterator[list[Block]]:
    blocks: list[Block] = []
    token = _open.set([blocks])
    try:
        yield blocks
    finally:
        _open.reset(token)


def _cell(value: object) -> Block:
    """A cell of a table; Slack refuses empty ones."""
    if isinstance(value, dict):
        return value
    return {"type": "raw_text", "text": plain(value).strip() or "-"}


def _table_rows(rows: list[list[object]], corner: str = "") -> list[list[Block]]:
    head, *lines = rows
    return [[_cell(value) for value in row] for row in ([head[0] or corner, *head[1:]], *lines)]


def _option(label: object, value: object) -> Block:
    return {"text": {"type": "plain_text", "text": clip(plain(label), OPTION_LIMIT)}, "value": str(value)}


def fallback(blocks: list[Block]) -> str:
    """A message's text for notifications and screen readers, taken from its blocks."""
    lines: list[str] = []
    for block in blocks:
        match block.get("type"):
            case "header":
                lines.append(mrkdwn(block["text"]["text"]))
            case "section":
                if "text" in block:
                    lines.append(block["text"]["text"])
                lines.extend(item["text"] for item in block.get("fields", ()))
            case "markdown":
                lines.append(block["text"])
            case "context":
                lines.extend(item["text"] for item in block["elements"] if "text" in item)
            case "image":
                lines.append(mrkdwn(block["alt_text"]))
            case "table":
                rows = ([mrkdwn(cell.get("text", "")) for cell in row] for row in block["rows"])
                lines.extend(" | ".join(row) for row in rows)
    return str(clip("\n".join(lines), TEXT_LIMIT))


class Renderer:
    """Renders the templates below one folder.

    Raises `TemplateError` naming the template and its line where a template is wrong or a value is missing.
    """

    def __init__(self, templates: Path) -> None:
        self.templates = templates
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(templates),
            undefined=jinja2.StrictUndefined,
            finalize=mrkdwn,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        self._environment.globals.update(
            emit=_emit, collect=_collect, tidy=tidy, clip=clip, section_limit=SECTION_LIMIT
        )
        self._environment.filters.update(
            mrkdwn=mrkdwn,
            plain=plain,
            long_date=long_date,
            money=money,
            clock=clock,
            hour=hour,
            quote=quote,
            linked=linked,
            named=lambda name, names: names.get(name, name),
            sentence=lambda words: str(words)[:1].upper() + str(words)[1:],
            uncapped=lambda words: str(words)[:1].lower() + str(words)[1:],
            safe=Safe,
            field=lambda text: {"type": "mrkdwn", "text": clip(tidy(text), FIELD_LIMIT)},
            table_rows=_table_rows,
            wrapped=lambda head: [{"is_wrapped": True} for _ in head],
            options=lambda pairs: [_option(label, value) for label, value in pairs],
        )
        self._environment.tests["date"] = lambda value: isinstance(value, date)

    def names(self) -> list[str]:
        """All templates that make messages, views or texts (not the macros)."""
        return [name for name in self._environment.list_templates() if not name.endswith("blocks.j2")]

    def exists(self, template: str) -> bool:
        """Whether there is such a template."""
        return (self.templates / template).is_file()

    def parse(self, template: str) -> None:
        """Read a template without rendering it. Raises TemplateError."""
        try:
            self._environment.get_template(template)
        except jinja2.TemplateSyntaxError as fault:
            raise TemplateError(f"{fault.name}:{fault.lineno}: {fault.message}") from fault

    def message(self, template: str, context: Mapping[str, Any]) -> Message:
        """A template's blocks, and the fallback text made from them."""
        blocks = self.blocks(template, context)
        return {"text": fallback(blocks), "blocks": blocks}

    def blocks(self, template: str, context: Mapping[str, Any]) -> list[Block]:
        """A template's blocks."""
        with _collecting() as blocks:
            rest = self._render(template, context)
        if rest.strip():
            raise TemplateError(
                f"{template}: text outside of a block: {rest.strip()[:60]!r}; put it into section()"
            )
        return blocks

    def view(self, template: str, context: Mapping[str, Any]) -> Block:
        """A modal or a home tab. The template begins with `{{ modal(…) }}` or `{{ home(…) }}`."""
        head, *blocks = self.blocks(template, context)
        if head.get("type") not in {"modal", "home"}:
            raise TemplateError(f"{template}: a view begins with modal(…) or home(…)")
        return {**head, "blocks": blocks}

    def text(self, template: str, context: Mapping[str, Any]) -> str:
        """A template as plain text, for mail: values as they are, no marks."""
        return plain(tidy(self._render(template, context)))

    def _render(self, template: str, context: Mapping[str, Any]) -> str:
        try:
            return self._environment.get_template(template).render(context)
        except jinja2.TemplateNotFound as missing:
            raise TemplateError(
                f"{missing.name}: no such template; add templates/{missing.name}"
            ) from missing
        except jinja2.TemplateSyntaxError as fault:
            raise TemplateError(f"{fault.name}:{fault.lineno}: {fault.message}") from fault
        except jinja2.UndefinedError as fault:
            raise TemplateError(f"{template}:{_line(fault, template)}: {fault.message}") from fault


def _line(fault: BaseException, template: str) -> int | str:
    trace = fault.__traceback__
    line: int | str = "?"
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(template):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
