"""A download dropped into the DM: read, told what was read, and used once the person says that it is right.

The file is never kept. A row that says "being read" stands from the moment the message is sorted: whoever
forgets everything meanwhile takes it away, and then nothing is kept of what was read. What was read is
written with the question that asks about it in one transaction, so the question comes once.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.asking.answering import send
from bot.delivery.errors import LaterError
from bot.delivery.outbox import Job
from bot.files import FileError, Files
from bot.messages import Surface, Where, Who
from bot.render import Renderer
from bot.rooms.people.own import keeping
from bot.rooms.people.statements.ledger import Read
from bot.rooms.people.statements.reading import CURRENCY, Statement, read
from bot.rooms.people.statements.text import BYTES, StatementError
from bot.rooms.people.tables import Download
from bot.store.engine import Store

READ = "people.download"
"""A sender's job: `{key, team, user, channel, thread, files: [{id, name}]}` reads what was dropped."""
PATIENCE = 3
"""Attempts after which the person hears that the file cannot be had."""
NOTHING: Mapping[str, Any] = {"problem": "", "rows": []}
WAITS = dt.timedelta(days=1)
"""How long what was read waits for a yes."""


class Downloads:
    """Reads downloads. `key` makes the marks of lines."""

    def __init__(
        self,
        store: Store,
        files: Files,
        renderer: Renderer,
        *,
        key: bytes,
        zone: dt.tzinfo,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._files = files
        self._renderer = renderer
        self._key = key
        self._zone = zone
        self._clock = clock
        self._reading = asyncio.Lock()  # a large file takes memory: one at a time

    async def read(self, job: Job) -> dict[str, Any]:
        """The sender of `READ`: fetch and read, then ask whether it is right, or say why not."""
        payload, now = job.payload, self._clock()
        who = Who(payload["team"], payload["user"])
        where = Where(payload["channel"], Surface.DM, payload["thread"])
        async with self._store.read() as session:
            row = await session.get(Download, payload["key"])
        if row is None or row.found is not None:
            return {}
        found: Statement | None = None
        problem: dict[str, Any] = {}
        try:
            found = await self._read(payload["files"], now.astimezone(self._zone).date())
        except FileError as error:
            problem = {"what": error.why}
        except StatementError as error:
            problem = {"what": "unfit", "problem": str(error)}
        except LaterError:
            if job.attempts < PATIENCE:
                raise
            problem = {"what": "later"}
        async with self._store.write() as session:
            row = await session.get(Download, payload["key"], with_for_update=True)
            if row is None or row.found is not None:
                return {}  # forgotten meanwhile, or asked already
            if found is not None:
                problem = await self._ask(session, row, where, found, now)
            if problem:
                await session.delete(row)
                await say_why(
                    session, self._renderer, who=who, where=where, key=row.key, why=problem, now=now
                )
        return {}

    async def _read(self, files: Sequence[Mapping[str, str]], day: dt.date) -> Statement:
        async with self._reading:
            contents = [(file["name"], await self._files.content(file["id"], most=BYTES)) for file in files]
            return await asyncio.to_thread(partial(read, contents, day))

    async def _ask(
        self, session: AsyncSession, row: Download, where: Where, found: Statement, now: dt.datetime
    ) -> dict[str, Any]:
        """Keep what was read until the person says yes, and ask; or what there is to say instead."""
        who = Who(row.team, row.user_id)
        if not found.paid:
            return {"what": "nothing", "rows": _rows(found)}
        new = Read.of(found, self._key)
        kept = await keeping.ledger(session, who)
        same = kept is not None and kept.names == new.names
        fresh = len(kept.fresh(new)) if kept is not None and same else len(new.entries)
        if not fresh and kept is not None and set(new.spans) <= set(kept.spans):
            return {"what": "known"}
        twin = await session.scalar(
            select(col(Download.key)).where(
                col(Download.team) == row.team,
                col(Download.user_id) == row.user_id,
                col(Download.mark) == new.mark,
            )
        )
        if twin is not None:
            return {"what": "asked"}
        row.found, row.mark = new.as_dict(), new.mark
        context = {
            "found": found,
            "left_out": sorted(found.left_out.items()),
            "currency": any(reason.startswith(CURRENCY) for reason in found.left_out),
            "again": len(new.entries) - fresh,
            "replaces": kept is not None and not same,
            "key": row.key,
        }
        message = self._renderer.message("people/download.j2", context)
        await send(session, key=f"download:{row.key}", who=who, where=where, message=dict(message), now=now)
        return {}


async def say_why(
    session: AsyncSession,
    renderer: Renderer,
    *,
    who: Who,
    where: Where,
    key: str,
    why: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Say why a file is not used; `why` is what templates/people/download_not.j2 needs."""
    message = renderer.message("people/download_not.j2", {**NOTHING, **why})
    await send(session, key=f"download:{key}", who=who, where=where, message=dict(message), now=now)


async def purge(session: AsyncSession, before: dt.datetime, now: dt.datetime) -> None:
    """Forget what nobody said yes to."""
    del before
    await session.execute(delete(Download).where(col(Download.sent_at) < now - WAITS))


def _rows(found: Statement) -> list[tuple[str, int]]:
    return sorted(found.left_out.items())
