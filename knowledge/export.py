"""The tables for other pages: JSON for programs, CSV and Markdown for moderators. Pure but for `export`."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge import views
from knowledge.display import show
from knowledge.model import Audience, AudienceRow, Cell, Knowledge, Located, Row, Statement, Value
from knowledge.tables import Table

COLUMNS = (
    "path", "label", "state", "text", "since", "until", "confidence", "note", "replaced_by", "source", "kind",
    "source_title", "source_date", "address", "disagreeing", "outranked",
)  # fmt: skip
"""The columns of the CSV: one line per cell."""


def document(
    knowledge: Knowledge, program: str, day: dt.date, audience: str = "freelancer"
) -> dict[str, Any]:
    """A program's tables on a day as JSON: figures as numbers, exact decimals as strings, dates as ISO.

    Raises KeyError for an unknown program, ValueError for an unknown audience.
    """
    found, whom = knowledge.program(program), Audience(audience)

    def rows(named: Iterable[AudienceRow]) -> list[dict[str, Any]]:
        return [
            {"id": row.id, **_cell(knowledge, row.audiences[whom], day, row)}
            for row in named
            if whom in row.audiences
        ]

    return {
        "program": found.id,
        "name": found.name,
        "audience": whom.value,
        "on": day.isoformat(),
        "award": found.award.value,
        "existence": _cell(knowledge, found.existence, day, Row(label=found.name)),
        "criteria": rows(found.criteria),
        "perks": rows(found.perks),
        "facts": {name: _cell(knowledge, fact.cell, day, fact) for name, fact in found.facts.items()},
    }


def tables(knowledge: Knowledge, program: str, day: dt.date, audience: str = "freelancer") -> list[Table]:
    """A program's criteria and perks on a day: `.title`, `.columns`, `.rows` (the header first)."""
    return [
        views.criteria(knowledge, program, day, audience),
        views.perks(knowledge, program, day, audience),
    ]


def as_csv(knowledge: Knowledge, day: dt.date) -> str:
    """Every cell as it stands on a day, one per line, with its source and what else is said."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_line(knowledge, cell, day) for cell in knowledge.cells())
    return out.getvalue()


def as_markdown(knowledge: Knowledge, day: dt.date) -> str:
    """All programs and topics as tables on a day, with the sources at the end."""
    return "\n".join(_markdown(knowledge, day)) + "\n"


def export(knowledge: Knowledge, day: dt.date, directory: Path) -> list[Path]:
    """Write knowledge.csv and knowledge.md into `directory`, which is made if need be. Returns the files."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {"knowledge.csv": as_csv(knowledge, day), "knowledge.md": as_markdown(knowledge, day)}
    for name, text in files.items():
        (directory / name).write_text(text, "utf-8")
    return [directory / name for name in files]


def _cell(knowledge: Knowledge, cell: Cell, day: dt.date, row: Row) -> dict[str, Any]:
    found, shown = knowledge.on(cell, day), show(knowledge, cell, day, row)
    deciding = found.statement or found.ended or found.upcoming
    said = None if deciding is None else _statement(knowledge, cell, deciding)
    return {
        "label": row.label,
        "unit": row.unit,
        "state": shown.state.value,
        "text": shown.text,
        **(said or {"value": None, "source": None}),
        "agreeing": [_statement(knowledge, cell, one) for one in found.agreeing],
        "disagreeing": [_statement(knowledge, cell, one) for one in found.disagreeing],
        "outranked": [_statement(knowledge, cell, one) for one in found.outranked],
    }


def _statement(knowledge: Knowledge, cell: Cell, statement: Statement) -> dict[str, Any]:
    source = knowledge.sources[statement.source]
    last = cell.last_day(statement, knowledge.sources)
    return {
        "value": _plain(statement.value),
        "from": statement.from_.isoformat(),
        "until": last.isoformat() if last else None,
        "approximate": bool(statement.approximate),
        "confidence": statement.confidence,
        "note": statement.note,
        "replaced_by": statement.replaced_by,
        "source": {
            "id": source.id,
            "kind": source.kind.value,
            "title": source.title,
            "date": source.date.isoformat() if source.date else None,
            "address": source.address,
        },
        "also": list(statement.also),
    }


def _plain(value: Value) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


def _line(knowledge: Knowledge, found: Located, day: dt.date) -> dict[str, str]:
    row = found.row or Row(label=found.path.split(".")[0])
    shown = show(knowledge, found.cell, day, row)
    source = shown.sources[0] if shown.sources else None

    def others(role: str) -> str:
        return "; ".join(f"{one.text} ({one.source.id})" for one in shown.behind if one.role == role)

    return {
        "path": found.path,
        "label": row.label,
        "state": shown.state.value,
        "text": shown.text,
        "since": shown.since,
        "until": shown.ended_on,
        "confidence": shown.confidence,
        "note": shown.note or "",
        "replaced_by": shown.replaced_by or "",
        "source": source.id if source else "",
        "kind": source.kind if source else "",
        "source_title": source.title if source else "",
        "source_date": source.date if source else "",
        "address": source.address if source else "",
        "disagreeing": others("disagrees"),
        "outranked": others("outranked"),
    }


def _markdown(knowledge: Knowledge, day: dt.date) -> Iterator[str]:
    words, heads = knowledge.wording, knowledge.wording.headings
    yield f"# {heads['all'].format(date=day.isoformat())}"
    for audience in Audience:
        for name in knowledge.programs:
            view = views.program(knowledge, name, day, audience)
            yield f"\n## {view.name}: {words.audiences[audience]}\n"
            yield f"{view.name}: {view.award}. {view.existence.text}."
            for head, table in ((heads["criteria"], view.criteria), (heads["perks"], view.perks)):
                yield from _section(knowledge, f"\n### {head}\n", table)
    for name in knowledge.topics:
        topic = views.topic(knowledge, name, day)
        yield from _section(knowledge, f"\n## {topic.title}\n", topic.table)
    yield f"\n## {heads['sources']}\n"
    for source in knowledge.sources.values():
        yield f"- `{source.id}` {source.title} ({words.kinds[source.kind]}): {source.address}"


def _section(knowledge: Knowledge, head: str, table: Table) -> Iterator[str]:
    """A heading and a table with the sources of each line; nothing for an empty table."""
    lines = [*table.lines, *table.ended]
    if not lines:
        return
    heads = knowledge.wording.headings
    yield head
    rows = [
        [line.label, cell.text, ", ".join(source.id for source in cell.sources)]
        for line in lines
        for cell in line.cells
    ]
    yield from _markdown_table([[heads["row"], heads["cell"], heads["source"]], *rows])


def _markdown_table(rows: list[list[str]]) -> Iterator[str]:
    header, *body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    yield f"| {' | '.join(header)} |"
    yield "|" + " --- |" * len(header)
    yield from (f"| {' | '.join(row)} |" for row in body)
