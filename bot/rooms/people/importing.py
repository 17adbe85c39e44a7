"""Taking records and referrals into the store: in batches, the good ones kept, the bad ones listed.

A record replaces the one with its id, unless that one is newer (`as_of`). A record with one bad part is
refused whole: without that part a payment or a week would be missing, and the verdict wrong.
"""

import csv
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.people.csv_folder import folder_size, is_csv_folder, read_folder
from bot.rooms.people.reading import Item, Problem, Progress, read_json, read_lines
from bot.rooms.people.records import email_key
from bot.rooms.people.referrals import Referral, parse_referral
from bot.rooms.people.saved import Saved
from bot.rooms.people.store_source import pack
from bot.rooms.people.tables import Freelancer, ReferralRow
from bot.store.engine import Store
from bot.store.types import storable
from bot.store.upsert import insert
from knowledge.record import Record, RecordError, parse_record

BATCH = 250  # records written in one transaction: long enough to be quick, short enough to let others write

_ID_LIMIT = 255
_EMAIL_LIMIT = 320
_PROBLEM = re.compile(
    r"(?:(?P<field>the record|[\w.\[\]]+)(?:: | (?=is |lies )))?(?P<reason>[^;]+)(?:; (?P<cure>.*))?",
    re.DOTALL,
)


class ImportFileError(Exception):
    """A path that nothing can be imported from; the message says why and what to do."""


@dataclass(slots=True)
class Summary:
    """What became of the rows. `older` were left aside because the store knows newer ones."""

    added: int = 0
    updated: int = 0
    older: int = 0
    referrals: int = 0
    refused: int = 0
    report: Path | None = None


def size_of(paths: Iterable[Path]) -> int:
    """The bytes to be read, for a progress bar. Raises ImportFileError."""
    total = 0
    for path in paths:
        reader_of(path)
        total += folder_size(path) if path.is_dir() else path.stat().st_size
    return total


async def import_files(
    store: Store,
    paths: Iterable[Path],
    *,
    report: Path,
    now: dt.datetime,
    progress: Progress = lambda _: None,
    saved: Saved | None = None,
) -> Summary:
    """Import every file or folder. The report is a CSV of what was refused; without refusals there is none.

    `saved` says how CSV files were saved, and is told what had to be assumed.

    Raises ImportFileError before anything is read when a path is none that can be imported.
    """
    paths = list(paths)
    readers = [reader_of(path, saved) for path in paths]
    summary = Summary()
    batch: list[Record | Referral] = []
    with _Report(report, summary) as refused:
        for reader, path in zip(readers, paths, strict=True):
            for found in reader(path, progress):
                result = [found] if isinstance(found, Problem) else _checked(found)
                if isinstance(result, list):
                    refused.write(result)
                    continue
                batch.append(result)
                if len(batch) == BATCH:
                    await _write(store, batch, summary, now)
                    batch.clear()
        await _write(store, batch, summary, now)
    return summary


def reader_of(path: Path, saved: Saved | None = None) -> Callable[[Path, Progress], Iterator[Item | Problem]]:
    """What reads `path`. Raises ImportFileError."""
    if path.is_dir():
        if is_csv_folder(path):
            return partial(read_folder, saved=saved)
        raise ImportFileError(f"{path}: the folder has no freelancers.csv; name the folder of the CSV files")
    if not path.is_file():
        raise ImportFileError(f"{path}: no such file")
    match path.suffix.lower():
        case ".json":
            return read_json
        case ".jsonl" | ".ndjson":
            return read_lines
        case _:
            raise ImportFileError(f"{path}: give a .json or .jsonl file, or a folder with freelancers.csv")


