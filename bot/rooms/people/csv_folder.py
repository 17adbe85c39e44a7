"""Reading a folder of CSV files: the rows of all files come together as one record per freelancer.

freelancers.csv has a row a freelancer (`id`, then the record's plain fields; an agency's figures are
`agency_members`, `agency_member_profiles`, `agency_owner_profile`). The others name their `freelancer_id`:
weeks.csv, contracts.csv, payments.csv (with `contract_id`), activity.csv, badges.csv, standing.csv and
invitations.csv. referrals.csv has a row per friend and category (`referrer_id`, `friend_id`, `code`,
`registered_on`, `new_to_platform`, `category`, `earned`, `reached_on`).

An empty cell is unknown; `none` in weeks.csv's `jss` means that there was no score. A file that is not there
leaves its list unknown; one that is there makes it known, empty for whoever has no row in it.

The files may be in any order and larger than memory: rows wait in a temporary SQLite file.
"""

import csv
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.rooms.people.reading import Item, Problem, Progress
from bot.rooms.people.saved import AmbiguousDateError, Saved, cell, column, encoding_of

PARTS = ("weeks", "contracts", "payments", "activity", "badges", "standing", "invitations")
_AGENCY = "agency_"
_NO_SCORE = "none"
_WRONG = " wrong"  # marks a row that cannot be taken; no column's name begins with a space
_SURPLUS = "surplus"  # it has more cells than the first line
_CHUNK = 1 << 20  # bytes


def is_csv_folder(path: Path) -> bool:
    """Whether `path` is a folder with the files that are read here."""
    return (path / "freelancers.csv").is_file() or (path / "referrals.csv").is_file()


def folder_size(path: Path) -> int:
    """The bytes of all files that are read."""
    return sum(_file(path, name).stat().st_size for name in _present(path))


def read_folder(path: Path, progress: Progress, saved: Saved | None = None) -> Iterator[Item | Problem]:
    """The records and referrals of the folder at `path`, and what could not be read.

    `saved` says how the files were saved, and is told what had to be assumed.
    """
    with (
        tempfile.TemporaryDirectory(prefix="laurel-import-") as scratch,
        closing(sqlite3.connect(Path(scratch) / "rows.db", isolation_level=None)) as rows,
    ):
        rows.execute("PRAGMA journal_mode = OFF")
        rows.execute("PRAGMA synchronous = OFF")
        rows.execute("CREATE TABLE part (owner TEXT, kind TEXT, line INTEGER, cells TEXT)")
        rows.execute("CREATE TABLE seen (owner TEXT PRIMARY KEY) WITHOUT ROWID")
        yield from _Folder(path, rows, progress, saved or Saved()).items()


class _Folder:
    def __init__(self, path: Path, rows: sqlite3.Connection, progress: Progress, saved: Saved) -> None:
        self._path = path
        self._rows = rows
        self._progress = progress
        self._saved = saved
        self._kinds = [name for name in _present(path) if name in PARTS]
        self._whole = True  # False when freelancers.csv could not be read to its end

    def items(self) -> Iterator[Item | Problem]:
        self._rows.execute("BEGIN")
        for kind in self._kinds:
            problem = self._stage(kind, "freelancer_id")
            if problem is not None:  # without these rows everybody's record would be wrong
                yield problem
                return
        self._rows.execute("COMMIT")
        self._rows.execute("CREATE INDEX part_owner ON part (owner, kind, line)")
        if _file(self._path, "freelancers").is_file():
            yield from self._freelancers()
            if self._whole:
                yield from self._orphans()
        if _file(self._path, "referrals").is_file():
            yield from self._referrals()

    def _stage(self, kind: str, owner: str) -> Problem | None:
        for found in _rows_of(_file(self._path, kind), (owner,), self._progress, self._saved):
            if isinstance(found, Problem):
                return found
            line, cells = found
            self._rows.execute(
                "INSERT INTO part VALUES (?, ?, ?, ?)",
                (cells.pop(owner, ""), kind, line, json.dumps(cells)),
            )
        return None

    def _freelancers(self) -> Iterator[Item | Problem]:
        file = _file(self._path, "freelancers")
        for found in _rows_of(file, ("id",), self._progress, self._saved):
            if isinstance(found, Problem):
                self._whole = False
                yield found
                return
            line, cells = found
            self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", (cells.get("id", ""),))
            if _WRONG in cells:
                yield _wrong(file.name, line, cells.get("id", ""), cells[_WRONG])
                continue
            agency = {
                name[len(_AGENCY) :]: cells.pop(name) for name in list(cells) if name.startswith(_AGENCY)
            }
            yield self._together(file.name, line, cells | ({"agency": agency} if agency else {}))

    def _together(self, file: str, line: int, record: dict[str, Any]) -> Item | Problem:
        """One freelancer's record with its parts, each with the place it came from."""
        lines: dict[str, tuple[str, int]] = {}
        parts: dict[str, list[Any]] = {kind: [] for kind in self._kinds if kind != "payments"}
        contracts: dict[str, int] = {}
        for kind, number, text in self._rows.execute(
            # contracts come before payments in the alphabet, which the loop relies on
            "SELECT kind, line, cells FROM part WHERE owner = ? ORDER BY kind, line",
            (record.get("id", ""),),
        ):
            part: dict[str, Any] = json.loads(text)
            if _WRONG in part:
                return _wrong(f"{kind}.csv", number, str(record.get("id", "")), part[_WRONG])
            if kind == "payments":
                place = contracts.get(part.pop("contract_id", ""))
                if place is None:
                    return Problem(
                        "payments.csv", number, str(record.get("id", "")), "contract_id",
                        "names no contract of this freelancer", "add the contract to contracts.csv",
                    )  # fmt: skip
                siblings = parts["contracts"][place]["payments"]
                lines[f"contracts[{place}].payments[{len(siblings)}]"] = ("payments.csv", number)
                siblings.append(part)
                continue
            if kind == "contracts":
                contracts[part.get("id", "")] = len(parts[kind])
                if "payments" in self._kinds:
                    part["payments"] = []
            elif kind == "weeks" and str(part.get("jss", "")).lower() == _NO_SCORE:
                part["jss"] = None
            lines[f"{kind}[{len(parts[kind])}]"] = (f"{kind}.csv", number)
            parts[kind].append(part)
        return Item(file, line, record | parts, lines)

    def _orphans(self) -> Iterator[Problem]:
        for owner, kind, line in self._rows.execute(
            "SELECT owner, kind, min(line) FROM part WHERE owner NOT IN (SELECT owner FROM seen)"
            " GROUP BY owner, kind"
        ):
            yield Problem(
                f"{kind}.csv", line, owner, "freelancer_id", "names nobody in freelancers.csv",
                "add the freelancer, or take the rows out",
            )  # fmt: skip

    def _referrals(self) -> Iterator[Item | Problem]:
        """One referral per friend; rows of one friend next to each other are its categories."""
        current: Item | None = None
        file = _file(self._path, "referrals")
        for found in _rows_of(file, ("referrer_id", "friend_id"), self._progress, self._saved):
            if isinstance(found, Problem):
                yield found
                break
            line, cells = found
            if _WRONG in cells:
                yield _wrong(file.name, line, cells.get("referrer_id", ""), cells[_WRONG])
                continue
            category, amount = cells.pop("category", None), cells.pop("earned", None)
            earned = {category: amount} if category and amount else {}
            cells = {"referrer_id": "", **cells}
            if current is not None and _same_friend(current.data, cells):
                current.data["earned"].update(earned)
                continue
            if current is not None:
                yield current
            current = Item(file.name, line, {**cells, "earned": earned})
        if current is not None:
            yield current


