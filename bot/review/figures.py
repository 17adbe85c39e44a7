"""Policy figures outside of their tables: a number that the knowledge holds stands nowhere else.

Looks at the words of templates and at the number literals of the code that judges. In words nothing but
ordinary counting passes; in code a limit of our own may be a constant with a name, and 100 is a percentage.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import jinja2

from knowledge.model import Knowledge
from knowledge.statement import Value

SMALL = 3
CALENDAR = frozenset(
    {"7", "12", "24", "60", "3600"}
)  # days, months, hours, minutes, seconds: units, no policy
NUMBER = re.compile(r"(?<![\w.#&-])\$?(\d[\d,]*(?:\.\d+)?)(?![\w-])")
CODE = ("knowledge/**/*.py", "bot/asking/*.py", "bot/rooms/*/**/answers/*.py", "bot/rooms/*/**/answers.py")
STORED = frozenset({"tables.py", "conversations.py"})  # widths of columns are no policy
HARMLESS = frozenset(
    {"3", "4", "5", "6", "10", "100"}
)  # rows, digits, weekdays, percent: too common to judge
CONSTANT = re.compile(r"_?[A-Z][A-Z_]* *(:[^=]+)?= ")
WORDS = ("templates/replies", "templates/people")


def figures(knowledge: Knowledge) -> frozenset[str]:
    """Every number that some statement holds, as plain digits."""
    found: set[str] = set()
    for located in knowledge.cells():
        for statement in located.cell.statements:
            found |= set(_numbers(statement.value))
    return frozenset(number for number in found if Decimal(number) >= SMALL) - CALENDAR


def stray(knowledge: Knowledge, root: Path) -> Iterator[str]:
    """Every figure of the knowledge that stands in a template's words or in code: `file:line: what; cure`."""
    known = figures(knowledge)
    for folder in WORDS:
        for path in sorted((root / folder).glob("*.j2")):
            for line, words in _words(path):
                for match in NUMBER.finditer(words):
                    if match[1].replace(",", "") in known:
                        yield _said(root, path, line, match[1])
    for files in CODE:
        for path in sorted(path for path in root.glob(files) if path.name not in STORED):
            for line, number in _literals(path):
                if number in known - HARMLESS:
                    yield _said(root, path, line, number)


def _said(root: Path, path: Path, line: int, number: str) -> str:
    place = f"{path.relative_to(root)}:{line}"
    return f"{place}: {number} is a figure of the knowledge; take it from its cell"


def _numbers(value: Value) -> Iterator[str]:
    match value:
        case bool() | None | str():
            return
        case int() | Decimal():
            yield f"{Decimal(value).normalize():f}"
        case dict():
            for part in value.values():
                yield from _numbers(part)
        case _:
            return


def _words(path: Path) -> Iterator[tuple[int, str]]:
    """The words of a template that stand outside of its tags, with their lines."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
    for line, kind, text in environment.lex(path.read_text("utf-8")):
        if kind == "data":
            yield line, text


def _literals(path: Path) -> Iterator[tuple[int, str]]:
    """The number literals of a module outside of named constants, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.NUMBER and CONSTANT.match(token.line) is None:
            yield token.start[0], token.string.replace("_", "")
