"""Where Laurel was installed from a link: slack_sdk's store, with every token sealed.

One installation a workspace is kept, the latest. Its key is the workspace's id, or the organisation's where
it was installed for a whole one.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.slack.tables import BOTS, INSTALLATIONS, Workspace
from bot.store.sealing import Seal

TOKENS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token")


@dataclass(frozen=True, slots=True)
class Token:
    """A bot's token, open. `expires` is None where tokens are not rotated."""

    token: str
    refresh: str | None
    expires: datetime | None

    def __repr__(self) -> str:
        """Without the tokens: what is printed may reach a log."""
        return f"Token(expires={self.expires})"


class Installations(AsyncSQLAlchemyInstallationStore):
    """slack_sdk's installation store, as Bolt's flow saves to it. `engine` has to write: `Store.writing`.

    What slack_sdk itself finds is sealed; `token` opens.
    """

    def __init__(self, client_id: str, engine: AsyncEngine, seal: Seal) -> None:
        super().__init__(client_id=client_id, engine=engine, logger=quiet())
        self._seal = seal
        self.bots, self.installations = BOTS, INSTALLATIONS

    async def async_save(self, installation: Installation) -> None:
        """Keep it, in the place of the one before."""
        await self.remove(workspace_of(installation))
        sealed = Installation(**installation.to_dict_for_copying())
        for name in TOKENS:
            token = getattr(sealed, name)
            setattr(sealed, name, self._seal.close(token) if token else None)
        await super().async_save(sealed)

    async def remove(self, workspace: Workspace) -> None:
        """Forget its tokens."""
        whose = {"enterprise_id": workspace.enterprise, "team_id": workspace.team}
        await self.async_delete_bot(**whose)
        await self.async_delete_installation(**whose)

    async def token(self, session: AsyncSession, workspace: Workspace) -> Token | None:
        """Its token as it stands in this transaction; None where there is none. Raises SealError."""
        row = (
            await session.execute(
                select(self.bots.c.bot_token, self.bots.c.bot_refresh_token, self.bots.c.bot_token_expires_at)
                .where(*self._whose(self.bots, workspace), self.bots.c.bot_token.is_not(None))
                .order_by(self.bots.c.installed_at.desc())
                .limit(1)
            )
        ).one_or_none()
        if row is None:
            return None
        refresh = None if row.bot_refresh_token is None else self._seal.open(row.bot_refresh_token)
        expires = row.bot_token_expires_at
        return Token(self._seal.open(row.bot_token), refresh, expires and expires.replace(tzinfo=UTC))

    async def bot(self, session: AsyncSession, workspace: Workspace) -> tuple[str, str]:
        """The bot's id and its user's. Raises LookupError where nothing was installed."""
        query = select(self.bots.c.bot_id, self.bots.c.bot_user_id).where(*self._whose(self.bots, workspace))
        row = (await session.execute(query.limit(1))).one_or_none()
        if row is None:
            raise LookupError(f"{workspace.id}: no bot; install Laurel there anew")
        return str(row.bot_id or ""), str(row.bot_user_id or "")

    async def replace(self, session: AsyncSession, workspace: Workspace, token: Token) -> None:
        """Keep another token of the same installation, as this transaction does."""
        assert token.expires is not None, "it was rotated"
        await session.execute(
            update(self.bots)
            .where(*self._whose(self.bots, workspace))
            .values(
                bot_token=self._seal.close(token.token),
                bot_refresh_token=None if token.refresh is None else self._seal.close(token.refresh),
                bot_token_expires_at=token.expires.astimezone(UTC).replace(tzinfo=None),
            )
        )

    async def seal_anew(self, session: AsyncSession) -> int:
        """Close every token with the first key; how many there are. Raises SealError, changing nothing."""
        count = 0
        for table in (self.bots, self.installations):
            for row in (await session.execute(select(table))).mappings().all():
                held = {name: row[name] for name in TOKENS if row.get(name)}
                count += len(held)
                closed = {name: self._seal.anew(token) for name, token in held.items()}
                if closed:
                    await session.execute(update(table).where(table.c.id == row["id"]).values(**closed))
        return count

    def _whose(self, table: Table, workspace: Workspace) -> tuple[Any, ...]:
        c = table.c
        return (
            c.client_id == self.client_id,
            c.enterprise_id.is_not_distinct_from(workspace.enterprise),
            c.team_id.is_not_distinct_from(workspace.team),
        )


def workspace_of(told: Installation) -> Workspace:
    """What Laurel was installed in, as Slack tells it."""
    wide = bool(told.is_enterprise_install)
    key = told.enterprise_id if wide else told.team_id
    assert key is not None, "Slack names what it installed in"
    at = datetime.fromtimestamp(told.installed_at, UTC)
    return Workspace(
        id=key,
        team=None if wide else told.team_id,
        enterprise=told.enterprise_id,
        enterprise_wide=wide,
        name=(told.enterprise_name if wide else told.team_name) or key,
        installed_at=at,
        changed_at=at,
    )


def quiet() -> logging.Logger:
    """For slack_sdk's stores and flow, which log codes and states: they are as good as a key for a while."""
    logger = logging.getLogger("slack_sdk.oauth")
    logger.setLevel(logging.CRITICAL)
    return logger
