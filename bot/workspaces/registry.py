"""Which workspaces there are, and the tokens to speak to them with."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlmodel import col

from bot.slack.installations import Installations, Token
from bot.slack.rotation import due
from bot.slack.tables import STATES, Workspace, listed
from bot.store import Store

log = structlog.get_logger(__name__)


Rotate = Callable[[Token, datetime], Awaitable[Token | None]]


class Registry:
    """The workspaces in the main database. `rotate` asks Slack for the token that follows another."""

    def __init__(self, store: Store, installations: Installations, rotate: Rotate) -> None:
        self.store = store
        self._installations = installations
        self._rotate = rotate

    async def all(self) -> Sequence[Workspace]:
        """Every workspace, those that are gone too, by name."""
        async with self.store.read() as session:
            return await listed(session)

    async def find(self, key: str) -> Workspace | None:
        """A workspace by its key."""
        async with self.store.read() as session:
            return await session.get(Workspace, key)

    async def installed(self, workspace: Workspace, now: datetime) -> None:
        """It was installed, for the first time or again: what it had before is there again."""
        async with self.store.write() as session:
            row = await session.get(Workspace, workspace.id, with_for_update=True)
            if row is None:
                session.add(workspace)
                return
            row.name, row.team, row.enterprise = workspace.name, workspace.team, workspace.enterprise
            row.installed_at, row.gone_at = workspace.installed_at, None
            row.changed_at = _later(row.changed_at, now)

    async def gone(self, key: str, at: datetime) -> bool:
        """It was uninstalled at that time: its tokens are forgotten now, its data later.

        False, and nothing happens, where it was installed again since.
        """
        async with self.store.write() as session:
            row = await session.get(Workspace, key, with_for_update=True)
            if row is None or row.gone_at is not None or at < row.installed_at.replace(microsecond=0):
                return False
            row.gone_at, row.changed_at = at, _later(row.changed_at, at)
        await self._installations.remove(row)
        return True

    async def token(self, key: str, now: datetime) -> Token | None:
        """Its token, a new one where it is time for that; None where it has none.

        One process asks Slack for the new one, and whoever wants it meanwhile waits for what that one got.
        Raises SealError.
        """
        async with self.store.read() as session:
            row = await session.get(Workspace, key)
            token = None if row is None else await self._installations.token(session, row)
        if token is None or not due(token, now):
            return token
        async with self.store.write() as session:
            row = await session.get(Workspace, key, with_for_update=True, populate_existing=True)
            token = None if row is None else await self._installations.token(session, row)
            if row is None or token is None or not due(token, now):
                return token
            fresh = await self._rotate(token, now)
            if fresh is None:
                return token
            await self._installations.replace(session, row, fresh)
            row.changed_at = _later(row.changed_at, now)
            log.info("token.rotated", workspace=key)
            return fresh

    async def bot(self, workspace: Workspace) -> tuple[str, str]:
        """The bot's id and its user's, as Slack told at the installation."""
        async with self.store.read() as session:
            return await self._installations.bot(session, workspace)

    async def seal_anew(self) -> int:
        """Close every token with the first key; how many there are. Raises SealError, changing nothing."""
        async with self.store.write() as session:
            return await self._installations.seal_anew(session)

    async def forget(self, key: str) -> None:
        """Strike it from the list."""
        async with self.store.write() as session:
            await session.execute(delete(Workspace).where(col(Workspace.id) == key))

    async def tidy(self, now: datetime) -> None:
        """Forget the links that were begun and never came back. Where there are none, nothing is written."""
        over = STATES.c.expire_at < now.astimezone(UTC).replace(tzinfo=None)
        async with self.store.read() as session:
            if await session.scalar(select(STATES.c.id).where(over).limit(1)) is None:
                return
        async with self.store.write() as session:
            await session.execute(delete(STATES).where(over))


def _later(before: datetime, now: datetime) -> datetime:
    """A time after `before`, so that a change is always seen as one."""
    return max(now, before + timedelta(microseconds=1))
