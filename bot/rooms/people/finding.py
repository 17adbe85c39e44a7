"""One record out of files, as `laurel check --records` asks for it: nothing is imported."""

from pathlib import Path

from bot.rooms.people.importing import reader_of
from bot.rooms.people.reading import Problem
from knowledge.record import Record, parse_record


class NotFoundError(Exception):
    """The file holds no such record; the message says which problems stood in the way, if any."""


def find_record(path: Path, freelancer_id: str | None) -> Record:
    """The record with that id in `path` (JSON, JSON Lines or a folder of CSVs); without an id the only one.

    Raises NotFoundError, ImportFileError for a path that is none of these, RecordError for a record that
    cannot be read.
    """
    problems: list[Problem] = []
    others: list[Record] = []
    for found in reader_of(path)(path, lambda _: None):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        if not isinstance(found.data, dict) or found.is_referral:
            continue
        if freelancer_id is not None:
            if str(found.data.get("id", "")).strip() == freelancer_id:
                return parse_record(found.data)
        else:
            others.append(parse_record(found.data))
            if len(others) > 1:
                raise NotFoundError(f"{path}: holds several records; name one with --id")
    if freelancer_id is None and others:
        return others[0]
    said = [f"{problem.file}:{problem.line}: {problem.reason}; {problem.cure}" for problem in problems]
    wanted = f"no record with the id {freelancer_id}" if freelancer_id else "no record"
    raise NotFoundError("\n".join([f"{path}: {wanted}", *said]))
