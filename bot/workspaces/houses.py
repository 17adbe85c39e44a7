"""All workspaces' houses: each has a database, settings, roles and caches of its own, so nothing crosses.

A process opens a house for every workspace that has Laurel installed. What Slack sends names the workspace
that it is for, and goes into that house; nothing is looked up by anything else.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from bot.content import Content
from bot.delivery import Pacing
from bot.settings import Settings, SettingsError
from bot.slack.door import Answer, Request
from bot.slack.front import Identity
from bot.slack.installations import Token
from bot.slack.rotation import due
from bot.slack.tables import Workspace
from bot.store import SchemaError, parts
from bot.store.sealing import SealError
from bot.store.serving import ServedError
from bot.watch.metrics import Metrics
from bot.workspaces.house import WorkspaceHouse
from bot.workspaces.registry import Registry

log = structlog.get_logger(__name__)

GONE = frozenset({"app_uninstalled", "tokens_revoked"})


@dataclass(slots=True)
class _Open:
    """A house, the token that it speaks with, and how the workspace's row stood when that was read."""

    house: WorkspaceHouse
    token: Token
    seen: datetime


class Houses:
    """The houses that this process serves."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        *,
        content: Content,
        clock: Callable[[], datetime],
        metrics: Metrics,
        pacing: Pacing | None = None,
    ) -> None:
        self._settings, self._registry = settings, registry
        self._content, self._clock, self._metrics, self._pacing = content, clock, metrics, pacing
        self._open: dict[str, _Open] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    @property
    def open(self) -> Mapping[str, WorkspaceHouse]:
        """The houses that are open, by workspace."""
        return {key: one.house for key, one in self._open.items()}

    async def look(self) -> None:
        """Take over what changed since the last look, in this process or another."""
        now = self._clock()
        await self._registry.tidy(now)
        rows = await self._registry.all()
        await asyncio.gather(*(self._see(row, now) for row in rows))

    async def installed(self, workspace: Workspace) -> None:
        """Somebody installed Laurel: there is a house from now on."""
        now = self._clock()
        workspace.installed_at = workspace.changed_at = now
        await self._registry.installed(workspace, now)
        log.info("workspace.installed", workspace=workspace.id)
        row = await self._registry.find(workspace.id)
        assert row is not None, "it was just written"
        await self._see(row, self._clock())

    async def close(self) -> None:
        """Close all."""
        await asyncio.gather(*(self._leave(key) for key in tuple(self._open)))

    async def async_dispatch(self, req: Request) -> Answer:
        """Hand a verified request to the house of its workspace; what is for none is dropped."""
        body = req.body
        key = workspace_in(body)
        event = body.get("event") or {}
        if key and event.get("type") in GONE:
            return await self._gone(key, body)
        if key and key not in self._open:
            row = await self._registry.find(key)  # installed through another process a moment ago
            if row is not None and row.gone_at is None:
                await self._see(row, self._clock())
        found = self._open.get(key)
        if found is None:
            log.debug("request.dropped", why="no such workspace")
            return Answer(status=200, body="")
        return await found.house.async_dispatch(req)

    async def _gone(self, key: str, body: Mapping[str, Any]) -> Answer:
        event = body["event"]
        if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return Answer(status=200, body="")  # somebody's own token; we have none of those
        told = body.get("event_time")
        at = datetime.fromtimestamp(told, UTC) if isinstance(told, int) else self._clock()
        if await self._registry.gone(key, at):
            log.info("workspace.gone", workspace=key)
            await self._leave(key)
        return Answer(status=200, body="")

    async def _see(self, row: Workspace, now: datetime) -> None:
        """Bring one house to what its row says. What goes wrong here holds up no other workspace."""
        async with self._turns.setdefault(row.id, asyncio.Lock()):
            try:
                if row.gone_at is not None:
                    await self._leave(row.id)
                    if row.gone_at + timedelta(days=self._settings.grace_days) <= now:
                        await self._forget(row)
                    return
                found = self._open.get(row.id)
                if found is None or found.seen != row.changed_at or due(found.token, now):
                    found = await self._with_token(row, now)
                if found is not None:
                    await found.house.look()
            except (SettingsError, SealError, SchemaError, ServedError, LookupError) as error:
                log.error("workspace.not_served", workspace=row.id, why=str(error))  # noqa: TRY400
            except (SQLAlchemyError, OSError) as error:
                log.warning("workspace.not_served", workspace=row.id, why=type(error).__name__)

    async def _with_token(self, row: Workspace, now: datetime) -> _Open | None:
        """The house with the token of the moment, opened if it is not; None where there is no token."""
        token = await self._registry.token(row.id, now)
        if token is None:
            log.warning("workspace.without_token", workspace=row.id, cure="install Laurel there anew")
            return None
        found = self._open.get(row.id)
        if found is None:
            house = await self._enter(row, token.token)
            found = self._open[row.id] = _Open(house, token, row.changed_at)
        found.house.use(token.token)
        found.token, found.seen = token, row.changed_at
        return found

    async def _enter(self, row: Workspace, token: str) -> WorkspaceHouse:
        house = WorkspaceHouse(
            await self._settings_of(row, token),
            content=self._content,
            clock=self._clock,
            metrics=self._metrics,
            pacing=self._pacing,
            identity=await self._identity(row),
        )
        await house.open()
        return house

    async def _leave(self, key: str) -> None:
        found = self._open.pop(key, None)
        if found is not None:
            await found.house.close()

    async def _forget(self, row: Workspace) -> None:
        """Its time of grace is over."""
        await parts.drop(self._settings.database_url, row.id)
        await self._registry.forget(row.id)
        log.info("workspace.forgotten", workspace=row.id)

    async def _settings_of(self, row: Workspace, token: str) -> Settings:
        return of_workspace(
            self._settings,
            row.id,
            slack_bot_token=SecretStr(token),
            database_url=await parts.make(self._settings.database_url, row.id),
        )

    async def _identity(self, row: Workspace) -> Identity:
        bot, user = await self._registry.bot(row)
        # An organisation's events come from each of its workspaces: all of them are ours.
        return Identity(team="" if row.enterprise_wide else row.id, user=user, bot=bot)


PLACES = (
    "desk_channel",
    "specialist_channel",
    "agent_group",
    "agent_channel",
    "moderator_group",
    "moderator_channel",
    "specialist_group",
    "community_channel",
    "relay_marker",
)
"""Settings that name a place in one workspace, so that they say nothing of another."""


def of_workspace(settings: Settings, key: str, **given: Any) -> Settings:
    """The operator's settings as they hold in one of many workspaces.

    Records are the workspace's own: what somebody signs with, whom it knows, is no other's.
    """
    secret = hashlib.sha256(settings.key + key.encode()).hexdigest()
    blank = dict.fromkeys(PLACES)
    return settings.model_copy(
        update={
            **blank,
            "faq_channels": (),
            "faq_modes": {},
            "records": "store",
            "link_by_email": False,
            "secret": SecretStr(secret),
            "workspace": key,
            **given,
        }
    )


def workspace_in(body: Mapping[str, Any]) -> str:
    """The key of the workspace that a request was sent for; empty where it names none.

    An event names it in `authorizations` (in shared channels its author's team may be another), a press, a
    form and a command beside the person.
    """
    for given in (*(body.get("authorizations") or ()), body):
        if str(given.get("is_enterprise_install")).lower() == "true":
            enterprise = given.get("enterprise_id") or (given.get("enterprise") or {}).get("id")
            if enterprise:
                return str(enterprise)
        team = given.get("team_id") or (given.get("team") or {}).get("id")
        if team:
            return str(team)
    return str((body.get("user") or {}).get("team_id") or "") if isinstance(body.get("user"), dict) else ""
