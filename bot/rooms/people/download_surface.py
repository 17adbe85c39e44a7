"""What a person does with downloads: drop one into the DM, and say whether what was read of it is right."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.asking.surface import reply
from bot.delivery import home_tab
from bot.delivery.outbox import enqueue
from bot.messages import Surface, Where
from bot.render import Renderer
from bot.rooms.people.downloads import NOTHING, READ, say_why
from bot.rooms.people.own import keeping
from bot.rooms.people.statements.ledger import Ledger, Read
from bot.rooms.people.tables import Download
from bot.rooms.people.verdicts import then_check
from bot.surfaces import Pressed, Said, Surfaces

TEXT = frozenset({".csv", ".tsv", ".txt"})
OTHERS = {
    ".zip": "archive", ".xlsx": "spreadsheet", ".xls": "spreadsheet", ".ods": "spreadsheet",
    ".numbers": "spreadsheet", ".pdf": "pdf",
}  # fmt: skip
"""Files that may hold what was to be sent, in a form that is not read."""
MOST = 5
"""Files of one message."""
KEY = 200
"""Characters of a message's key, of which others are made."""


class DownloadSurface:
    """Takes files in the DM. `programs` finds those that a text names."""

    def __init__(
        self,
        renderer: Renderer,
        *,
        programs: Callable[[str, dt.datetime], Sequence[str]],
        zone: dt.tzinfo,
    ) -> None:
        self._renderer = renderer
        self._programs = programs
        self._zone = zone

    def register(self, surfaces: Surfaces) -> None:
        """Take files in the DM, and the answers to "is this right?"."""
        surfaces.said.append(self.take)
        surfaces.presses |= {"people.download_yes": self._yes, "people.download_no": self._no}

    async def take(self, session: AsyncSession, said: Said, now: dt.datetime) -> bool:
        """Whether a message brings what may be a download; then it is read, or said why not."""
        if said.where.surface is not Surface.DM or not said.files:
            return False
        kinds = [_kind(file) for file in said.files]
        texts = [file for file, kind in zip(said.files, kinds, strict=True) if kind == "text"][:MOST]
        other = next((kind for kind in kinds if kind not in (None, "text")), None)
        if not texts and other is None:
            return False
        where = Where(said.where.channel, Surface.DM, said.where.thread, said.where.ts)
        if not texts:
            await say_why(
                session,
                self._renderer,
                who=said.who,
                where=where,
                key=said.key[:KEY],
                why={"what": other},
                now=now,
            )
            return True
        key = said.key[:KEY]
        program = next(iter(self._programs(said.text, now)), "")
        session.add(
            Download(key=key, team=said.who.team, user_id=said.who.user, program=program, sent_at=now)
        )
        payload = {
            "key": key,
            "team": said.who.team,
            "user": said.who.user,
            "channel": where.channel,
            "thread": where.thread,
            "files": [{"id": file["id"], "name": str(file.get("name") or "")} for file in texts],
        }
        await enqueue(session, key=f"read:{key}", kind=READ, payload=payload, now=now)
        return True

    async def _yes(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        row = await self._pending(session, pressed)
        if row is None or row.found is None:
            await self._answer(session, pressed, {"what": "settled"}, now)
            return
        day, new = now.astimezone(self._zone).date(), Read.from_dict(row.found)
        kept = await keeping.ledger(session, pressed.who)
        if kept is None or kept.names != new.names:
            kept = Ledger(new.names, day)
        await keeping.keep_ledger(session, pressed.who, kept.with_(new, day))
        await session.delete(row)
        await home_tab.refresh(session, pressed.who, key=pressed.key, now=now)
        await then_check(session, pressed.who, pressed.where, row.program, key=pressed.key, now=now)

    async def _no(self, session: AsyncSession, pressed: Pressed, now: dt.datetime) -> None:
        row = await self._pending(session, pressed)
        if row is not None:
            await session.delete(row)
        await self._answer(session, pressed, {"what": "settled" if row is None else "dropped"}, now)

    async def _pending(self, session: AsyncSession, pressed: Pressed) -> Download | None:
        """What the button is about, where it is this person's and still there."""
        row = await session.get(Download, pressed.value, with_for_update=True)
        mine = row is not None and (row.team, row.user_id) == (pressed.who.team, pressed.who.user)
        return row if mine else None

    async def _answer(
        self, session: AsyncSession, pressed: Pressed, why: Mapping[str, Any], now: dt.datetime
    ) -> None:
        message = self._renderer.message("people/download_not.j2", {**NOTHING, **why})
        await reply(session, pressed, message, now, name="download")


def _kind(file: Mapping[str, Any]) -> str | None:
    """text, archive, spreadsheet or pdf; None for what nobody would take for a download."""
    suffix = PurePosixPath(str(file.get("name") or "").lower()).suffix
    if suffix in TEXT or str(file.get("mimetype") or "") in {"text/csv", "text/tab-separated-values"}:
        return "text"
    return OTHERS.get(suffix)