class _Report:
    """The CSV of what was refused, begun with the first line of it."""

    def __init__(self, path: Path, summary: Summary) -> None:
        self._path = path
        self._summary = summary
        self._stack = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, problems: list[Problem]) -> None:
        """The problems of one record, which count as one refusal."""
        if self._writer is None:
            file = self._stack.enter_context(self._path.open("w", encoding="utf-8", newline=""))
            self._writer = csv.writer(file)
            self._writer.writerow(field.name for field in fields(Problem))
            self._summary.report = self._path
        self._summary.refused += 1
        self._writer.writerows(astuple(problem) for problem in problems)


def _checked(item: Item) -> Record | Referral | list[Problem]:
    """The record or referral in an item, or everything that is wrong with it."""
    if not isinstance(item.data, dict):
        return [Problem(item.file, item.line, "", "", "is no object", "write one record as {…}")]
    name = str(item.data.get("referrer_id" if item.is_referral else "id", ""))[:_ID_LIMIT]
    try:
        if item.is_referral:
            return parse_referral(item.data)
        record = parse_record(item.data)
    except RecordError as error:
        return [_problem(item, name, text) for text in error.problems]
    if len(record.id) > _ID_LIMIT or storable(record.id) != record.id:
        cure = f"use at most {_ID_LIMIT} characters, none of them NUL"
        return [Problem(item.file, item.line, name, "id", "cannot be kept", cure)]
    if record.email is not None and len(record.email) > _EMAIL_LIMIT:
        return [
            Problem(item.file, item.line, name, "email", "is too long for an address", "mend the address")
        ]
    return record


def _problem(item: Item, name: str, text: str) -> Problem:
    """One line of a RecordError, at the line its part was read from."""
    matched = _PROBLEM.fullmatch(text)
    field, reason, cure = matched.group("field", "reason", "cure") if matched else (None, text, None)
    field = field or ""
    file, line = item.file, item.line
    place = field
    while place:
        if place in item.lines:
            file, line = item.lines[place]
            break
        place = place.rpartition(".")[0]
    return Problem(file, line, name, field, reason, cure or "see the format of a record")


async def _write(store: Store, batch: list[Record | Referral], summary: Summary, now: dt.datetime) -> None:
    records = {found.id: found for found in batch if isinstance(found, Record)}
    referrals = {(r.referrer_id, r.friend_id): r for r in batch if isinstance(r, Referral)}
    summary.updated += sum(isinstance(found, Record) for found in batch) - len(records)  # twice in one batch
    summary.referrals += len(referrals)
    if not batch:
        return
    async with store.write() as session:
        if records:
            await _write_records(session, records, summary, now)
        if referrals:
            await _write_referrals(session, [referral.row() for referral in referrals.values()])


async def _write_records(
    session: AsyncSession, records: dict[str, Record], summary: Summary, now: dt.datetime
) -> None:
    rows = await session.execute(
        select(col(Freelancer.id), col(Freelancer.as_of)).where(col(Freelancer.id).in_(records))
    )
    known = dict(rows.all())
    values = []
    for record in records.values():
        as_of = _moment(record.as_of)
        stored = known.get(record.id)
        if stored is not None and as_of is not None and as_of < stored:
            summary.older += 1
            continue
        summary.updated += record.id in known
        summary.added += record.id not in known
        values.append(
            {
                "id": record.id,
                "email_key": email_key(record.email) if record.email else None,
                "as_of": as_of,
                "imported_at": now,
                "record": pack(record.model_dump_json(by_alias=True, exclude_unset=True).encode()),
            }
        )
    if values:
        added = insert(session, Freelancer)
        changed = {name: added.excluded[name] for name in ("email_key", "as_of", "imported_at", "record")}
        await session.execute(added.on_conflict_do_update(index_elements=["id"], set_=changed), values)


async def _write_referrals(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    added = insert(session, ReferralRow)
    changed = {name: added.excluded[name] for name in rows[0] if name not in {"referrer_id", "friend_id"}}
    await session.execute(
        added.on_conflict_do_update(index_elements=["referrer_id", "friend_id"], set_=changed), rows
    )


def _moment(value: dt.datetime | None) -> dt.datetime | None:
    """UTC where a moment says no zone."""
    return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value
