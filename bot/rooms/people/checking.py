"""Checking many records at once, on every core, without holding up the event loop.

Workers are fresh processes that know the knowledge and nothing else of the house. They end with their parent,
also when it is killed.
"""

import asyncio
import datetime as dt
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import Any

from bot.rooms.people.changes import states_of
from knowledge.case import Case
from knowledge.changing import Change, changed
from knowledge.load import load
from knowledge.record import RecordError, parse_record
from knowledge.rules import Rulebook

PART = 64  # records a worker gets at a time

Checked = list[tuple[str, dict[str, dict[str, Any]]]]

_rulebooks: dict[tuple[str, tuple[str, ...]], Rulebook] = {}


class Checker:
    """Checks documents (records' JSON) with the knowledge in `directory` and what was changed of it since.

    `processes` 0: in a thread.
    """

    def __init__(
        self,
        directory: Path,
        *,
        processes: int | None = None,
        changes: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._directory = str(directory)
        self._changes = changes
        self._processes = (os.cpu_count() or 1) if processes is None else processes
        self._pool: Executor | None = None

    async def states(
        self, documents: Mapping[str, bytes], day: dt.date
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """Where each stands on `day` (see changes.py), by id; unreadable records are left out."""
        loop, changes = asyncio.get_running_loop(), self._changes()
        pool = self._pool = self._pool or self._open()
        items = list(documents.items())
        parts = [items[start : start + PART] for start in range(0, len(items), PART)]
        try:
            found = await asyncio.gather(
                *(
                    loop.run_in_executor(pool, check_part, self._directory, part, day, changes)
                    for part in parts
                )
            )
        except BaseException:
            self.rest()  # a broken pool stays broken; the next call opens a new one
            raise
        return dict(pair for part in found for pair in part)

    def rest(self) -> None:
        """Let the workers go until there is something to check again."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _open(self) -> Executor:
        if self._processes == 0:
            return ThreadPoolExecutor(1)
        return ProcessPoolExecutor(
            self._processes, mp_context=get_context("spawn"), initializer=_end_with_parent
        )


def check_part(
    directory: str, part: Sequence[tuple[str, bytes]], day: dt.date, changes: tuple[str, ...] = ()
) -> Checked:
    """The states of some records, in a worker."""
    rulebook = _rulebooks.get((directory, changes))
    if rulebook is None:
        made = [Change.read(one) for one in changes]
        rulebook = Rulebook(changed(load(Path(directory)), made))
        _rulebooks.clear()  # what was known before is needed no more
        _rulebooks[directory, changes] = rulebook
    found: Checked = []
    for freelancer_id, document in part:
        try:
            record = parse_record(document)
        except RecordError:
            continue
        if record.id == freelancer_id:
            found.append((freelancer_id, states_of(Case.of(record, rulebook, day))))
    return found


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers to stop; the pipe to it breaks, which they can wait for."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