def _wrong(file: str, line: int, record: str, why: str) -> Problem:
    """A row that cannot be taken: it has too many cells, or `why` names a column with an ambiguous day."""
    if why != _SURPLUS:
        cure = "say --dates us (month first) or --dates eu (day first)"
        return Problem(file, line, record, why, "is a day that can be read in two ways", cure)
    reason, cure = "has more cells than the first line", "quote cells that hold the delimiter"
    return Problem(file, line, record, "", reason, cure)


def _same_friend(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(name) == other.get(name) for name in ("referrer_id", "friend_id"))


def _rows_of(
    file: Path, needed: tuple[str, ...], progress: Progress, saved: Saved
) -> Iterator[tuple[int, dict[str, Any]] | Problem]:
    """Each row with its line, without its empty cells. A problem ends the file."""
    encoding = encoding_of(_chunks(file))
    if encoding.assumed is not None:
        saved.assumed[file.name] = encoding.assumed
    with file.open(encoding=encoding.codec, newline="") as text:
        try:
            head = text.readline()
            delimiter = next((mark for mark in ";\t" if mark in head and "," not in head), ",")
            header = [column(name) for name in next(csv.reader([head], delimiter=delimiter), [])]
            if needed == ("id",) and "id" not in header:  # freelancers.csv may call it Freelancer
                header = ["id" if name == "freelancer_id" else name for name in header]
            missing = [name for name in needed if name not in header]
            if missing:
                yield Problem(
                    file.name,
                    1,
                    "",
                    missing[0],
                    "the column is missing",
                    f"name it {missing[0]} in the first line",
                )
                return
            reader = csv.reader(_counted(text, progress), delimiter=delimiter, strict=True)
            line = 2
            for row in reader:
                cells = _cells(header, row, saved)
                if cells:
                    yield line, cells
                line = reader.line_num + 2
        except UnicodeDecodeError:
            yield Problem(
                file.name, 1, "", "", "has letters that cannot be read", "save the file as CSV in UTF-8"
            )
        except csv.Error as error:
            yield Problem(file.name, line, "", "", f"is no CSV: {error}", "mend the line and import again")


def _cells(header: list[str], row: list[str], saved: Saved) -> dict[str, Any]:
    """The row's cells that hold something, by column; marked where the row cannot be taken."""
    cells: dict[str, Any] = {}
    for name, text in zip(header, row, strict=False):
        if not text.strip():
            continue
        try:
            cells[name] = cell(name, text.strip(), saved.dates)
        except AmbiguousDateError:
            cells[_WRONG] = name
    if len(row) > len(header):
        cells[_WRONG] = _SURPLUS
    return cells


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def _counted(lines: Any, progress: Progress) -> Iterator[str]:
    for line in lines:
        progress(len(line))
        yield line


def _present(path: Path) -> list[str]:
    return [name for name in ("freelancers", *PARTS, "referrals") if _file(path, name).is_file()]


def _file(path: Path, name: str) -> Path:
    return path / f"{name}.csv"
