"""Nothing is longer than a reader can hold: modules, classes, functions. What is longer says why."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
MODULE, CLASS, FUNCTION = 300, 150, 50
MEDIAN = 110
REASON = "# size:"
"""What a line of a longer thing's beginning says, followed by the reason."""


def modules() -> list[Path]:
    """What is written by hand; migrations are free."""
    return [
        path
        for folder in ("bot", "intents", "knowledge")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and "node_modules" not in path.parts
    ]


def too_long(path: Path) -> Iterator[str]:
    """The module, its classes and functions above their sizes and without a reason."""
    text = path.read_text()
    lines = text.splitlines()
    name = path.relative_to(ROOT)
    if len(lines) > MODULE and not any(line.startswith(REASON) for line in lines):
        yield f"{name}: {len(lines)} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            most = CLASS
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            most = FUNCTION
        else:
            continue
        start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        length = (node.end_lineno or start) - start + 1
        if length > most and not any(
            REASON in line for line in lines[max(start - 2, 0) : node.body[0].lineno]
        ):
            yield f"{name}:{start}: {node.name}, {length} lines"


def test_nothing_is_longer_than_a_reader_can_hold() -> None:
    found = [fault for path in modules() for fault in too_long(path)]
    assert found == [], "\n".join(["split these, or say why not in a comment `# size: …`:", *found])


def test_most_modules_are_short() -> None:
    assert median(len(path.read_text().splitlines()) for path in modules()) <= MEDIAN
