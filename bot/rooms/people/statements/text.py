"""The bytes of a download as rows of cells: its encoding, its separator, its header."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.rooms.people.saved import encoding_of

BYTES = 5 * 1024 * 1024
ROWS = 200_000
COLUMNS = 100
SEPARATORS = ",;\t"
SHORT = 20
"""Letters of a column's name that are told."""
KINDS = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
"""How files begin that are no CSV, and what they are."""


Row = tuple[int, dict[str, str]]


class StatementError(Exception):
    """The file cannot be used; the text says why and what to do about it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header's names (lower case, single spaces), and every later line's cells by name, with its number.

    `assumed` names the encoding where the file does not say it.
    """

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    assumed: str | None


def sheet(data: bytes) -> Sheet:
    """The rows of one file. Raises StatementError."""
    if len(data) > BYTES:
        raise StatementError(f"it has more than {BYTES // 1024 // 1024} MB; download a shorter time")
    for start, kind in KINDS:
        if data.startswith(start):
            raise StatementError(f"it is {kind}; download the report as CSV, and leave it as it is")
    text, assumed = _decoded(data)
    if not text.strip():
        raise StatementError("it is empty; download it again")
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        raise StatementError("it is empty; download it again")
    names = tuple(" ".join(cell.split()).casefold() for cell in first[1])
    if len(names) > COLUMNS:
        raise StatementError(
            f"it has {len(names):,} columns; it is no earnings report and no transaction history"
        )
    twice = next((name for name, count in Counter(names).items() if name and count > 1), None)
    if twice is not None:
        raise StatementError(f"its first line names {twice[:SHORT]} twice; download it again")
    return Sheet(names, tuple(_rows(lines, names)), assumed)


def _rows(lines: Iterator[tuple[int, Sequence[str]]], names: tuple[str, ...]) -> Iterator[Row]:
    count = 0
    for number, cells in lines:
        if not any(cells):
            continue
        count += 1
        if count > ROWS:
            raise StatementError(f"it has more than {ROWS:,} rows; download a shorter time")
        if len(cells) > len(names):
            raise StatementError(f"line {number} has more cells than the first line; download it again")
        yield number, dict(zip(names, cells, strict=False))


def _decoded(data: bytes) -> tuple[str, str | None]:
    encoding = encoding_of([data])
    return _strict(data, encoding.codec), encoding.assumed


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise StatementError("its letters cannot be read; save it as CSV in UTF-8") from error


def _lines(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The lines' cells, trimmed, with their numbers."""
    if "\x00" in text:
        raise StatementError("it holds bytes that are no text; download it again")
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise StatementError(
            f"line {reader.line_num} cannot be read as CSV (a quote may never close); download it again"
        ) from error
